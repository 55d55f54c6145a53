/*
 * apply.c - chunks in parallel: sum, penalty, rule.
 */
#include "train/apply.h"

#include <math.h>

#include "base/arena.h"
#include "base/num.h"
#include "tensor/finite.h"

/* What the threads share. */
struct job {
    struct apply *a;
    const real *params;
    struct train_state *state; /* apply_run: whose params they are */
    const struct apply_batch *batch;
};

size_t apply_work(const struct graph *g)
{
    const int64_t room = num_ceil_div(chunk_room(g), BATCH_SLACK) * BATCH_SLACK;

    return (size_t)room * sizeof(real);
}

bool apply_open(struct apply *a)
{
    a->chunk_count = chunk_count(a->g);
    a->chunks = mem_take((size_t)a->chunk_count, sizeof *a->chunks);
    a->sums = mem_take((size_t)a->chunk_count, sizeof *a->sums);
    if (!a->chunks || !a->sums)
        return false;
    chunk_cut(a->g, a->chunks);
    return true;
}

void apply_close(struct apply *a)
{
    mem_free(a->chunks);
    mem_free(a->sums);
}

/* The sum over the own slices of a chunk, left in the first one's. */
static real *sum_slices(const struct job *j, const struct chunk *c,
                        const real *before)
{
    const struct apply_batch *b = j->batch;
    real *restrict sum = b->gradients + c->param->grad_offset + c->begin;

    for (int64_t i = 0; before && i < c->count; i++)
        sum[i] = b->slices > 0 ? before[i] + sum[i] : before[i];
    for (int64_t i = 1; i < b->slices; i++) {
        const real *restrict term = sum + i * j->a->g->grad_size;
        for (int64_t k = 0; k < c->count; k++)
            sum[k] += term[k];
    }
    return sum;
}

static real *whole_gradient(const struct job *j, const struct chunk *c,
                            int64_t worker)
{
    const struct apply_batch *b = j->batch;
    const int64_t row = c->param->count / c->param->shape.dim[0];
    void *grad = b->work + (size_t)worker * b->work_bytes;
    struct run r = b->run;

    r.memory.first = 0;
    run_batch_gradient(&r, c->node, b->rows, c->begin / row, c->count / row,
                       grad);
    return grad;
}

static void watch_before(const struct apply *a, int64_t worker)
{
    if (a->watches)
        a->watches[worker].before(a->watches[worker].context);
}

static void watch_after(const struct apply *a, int64_t worker,
                        const struct chunk *c)
{
    if (a->watches)
        a->watches[worker].after(a->watches[worker].context, NULL, c->node,
                                 RUN_UPDATE);
}

/* gradient_job.add */
static real *add_chunk(void *context, int64_t chunk, int64_t worker,
                       const real *before)
{
    const struct job *j = context;
    const struct chunk *c = &j->a->chunks[chunk];

    watch_before(j->a, worker);
    real *sum = c->param->grad_offset == GRADIENT_NONE
                    ? whole_gradient(j, c, worker)
                    : sum_slices(j, c, before);
    watch_after(j->a, worker, c);
    return sum;
}

static void update_weights(const struct job *j, const struct chunk *c, real *g)
{
    const struct apply *a = j->a;
    const struct param *p = c->param;
    const int64_t offset = p->offset + c->begin;
    real *w = j->state->params + offset;
    real *slots[UPDATE_MAX_SLOTS] = {NULL};

    if (p->regularizable)
        penalty_gradient(&a->penalty, w, c->count, g);
    for (int i = 0; update_of(a->rule)->slots[i]; i++)
        slots[i] = j->state->slots[i] + offset;
    const struct update_step step = {
        .t = j->state->update_count,
        .learning_rate = j->batch->learning_rate * p->learning_rate_scale,
        .regularizable = p->regularizable,
    };
    update_of(a->rule)->step(a->rule.config, &step, c->count, w, g, slots);
}

static bool all_finite(const real *values, int64_t count)
{
    return first_nonfinite(values, count) == count;
}

/* gradient_job.use */
static void use_chunk(void *context, int64_t chunk, int64_t worker, real *total)
{
    const struct job *j = context;
    struct apply *a = j->a;
    struct chunk *c = &a->chunks[chunk];
    const real *w = j->params + c->param->offset + c->begin;

    watch_before(a, worker);
    a->sums[chunk] = weight_sums_of(w, c->count);
    if (total)
        update_weights(j, c, total);
    c->finite = all_finite(w, c->count);
    c->gradient_finite = c->finite || !total || all_finite(total, c->count);
    watch_after(a, worker, c);
}

/* Work of apply_penalty: sums alone. */
static void sum_chunk(void *context, int64_t chunk, int64_t worker)
{
    const struct job *j = context;
    const struct chunk *c = &j->a->chunks[chunk];

    (void)worker;
    j->a->sums[chunk] =
        weight_sums_of(j->params + c->param->offset + c->begin, c->count);
}

/* Adds the chunks' sums in order. */
static double penalty_of_sums(const struct apply *a, bool *finite)
{
    struct weight_sums sums = {0, 0};

    *finite = true;
    for (int64_t i = 0; i < a->chunk_count; i++) {
        *finite = *finite && isfinite(a->sums[i].square);
        if (!a->chunks[i].param->regularizable)
            continue;
        sums.absolute += a->sums[i].absolute;
        sums.square += a->sums[i].square;
    }
    return penalty_value(&a->penalty, sums);
}

double apply_run(struct apply *a, struct train_state *state,
                 const struct apply_batch *batch, bool *finite)
{
    struct job j = {a, state->params, state, batch};
    const struct gradient_job gradients = {
        .chunks = a->chunks,
        .chunk_count = a->chunk_count,
        .context = &j,
        .add = add_chunk,
        .use = use_chunk,
        .plan = batch->run.plan,
        .batch = batch->run.memory.batch,
        .rows = batch->rows,
    };

    state->update_count++;
    a->x->ops->gradients(a->x, &gradients);
    const double penalty = penalty_of_sums(a, finite);
    for (int64_t i = 0; i < a->chunk_count; i++)
        *finite = *finite && a->chunks[i].finite;
    return penalty;
}

double apply_penalty(struct apply *a, const real *params, bool *finite)
{
    struct job j = {.a = a, .params = params};

    pool_run(a->x->pool, a->chunk_count, sum_chunk, &j);
    return penalty_of_sums(a, finite);
}

const struct param *apply_bad_gradient(const struct apply *a)
{
    for (int64_t i = a->chunk_count - 1; i >= 0; i--)
        if (!a->chunks[i].gradient_finite)
            return a->chunks[i].param;
    return NULL;
}
