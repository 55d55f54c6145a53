/*
 * layer_log.c - units that were seen alive, and weights before an update.
 */
#include "train/layer_log.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"

/* What is known of a layer besides its row. */
struct logged {
    int64_t node;
    int64_t units, first; /* among all watched units; 0: no rectify */
    bool was_dead, was_unstable;
};

struct layer_watch {
    const struct graph *g;
    struct arena arena;
    struct logged *layers; /* [log.count] */
    int64_t *layer_of;     /* [graph.count] -1: not watched */
    int64_t units;         /* of all layers with rectify */
    int64_t threads;
    unsigned char *alive;      /* [threads][units] */
    double *own, *seen;        /* [units] of this process, of all */
    real *before;              /* [param_size] */
    struct run_watch *watches; /* [threads] */
    struct worker {
        struct layer_watch *of;
        unsigned char *alive;
    } * workers; /* [threads] */
    bool is_whole;
};

/* Above 0 after rectify is above 0 before it: of the last layer, whose
 * nonlinearity the graph leaves to the loss, z is seen. */
static bool is_rectified(const struct graph *g, int64_t node)
{
    const struct variant own = g->nodes[node].layer.spec.nonlinearity;
    const struct variant of =
        node == g->count - 1 && !own.kind ? g->output_nonlinearity : own;

    return activation_of(of) == &rectify_activation;
}

/* Does the unit, a channel or a number of a sample without channels, put out
 * anything? */
static unsigned char is_alive(const struct layout *out, int64_t units,
                              const real *y, int64_t unit)
{
    const int64_t cells = out->channels * out->pixels / units;
    struct plane_at at = {unit * cells, 1};
    unsigned char alive = 0;

    if (out->lanes > 1)
        at = layout_plane(out, unit);
    for (int64_t k = 0; k < cells; k++)
        alive |= y[at.first + k * at.step] > 0;
    return alive;
}

/* run_watch.after */
static void look(void *context, const struct run *r, int64_t node,
                 enum run_call call)
{
    const struct worker *w = context;
    const struct layer_watch *watch = w->of;
    const int64_t layer = watch->layer_of[node];

    if (!r || call != RUN_FORWARD || layer < 0)
        return;
    const struct logged *l = &watch->layers[layer];
    const struct layout out = layer_writes(&r->graph->nodes[node].layer);
    const real *y = run_output(r, node);
    for (int64_t i = 0; i < r->rows; i++, y += layout_reals(&out))
        for (int64_t u = 0; u < l->units; u++)
            w->alive[l->first + u] |= is_alive(&out, l->units, y, u);
}

/* The layers there is something to say of; `log` NULL: only counts. */
static int64_t choose(const struct graph *g, struct layer_log *log)
{
    int64_t count = 0, units = 0;

    for (int64_t i = 1; i < g->count; i++) {
        const struct layer *l = &g->nodes[i].layer;
        const bool rectified = is_rectified(g, i);
        if (log)
            log->watch->layer_of[i] = rectified ? count : -1;
        if (!rectified && l->spec.param_count == 0)
            continue;
        const int64_t own = rectified ? l->spec.out.dim[0] : 0;
        if (log) {
            log->rows[count].name = l->name;
            log->watch->layers[count] = (struct logged){i, own, units, 0, 0};
            log->watch->units = units + own;
        }
        units += own;
        count++;
    }
    return count;
}

static void take_units(struct layer_watch *w)
{
    const size_t threads = (size_t)w->threads, units = (size_t)w->units;

    w->alive = arena_take(&w->arena, threads, units);
    w->own = arena_take(&w->arena, units, sizeof *w->own);
    w->seen = arena_take(&w->arena, units, sizeof *w->seen);
    w->watches = arena_take(&w->arena, threads, sizeof *w->watches);
    w->workers = arena_take(&w->arena, threads, sizeof *w->workers);
    for (size_t i = 0; !w->arena.failed && i < threads; i++) {
        w->workers[i] = (struct worker){w, w->alive + i * units};
        w->watches[i] = (struct run_watch){&w->workers[i], NULL, look};
    }
}

enum status layer_log_new(struct layer_log *log, const struct graph *g,
                          int64_t threads, struct err *e)
{
    struct layer_watch *w = mem_take(1, sizeof *w);

    *log = (struct layer_log){.count = choose(g, NULL), .watch = w};
    if (!w)
        return err_memory(e, "preparing to watch the layers");
    *w = (struct layer_watch){.g = g, .threads = threads};
    const size_t count = (size_t)log->count;
    log->rows = arena_take(&w->arena, count, sizeof *log->rows);
    w->layers = arena_take(&w->arena, count, sizeof *w->layers);
    w->layer_of = arena_take(&w->arena, (size_t)g->count, sizeof *w->layer_of);
    w->before = arena_take(&w->arena, (size_t)g->param_size, sizeof *w->before);
    if (!w->arena.failed) {
        (void)choose(g, log);
        take_units(w);
    }
    return arena_check(&w->arena, e, "preparing to watch the layers");
}

