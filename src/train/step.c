/*
 * step.c - slices in parallel, then reduction and update in parallel.
 *
 * Two parallel regions per step.  In the first, part i is slice i of the batch;
 * in the second, part i is a run of consecutive weights ("chunk") for which the
 * slabs are summed in order, the penalty's gradient is added and the rule is
 * applied while the numbers are in cache.
 */
#include "train/step.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "graph/run.h"
#include "tensor/finite.h"
#include "train/chunk.h"
#include "train/late.h"
#include "train/objective.h"

struct step {
    struct step_config config;
    const struct graph *g;
    struct pool *pool;
    const struct loss_ops *loss;
    const struct update_ops *update;
    struct arena arena;
    struct plan plan;
    unsigned char *lanes; /* [threads][lane_bytes] */
    real *slabs;          /* [slices][grad_size] */
    struct late late;
    int64_t slice_rows;
    int64_t chunk_count;
    struct chunk *chunks;
    struct weight_sums *sums;        /* [chunk_count] */
    double *row_loss;                /* [batch_size] */
    int32_t *labels;                 /* [batch_size] */
    const struct run_watch *watches; /* [threads]; NULL: nobody watches */
};

/* What the parts of a region share. */
struct region {
    struct step *s;
    struct train_state *state;
    const struct step_batch *batch;
    int64_t used_slices;
};

static int64_t slice_rows(const struct step_config *c)
{
    return num_ceil_div(c->batch_size, c->slices);
}

/* Slices that a full batch really has: 10 rows in 8 slices make 5 of 2. */
static int64_t slice_count(const struct step_config *c)
{
    return num_ceil_div(c->batch_size, slice_rows(c));
}

enum status step_sizes_of(const struct step_config *c, const struct graph *g,
                          int64_t threads, struct step_sizes *out,
                          struct err *e)
{
    struct arena arena = {0};
    struct plan plan;
    const enum status s = plan_build(&plan, &arena, g, slice_rows(c), true, e);

    *out = (struct step_sizes){
        .gradients =
            (size_t)slice_count(c) * (size_t)g->grad_size * sizeof(real) +
            late_bytes(g, c->batch_size, threads),
        .activations = (size_t)threads * plan.tensor_bytes,
        .scratch = (size_t)threads * plan.work_bytes,
    };
    arena_free(&arena);
    return s;
}

static bool take_memory(struct step *s)
{
    const size_t rows = (size_t)s->config.batch_size;

    s->chunk_count = chunk_count(s->g);
    s->chunks = mem_take((size_t)s->chunk_count, sizeof *s->chunks);
    s->sums = mem_take((size_t)s->chunk_count, sizeof *s->sums);
    s->lanes = mem_take((size_t)pool_size(s->pool), s->plan.lane_bytes);
    s->slabs = mem_take((size_t)slice_count(&s->config),
                        (size_t)s->g->grad_size * sizeof *s->slabs);
    s->row_loss = mem_take(rows, sizeof *s->row_loss);
    s->labels = mem_take(rows, sizeof *s->labels);
    const bool late = late_take(&s->late, s->g, s->config.batch_size,
                                s->slice_rows, pool_size(s->pool));
    return late && s->chunks && s->sums && s->lanes && s->slabs &&
           s->row_loss && s->labels;
}

enum status step_new(struct step **out, const struct step_config *c,
                     const struct graph *g, struct pool *pool, struct err *e)
{
    struct step *s = mem_take(1, sizeof *s);

    *out = NULL;
    if (!s)
        return err_memory(e, "preparing the training step");
    *s = (struct step){
        .config = *c,
        .g = g,
        .pool = pool,
        .loss = loss_of(c->loss),
        .update = update_of(c->update),
        .slice_rows = slice_rows(c),
    };
    enum status status =
        plan_build(&s->plan, &s->arena, g, s->slice_rows, true, e);
    if (status == OK && !take_memory(s))
        status = err_memory(e, "allocating the memory plan of training");
    if (status != OK) {
        step_free(s);
        return status;
    }
    chunk_cut(s->g, s->chunks);
    *out = s;
    return OK;
}

