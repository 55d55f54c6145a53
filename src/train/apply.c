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

enum { LANES = 8 };

static double total(const double *lane)
{
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) +
           ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

/* Sums in double, in a fixed order of eight interleaved partial sums, which is
 * part of the result's bits. */
static struct weight_sums weight_sums_of(const real *w, int64_t count)
{
    double absolute[LANES] = {0}, square[LANES] = {0};
    int64_t i = 0;

    for (; i + LANES <= count; i += LANES)
        for (int64_t j = 0; j < LANES; j++) {
            const double value = (double)w[i + j];
            absolute[j] += fabs(value);
            square[j] += value * value;
        }
    for (; i < count; i++) {
        const double value = (double)w[i];
        absolute[0] += fabs(value);
        square[0] += value * value;
    }
    return (struct weight_sums){total(absolute), total(square)};
}

static double penalty_value(const struct penalty *p, struct weight_sums sums)
{
    /* A coefficient of 0 leaves its term out, were the sum infinite. */
    return (p->l1 > 0 ? p->l1 * sums.absolute : 0) +
           (p->l2 > 0 ? p->l2 * sums.square : 0);
}

/* g[i] += l1 * sign(w[i]) + 2 * l2 * w[i]; sign(0) = 0. */
static void penalty_gradient(const struct penalty *p, const real *w,
                             int64_t count, real *g)
{
    const real l1 = (real)p->l1, twice_l2 = (real)(2 * p->l2);

    if (p->l1 > 0)
        for (int64_t i = 0; i < count; i++)
            g[i] += l1 * (real)((w[i] > 0) - (w[i] < 0));
    if (p->l2 > 0)
        for (int64_t i = 0; i < count; i++)
            g[i] += twice_l2 * w[i];
}

enum { CHUNK = 4096 }; /* weights */

/* Of a batch gradient as many rows as the products take side by side, while
 * what comes out stays in the cache. */
enum { ROWS = 8, ROWS_MOST = 1 << 18 };

static int64_t size_of(const struct param *p)
{
    if (p->grad_offset != GRADIENT_NONE)
        return CHUNK;
    const int64_t row = p->count / p->shape.dim[0];
    return num_max(1, num_min(ROWS, ROWS_MOST / row)) * row;
}

size_t apply_work(const struct graph *g)
{
    int64_t room = 0;

    for (int64_t i = 0; i < g->param_count; i++)
        if (g->params[i].grad_offset == GRADIENT_NONE)
            room = num_max(room, size_of(&g->params[i]));
    return (size_t)(num_ceil_div(room, BATCH_SLACK) * BATCH_SLACK) *
           sizeof(real);
}

/* Cuts all parameters, in their order, into `chunks`; NULL: only counts.
 * Returns how many there are. */
static int64_t cut_chunks(const struct graph *g, struct chunk *chunks)
{
    int64_t count = 0;

    for (int64_t i = 0; i < g->param_count; i++) {
        const struct param *p = &g->params[i];
        const int64_t size = size_of(p);
        for (int64_t begin = 0; begin < p->count; begin += size, count++)
            if (chunks)
                chunks[count] = (struct chunk){
                    .param = p,
                    .begin = begin,
                    .count = num_min(size, p->count - begin),
                    .finite = true,
                    .gradient_finite = true,
                };
    }
    return count;
}

void apply_open(struct apply *a, struct arena *arena)
{
    a->chunk_count = cut_chunks(a->g, NULL);
    a->chunks = arena_take(arena, (size_t)a->chunk_count, sizeof *a->chunks);
    a->sums = arena_take(arena, (size_t)a->chunk_count, sizeof *a->sums);
    if (a->chunks)
        (void)cut_chunks(a->g, a->chunks);
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
    run_batch_gradient(&r, c->param->node, b->rows, c->begin / row,
                       c->count / row, grad);
    return grad;
}

static const struct run_watch *watch_of(const struct apply *a, int64_t worker)
{
    return a->watches ? &a->watches[worker] : NULL;
}

/* gradient_job.add */
static real *add_chunk(void *context, int64_t chunk, int64_t worker,
                       const real *before)
{
    const struct job *j = context;
    const struct chunk *c = &j->a->chunks[chunk];
    const struct run_watch *watch = watch_of(j->a, worker);

    watch_begin(watch);
    real *sum = c->param->grad_offset == GRADIENT_NONE
                    ? whole_gradient(j, c, worker)
                    : sum_slices(j, c, before);
    watch_end(watch, NULL, c->param->node, RUN_UPDATE);
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

/* gradient_job.use */
static void use_chunk(void *context, int64_t chunk, int64_t worker, real *total)
{
    const struct job *j = context;
    struct apply *a = j->a;
    struct chunk *c = &a->chunks[chunk];
    const real *w = j->params + c->param->offset + c->begin;
    const struct run_watch *watch = watch_of(a, worker);

    watch_begin(watch);
    a->sums[chunk] = weight_sums_of(w, c->count);
    if (total)
        update_weights(j, c, total);
    c->finite = all_finite(w, c->count);
    c->gradient_finite = c->finite || !total || all_finite(total, c->count);
    watch_end(watch, NULL, c->param->node, RUN_UPDATE);
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
