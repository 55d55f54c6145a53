/*
 * gradient.c - a step in single precision, differences in double.
 */
#include "app/gradient.h"

#include <math.h>
#include <string.h>

#include "app/witness.h"
#include "base/num.h"
#include "train/step.h"

const double gradient_tolerance = 1e-3;

struct checker {
    struct gradient_check *out;
    const struct experiment *x;
    const struct graph *g;
    const struct gradient_progress *progress;
    struct arena *arena;
    struct err *e;
    struct dataset batch; /* normalized; its memory is the arena's */
    int64_t *ids;         /* [batch.count] 0, 1, .. */
    struct train_state state;
    real *gradient; /* [param_size] */
    struct witness *witness;
    double least; /* divisor of an error */
};

/* The first samples of the training part as they reach the network. */
static enum status take_batch(struct checker *c, const struct samples *from)
{
    const struct subset *part = &from->train_part;
    const int64_t count = num_min(c->x->train.batch_size, part->count);
    const int64_t in = shape_count(c->g->in), width = shape_count(c->g->out);
    real *x = arena_take(c->arena, (size_t)(count * in), sizeof *x);
    float *pixels = arena_take(c->arena, (size_t)(count * in), sizeof *pixels);
    struct dataset *b = &c->batch;

    *b = (struct dataset){
        .count = count,
        .shape = c->g->in,
        .pixel = PIXEL_F32,
        .pixels = pixels,
        .target = part->set->target,
    };
    c->ids = arena_take(c->arena, (size_t)count, sizeof *c->ids);
    if (part->set->labels)
        b->labels = arena_take(c->arena, (size_t)count, sizeof *b->labels);
    if (part->set->targets)
        b->targets =
            arena_take(c->arena, (size_t)(count * width), sizeof *b->targets);
    if (c->arena->failed)
        return err_memory(c->e, "checking gradients");
    const struct subset first = {part->set, part->ids, count};
    const enum status s =
        batch_fill(&first, &from->facts.norm, x, b->labels, c->e);
    for (int64_t i = 0; i < count * in; i++)
        pixels[i] = (float)x[i];
    for (int64_t i = 0; i < count; i++) {
        c->ids[i] = i;
        if (b->targets)
            memcpy(b->targets + i * width,
                   dataset_learnt(part->set) + part->ids[i] * width,
                   (size_t)width * sizeof *b->targets);
    }
    return s;
}

/* Off the places where a nonlinearity has no derivative. */
static void move_weights(struct checker *c, const real *weights)
{
    memcpy(c->state.params, weights,
           (size_t)c->g->weight_size * sizeof *weights);
    for (int64_t i = 0; i < c->g->param_count; i++) {
        const struct param *p = &c->g->params[i];
        const struct rng_key key = rng_key(c->g->seed, p->name);
        for (int64_t k = 0; k < p->count; k++)
            c->state.params[p->offset + k] +=
                (real)(0.01 * rng_normal(key, (uint64_t)k));
    }
}

/* A step of the run's own engine that moves nothing and keeps the gradient. */
static enum status run_step(struct checker *c, const double *class_weights,
                            struct pool *pool)
{
    static const double mean = 0, std = 1, rate = 0;
    const struct normalization none = {1, &mean, &std};
    const struct exchange exchange = exchange_local(pool);
    struct step_config config = experiment_fit_config(c->x).step;
    const struct step_batch batch = {
        .set = &c->batch,
        .norm = &none,
        .ids = c->ids,
        .count = c->batch.count,
        .epoch = 1,
        .class_weights = class_weights,
    };
    struct step *step;

    config.batch_size = c->batch.count;
    config.augment = (struct augment_config){0};
    config.max_norm = 0;
    config.clip_norm = HUGE_VAL; /* kept, and never clipped */
    config.update = (struct variant){kind_find(update_kinds, "sgd"), &rate};
    enum status s = step_new(&step, &config, c->g, &exchange, c->e);
    if (s != OK)
        return s;
    const struct step_result r = step_run(step, &c->state, &batch);
    if (r.finite)
        memcpy(c->gradient, step_gradient(step),
               (size_t)c->g->param_size * sizeof *c->gradient);
    else
        s = err_add(c->e, ERR_DIVERGED, NULL,
                    "the loss of the batch or its gradient is not finite");
    step_free(step);
    return s;
}