/* The units are few beside the weights. */
size_t layer_log_bytes(const struct graph *g)
{
    return (size_t)g->param_size * sizeof(real);
}

void layer_log_free(struct layer_log *log)
{
    if (log->watch)
        arena_free(&log->watch->arena);
    mem_free(log->watch);
    *log = (struct layer_log){0};
}

const struct run_watch *layer_log_watches(const struct layer_log *log)
{
    return log->watch->watches;
}

static void clear(struct layer_log *log)
{
    for (int64_t i = 0; i < log->count; i++) {
        struct layer_row *row = &log->rows[i];
        row->weight_norm = row->update_norm = row->gradient_norm = row->dead =
            (double)NAN;
    }
}

void layer_log_begin(struct layer_log *log, bool is_whole)
{
    struct layer_watch *w = log->watch;

    w->is_whole = is_whole;
    clear(log);
    memset(w->alive, 0, (size_t)(w->threads * w->units));
}

void layer_log_before(struct layer_log *log, const real *weights)
{
    memcpy(log->watch->before, weights,
           (size_t)log->watch->g->param_size * sizeof *weights);
}

/* Which units were alive, on any thread of any process. */
static void gather_units(struct layer_watch *w, const struct exchange *x)
{
    for (int64_t i = 0; i < w->units; i++) {
        w->own[i] = 0;
        for (int64_t k = 0; k < w->threads; k++)
            w->own[i] += w->alive[k * w->units + i];
    }
    x->ops->sum(x, w->own, 1, w->units, w->seen);
}

static double dead_share(const struct layer_watch *w, const struct logged *l)
{
    int64_t dead = 0;

    for (int64_t i = 0; i < l->units; i++)
        dead += w->seen[l->first + i] == 0;
    return w->is_whole && l->units > 0 ? (double)dead / (double)l->units
                                       : (double)NAN;
}

/* The three norms of a layer's learnable numbers. */
static void measure_norms(struct layer_row *row, const struct layer_watch *w,
                          int64_t node, const struct step *s,
                          const real *weights)
{
    const struct graph_node *n = &w->g->nodes[node];
    const int64_t count = n->layer.spec.param_count;
    double weight = 0, update = 0, gradient = 0;

    for (int64_t i = 0; i < count; i++) {
        const struct param *p = &w->g->params[n->first_param + i];
        real *moved = w->before + p->offset;
        for (int64_t k = 0; k < p->count; k++)
            moved[k] = weights[p->offset + k] - moved[k];
        weight += weight_sums_of(weights + p->offset, p->count).square;
        update += weight_sums_of(moved, p->count).square;
        gradient += p->trainable ? step_gradient_square(s, p) : (double)NAN;
    }
    row->weight_norm = count > 0 ? sqrt(weight) : (double)NAN;
    row->update_norm =
        isnan(gradient) || count == 0 ? (double)NAN : sqrt(update);
    row->gradient_norm = count > 0 ? sqrt(gradient) : (double)NAN;
}

void layer_log_after(struct layer_log *log, const struct step *s,
                     const real *weights)
{
    struct layer_watch *w = log->watch;

    gather_units(w, step_exchange(s));
    for (int64_t i = 0; i < log->count; i++) {
        measure_norms(&log->rows[i], w, w->layers[i].node, s, weights);
        log->rows[i].dead = dead_share(w, &w->layers[i]);
    }
}

void layer_log_warn(struct layer_log *log, struct text *out)
{
    for (int64_t i = 0; i < log->count; i++) {
        const struct layer_row *row = &log->rows[i];
        struct logged *l = &log->watch->layers[i];
        const double ratio = row->update_norm / row->weight_norm;
        if (row->dead >= 1 && !l->was_dead) {
            text_printf(out,
                        "%s is dead: none of its units was above 0 for any "
                        "training sample of the epoch\n",
                        row->name);
            l->was_dead = true;
        }
        /* Neither is said of a number that does not exist. */
        if ((ratio > 1 || ratio < 1e-6) && !l->was_unstable) {
            text_printf(
                out, "%s: the last update was %.2g of its weights (L2), %s\n",
                row->name, ratio,
                ratio > 1 ? "the learning rate may be too large"
                          : "it hardly learns");
            l->was_unstable = true;
        }
    }
}
