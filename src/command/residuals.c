/*
 * residuals.c - sums over pieces of the samples, means from them.
 */
#include "command/residuals.h"

#include <math.h>

#include "base/num.h"
#include "cli/say.h"
#include "command/subject.h"
#include "train/infer.h"

enum { PIECE = 2048 }; /* samples between two looks at the clock */

/* What is summed of one output: targets around the first one, so that a large
 * common part does not eat the digits of the variance. */
struct sums {
    double first, shifted, shifted_squares;
    double squares, absolute; /* of the residuals */
};

/* One run. */
struct run_over {
    const struct call *call;
    const struct model *m;
    const struct subset *part;
    struct infer *infer;
    int64_t width;
    struct sums *sums; /* [width] */
    double *row_loss;  /* [PIECE] */
    real *x, *y;       /* [PIECE, in..], [PIECE, width] */
    double loss;       /* summed */
};

static void add_samples(struct run_over *o, const int64_t *ids, int64_t count)
{
    const struct dataset *d = o->part->set;
    const struct variant loss = o->m->experiment.train.loss;
    const struct loss_rows of = {count, o->width, o->y, NULL, d->targets, ids};

    loss_of(loss)->value(loss.config, &of, o->row_loss);
    for (int64_t i = 0; i < count; i++) {
        o->loss += o->row_loss[i];
        for (int64_t k = 0; k < o->width; k++) {
            struct sums *s = &o->sums[k];
            const double t = (double)d->targets[ids[i] * o->width + k];
            const double off = t - (double)o->y[i * o->width + k];
            s->shifted += t - s->first;
            s->shifted_squares += (t - s->first) * (t - s->first);
            s->squares += off * off;
            s->absolute += fabs(off);
        }
    }
}

static void run_pieces(struct run_over *o, real *outputs)
{
    const struct subset *p = o->part;
    const struct weights w = {o->m->state.best_params,
                              o->m->state.best_buffers};

    for (int64_t k = 0; k < o->width; k++)
        o->sums[k].first = (double)p->set->targets[p->ids[0] * o->width + k];
    for (int64_t first = 0; first < p->count; first += PIECE) {
        const int64_t *ids = p->ids + first;
        const int64_t count = num_min(PIECE, p->count - first);
        batch_fill(p->set, &o->m->norm, ids, count, o->x, NULL);
        infer_outputs(o->infer, &w, count, o->x, o->y);
        add_samples(o, ids, count);
        for (int64_t i = 0; outputs && i < count * o->width; i++)
            outputs[first * o->width + i] = o->y[i];
        progress_show(o->call->progress, "evaluate", "samples", first + count,
                      p->count);
    }
    progress_erase(o->call->progress);
}

static void summarise(const struct run_over *o, struct residuals *r)
{
    const double n = (double)o->part->count, elements = n * (double)o->width;
    double squares = 0, absolute = 0, r2 = 0;

    for (int64_t k = 0; k < o->width; k++) {
        const struct sums *s = &o->sums[k];
        const double spread = s->shifted_squares - s->shifted * s->shifted / n;
        squares += s->squares;
        absolute += s->absolute;
        r2 += spread > 0 ? 1 - s->squares / spread : (double)NAN;
    }
    *r = (struct residuals){
        .samples = o->part->count,
        .loss = o->loss / n,
        .rmse = sqrt(squares / elements),
        .mae = absolute / elements,
        .r2 = r2 / (double)o->width,
    };
}

enum status residuals_of(struct residuals *r, const struct call *call,
                         const struct model *m, const struct subset *part,
                         real *outputs, struct err *e)
{
    const struct graph *g = &m->experiment.graph;
    struct run_over o = {.call = call, .m = m, .part = part};
    struct pool *pool = NULL;

    o.width = shape_count(g->out);
    o.sums = mem_take((size_t)o.width, sizeof *o.sums);
    o.row_loss = mem_take(PIECE, sizeof *o.row_loss);
    o.x = mem_take(PIECE * (size_t)shape_count(g->in), sizeof *o.x);
    o.y = mem_take(PIECE * (size_t)o.width, sizeof *o.y);
    enum status s = o.sums && o.row_loss && o.x && o.y
                        ? pool_new(&pool, call->global.threads, e)
                        : err_memory(e, "preparing to evaluate");
    if (s == OK)
        s = infer_new(&o.infer, g, pool, INFER_ANY, e);
    if (s == OK) {
        run_pieces(&o, outputs);
        summarise(&o, r);
    }
    infer_free(o.infer);
    pool_free(pool);
    mem_free(o.sums);
    mem_free(o.row_loss);
    mem_free(o.x);
    mem_free(o.y);
    return s;
}

static void print_real(const struct call *call, const char *name, double value)
{
    if (isnan(value))
        out_printf(call->out, "%-8s  nan\n", name);
    else
        out_printf(call->out, "%-8s  %.5f\n", name, value);
}

void residuals_print(const struct call *call, const struct residuals *r)
{
    out_printf(call->out, "samples   %lld\n", (long long)r->samples);
    print_real(call, "loss", r->loss);
    print_real(call, "r2", r->r2);
    print_real(call, "rmse", r->rmse);
    print_real(call, "mae", r->mae);
}

enum status residuals_print_json(const struct call *call,
                                 const struct residuals *r, struct err *e)
{
    struct json_writer w = {0};

    json_begin_map(&w, NULL);
    json_put_int(&w, "samples", r->samples);
    json_put_real(&w, "loss", r->loss);
    json_put_real(&w, "r2", r->r2);
    json_put_real(&w, "rmse", r->rmse);
    json_put_real(&w, "mae", r->mae);
    json_end(&w);
    return print_json(call, &w, e);
}