static double root_mean_square(const struct checker *c, const struct param *p)
{
    return sqrt(weight_sums_of(c->gradient + p->offset, p->count).square /
                (double)p->count);
}

/* Element number `i` of those that are checked: the largest, then others. */
static int64_t choose(const struct checker *c, const struct param *p, int64_t i)
{
    const real *g = c->gradient + p->offset;
    int64_t largest = 0;

    if (p->count <= GRADIENT_CHECKED)
        return i;
    for (int64_t k = 0; k < p->count; k++)
        if (fabs((double)g[k]) > fabs((double)g[largest]))
            largest = k;
    if (i == 0)
        return largest;
    const struct rng_key key = rng_key(c->g->seed, p->name);
    return (int64_t)rng_below(key, (uint64_t)(p->count + i),
                              (uint64_t)p->count);
}

static void check_param(struct checker *c, const struct param *p,
                        struct gradient_row *row, int64_t done)
{
    const double h = 0x1p-25, own = root_mean_square(c, p);

    *row = (struct gradient_row){.param = p, .error = -1};
    row->checked = num_min(p->count, GRADIENT_CHECKED);
    for (int64_t i = 0; i < row->checked; i++) {
        const int64_t at = choose(c, p, i);
        const double g = (double)c->gradient[p->offset + at];
        const double d = (witness_objective(c->witness, p->offset + at, h) -
                          witness_objective(c->witness, p->offset + at, -h)) /
                         (2 * h);
        const double size = fmax(fmax(fabs(g), fabs(d)), fmax(own, c->least));
        const double error = size > 0 ? fabs(g - d) / size : 0;
        /* Not a number is the worst. */
        if (!(error <= row->error)) {
            row->at = at;
            row->gradient = g;
            row->difference = d;
            row->error = isnan(error) ? (double)INFINITY : error;
        }
        c->progress->done(c->progress->context, done + i + 1,
                          c->out->count * GRADIENT_CHECKED);
    }
}

static enum status prepare(struct checker *c, const struct samples *samples,
                           const real *weights, struct pool *pool)
{
    const struct graph *g = c->g;
    struct text document = {0};

    experiment_print(&document, c->x, LAYERS_WRITTEN_OUT);
    const struct witness_batch batch = {arena_text(c->arena, &document),
                                        &c->batch, samples->class_weights,
                                        pool_size(pool)};
    c->gradient =
        arena_take(c->arena, (size_t)g->param_size, sizeof *c->gradient);
    c->out->rows =
        arena_take(c->arena, (size_t)g->param_count, sizeof *c->out->rows);
    enum status s = take_batch(c, samples);
    if (s == OK)
        s = state_new(&c->state, g, NULL, NULL, c->e);
    if (s != OK)
        return s;
    move_weights(c, weights);
    s = witness_new(&c->witness, &batch, c->state.params, g->weight_size, c->e);
    return s == OK ? run_step(c, samples->class_weights, pool) : s;
}

static void check_all(struct checker *c)
{
    struct gradient_check *out = c->out;
    const struct graph *g = c->g;
    int64_t row = 0;

    for (int64_t i = 0; i < g->param_count; i++) {
        out->count += g->params[i].trainable;
        c->least = fmax(c->least, 0.01 * root_mean_square(c, &g->params[i]));
    }
    for (int64_t i = 0; i < g->param_count; i++)
        if (g->params[i].trainable) {
            check_param(c, &g->params[i], &out->rows[row],
                        row * GRADIENT_CHECKED);
            row++;
        }
    for (int64_t i = 0; i < out->count; i++)
        if (out->worst < 0 || out->rows[i].error > out->rows[out->worst].error)
            out->worst = i;
}

enum status gradient_run(struct gradient_check *out, const struct experiment *x,
                         const struct samples *samples, const real *weights,
                         struct pool *pool,
                         const struct gradient_progress *progress,
                         struct arena *arena, struct err *e)
{
    struct checker c = {
        .out = out,
        .x = x,
        .g = &x->graph,
        .progress = progress,
        .arena = arena,
        .e = e,
    };

    *out = (struct gradient_check){.worst = -1};
    const enum status s = prepare(&c, samples, weights, pool);
    out->samples = c.batch.count;
    if (s == OK)
        check_all(&c);
    witness_free(c.witness);
    state_free(&c.state);
    return s;
}