void step_free(struct step *s)
{
    if (!s)
        return;
    mem_free(s->chunks);
    mem_free(s->sums);
    mem_free(s->lanes);
    mem_free(s->slabs);
    mem_free(s->row_loss);
    mem_free(s->labels);
    late_free(&s->late);
    arena_free(&s->arena);
    mem_free(s);
}

/* The rows of a slice, and the run that computes them. */
struct slice {
    int64_t first, rows;
    const int64_t *ids;
    struct run run;
};

static struct slice slice_of(const struct region *r, int64_t part,
                             int64_t worker, const struct run_watch *watch)
{
    const struct step *s = r->s;
    const int64_t first = part * s->slice_rows;

    return (struct slice){
        .first = first,
        .rows = num_min(s->slice_rows, r->batch->count - first),
        .ids = r->batch->ids + first,
        .run =
            {
                .graph = s->g,
                .plan = &s->plan,
                .lane = s->lanes + (size_t)worker * s->plan.lane_bytes,
                .params = r->state->params,
                .buffers = r->state->buffers,
                .epoch = (uint64_t)r->batch->epoch,
                .watch = watch,
                .late = late_run(&s->late, first),
            },
    };
}

static real *forward_slice(const struct region *r, const struct slice *c)
{
    const struct dataset *set = r->batch->set;

    batch_fill(set, r->batch->norm, c->ids, c->rows, run_input(&c->run),
               set->labels ? r->s->labels + c->first : NULL);
    return run_forward(&c->run, c->rows, c->ids);
}

/* Part of the first region: the gradients of one slice. */
static void run_slice(void *context, int64_t part, int64_t worker)
{
    const struct region *r = context;
    struct step *s = r->s;
    const struct slice c =
        slice_of(r, part, worker, s->watches ? &s->watches[worker] : NULL);
    real *slab = s->slabs + part * s->g->grad_size;

    real *z = forward_slice(r, &c);
    objective_input(s->loss, s->g, c.rows, z);
    const struct loss_rows of = {
        .rows = c.rows,
        .width = shape_count(s->g->out),
        .z = z,
        .labels = s->labels + c.first,
        .targets = r->batch->set->targets,
        .ids = c.ids,
    };
    s->loss->value(s->config.loss.config, &of, s->row_loss + c.first);
    real *dz = run_output_gradient(&c.run);
    memset(slab, 0, (size_t)s->g->grad_size * sizeof *slab);
    if (!dz)
        return;
    objective_gradient(s->config.loss, s->g, &of, 1.0 / (double)r->batch->count,
                       dz);
    run_backward(&c.run, c.rows, c.ids, slab);
}

/* The sum of all slabs over a chunk, left in the first one. */
static real *reduce(const struct step *s, const struct chunk *c, int64_t slices)
{
    real *restrict sum = s->slabs + c->param->grad_offset + c->begin;

    for (int64_t i = 1; i < slices; i++) {
        const real *restrict term = sum + i * s->g->grad_size;
        for (int64_t j = 0; j < c->count; j++)
            sum[j] += term[j];
    }
    return sum;
}

static real *gradient_of(const struct region *r, const struct chunk *c,
                         int64_t worker)
{
    const struct param *p = c->param;

    if (p->grad_offset != GRADIENT_NONE)
        return reduce(r->s, c, r->used_slices);
    const int64_t row = p->count / p->shape.dim[0];
    return late_gradient(&r->s->late, c->node, r->batch->count, c->begin / row,
                         c->count / row, worker);
}

/* Returns the gradient, which the next chunk may overwrite. */
static const real *update_weights(const struct region *r, const struct chunk *c,
                                  int64_t worker)
{
    const struct step *s = r->s;
    const struct param *p = c->param;
    const int64_t offset = p->offset + c->begin;
    real *w = r->state->params + offset;
    real *slots[UPDATE_MAX_SLOTS] = {NULL};
    real *g = gradient_of(r, c, worker);

    if (p->regularizable)
        penalty_gradient(&s->config.penalty, w, c->count, g);
    for (int i = 0; s->update->slots[i]; i++)
        slots[i] = r->state->slots[i] + offset;
    const struct update_step step = {
        .t = r->state->update_count,
        .learning_rate = r->batch->learning_rate * p->learning_rate_scale,
        .regularizable = p->regularizable,
    };
    s->update->step(s->config.update.config, &step, c->count, w, g, slots);
    return g;
}

static bool all_finite(const real *values, int64_t count)
{
    return first_nonfinite(values, count) == count;
}

/* Part of the second region: one chunk of weights makes its step. */
static void update_chunk(void *context, int64_t part, int64_t worker)
{
    const struct region *r = context;
    struct step *s = r->s;
    struct chunk *c = &s->chunks[part];
    const struct run_watch *watch = s->watches ? &s->watches[worker] : NULL;
    const real *w = r->state->params + c->param->offset + c->begin;

    if (watch)
        watch->before(watch->context);
    s->sums[part] = weight_sums_of(w, c->count);
    const real *g = c->param->trainable ? update_weights(r, c, worker) : NULL;
    c->finite = all_finite(w, c->count);
    c->gradient_finite = c->finite || !g || all_finite(g, c->count);
    if (watch)
        watch->after(watch->context, NULL, c->node, RUN_UPDATE);
}

/* Part of step_penalty: sums alone. */
static void sum_chunk(void *context, int64_t part, int64_t worker)
{
    const struct region *r = context;
    const struct chunk *c = &r->s->chunks[part];

    (void)worker;
    r->s->sums[part] = weight_sums_of(
        r->state->params + c->param->offset + c->begin, c->count);
}

/* Adds the chunks' sums in order. */
static double penalty_of_sums(const struct step *s, bool *finite)
{
    struct weight_sums sums = {0, 0};

    *finite = true;
    for (int64_t i = 0; i < s->chunk_count; i++) {
        *finite = *finite && isfinite(s->sums[i].square);
        if (!s->chunks[i].param->regularizable)
            continue;
        sums.absolute += s->sums[i].absolute;
        sums.square += s->sums[i].square;
    }
    return penalty_value(&s->config.penalty, sums);
}

static double mean(const double *values, int64_t count)
{
    double sum = 0;

    for (int64_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

struct step_result step_run(struct step *s, struct train_state *state,
                            const struct step_batch *batch)
{
    struct region r = {
        .s = s,
        .state = state,
        .batch = batch,
        .used_slices = num_ceil_div(batch->count, s->slice_rows),
    };
    struct step_result result;

    pool_run(s->pool, r.used_slices, run_slice, &r);
    result.data_loss = mean(s->row_loss, batch->count);
    if (!isfinite(result.data_loss)) {
        result.penalty = step_penalty(s, state, &result.finite);
        result.finite = false;
        return result;
    }
    state->update_count++;
    pool_run(s->pool, s->chunk_count, update_chunk, &r);
    result.penalty = penalty_of_sums(s, &result.finite);
    for (int64_t i = 0; i < s->chunk_count; i++)
        result.finite = result.finite && s->chunks[i].finite;
    return result;
}

const struct param *step_bad_gradient(const struct step *s)
{
    for (int64_t i = s->chunk_count - 1; i >= 0; i--)
        if (!s->chunks[i].gradient_finite)
            return s->chunks[i].param;
    return NULL;
}

void step_watch(struct step *s, const struct run_watch *watches)
{
    s->watches = watches;
}

struct step_slice step_replay(struct step *s, const struct train_state *state,
                              const struct step_batch *batch, int64_t slice,
                              const struct run_watch *watch)
{
    /* The region only reads the state: forward moves no weight. */
    struct train_state view = *state;
    const struct region r = {.s = s, .state = &view, .batch = batch};

    if (slice >= num_ceil_div(batch->count, s->slice_rows))
        return (struct step_slice){0};
    const struct slice c = slice_of(&r, slice, 0, watch);
    if (watch)
        forward_slice(&r, &c);
    return (struct step_slice){
        .first = c.first,
        .rows = c.rows,
        .gradients = s->slabs + slice * s->g->grad_size,
        .late = late_run(&s->late, c.first),
    };
}

double step_penalty(struct step *s, const struct train_state *state,
                    bool *finite)
{
    /* The region only reads the state. */
    struct train_state view = *state;
    struct region r = {.s = s, .state = &view};

    pool_run(s->pool, s->chunk_count, sum_chunk, &r);
    return penalty_of_sums(s, finite);
}
