/*
 * apply.c - chunks in parallel: sum, penalty, rule.
 */
#include "train/apply.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "tensor/finite.h"

/* What the threads share. */
struct job {
    struct apply *a;
    const real *params;
    struct train_state *state; /* apply_run: whose params they are */
    const struct apply_batch *batch;
    double factor; /* of the clipped gradient */
};

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

/* Is row c of the parameter all that makes channel c of an output, at any
 * place: a filter of a convolution, a unit of a dense layer?  Filters that
 * differ from place to place have more axes. */
static bool has_filters(const struct graph *g, const struct param *p)
{
    const struct graph_node *n = &g->nodes[p->node];

    return p->trainable && n->layer.ops->is_linear && p->shape.axes <= 4 &&
           p == &g->params[n->first_param];
}

/* Cuts what max_norm is of, as cut_chunks. */
static int64_t cut_limits(const struct graph *g, struct chunk *limits)
{
    int64_t count = 0;

    for (int64_t i = 0; i < g->param_count; i++) {
        const struct param *p = &g->params[i];
        if (!has_filters(g, p))
            continue;
        const int64_t row = p->count / p->shape.dim[0];
        const int64_t size = num_max(1, CHUNK / row) * row;
        for (int64_t begin = 0; begin < p->count; begin += size, count++)
            if (limits)
                limits[count] = (struct chunk){
                    .param = p,
                    .begin = begin,
                    .count = num_min(size, p->count - begin),
                };
    }
    return count;
}

bool apply_limits(const struct graph *g)
{
    return cut_limits(g, NULL) > 0;
}

void apply_open(struct apply *a, struct arena *arena)
{
    const size_t chunks = (size_t)cut_chunks(a->g, NULL);

    a->chunk_count = (int64_t)chunks;
    a->limit_count = a->max_norm > 0 ? cut_limits(a->g, NULL) : 0;
    a->chunks = arena_take(arena, chunks, sizeof *a->chunks);
    a->sums = arena_take(arena, chunks, sizeof *a->sums);
    a->limits = arena_take(arena, (size_t)a->limit_count, sizeof *a->limits);
    if (a->measures || a->clip_norm > 0)
        a->squares = arena_take(arena, chunks, sizeof *a->squares);
    if (arena->failed)
        return;
    (void)cut_chunks(a->g, a->chunks);
    if (a->limit_count > 0)
        (void)cut_limits(a->g, a->limits);
}

enum status apply_prepare(const struct apply *a, const struct plan *p,
                          struct err *e)
{
    const struct gradient_job job = {
        .chunks = a->chunks, .chunk_count = a->chunk_count, .plan = p};

    return a->x->ops->prepare ? a->x->ops->prepare(a->x, &job, e) : OK;
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

/* The penalty's coefficients for a parameter. */
static struct penalty penalty_of(const struct apply *a, const struct param *p)
{
    return (struct penalty){a->penalty.l1 + p->l1, a->penalty.l2 + p->l2};
}

static void move_weights(const struct job *j, struct chunk *c, const real *g)
{
    const struct variant rule = j->a->rule;
    const struct param *p = c->param;
    const int64_t offset = p->offset + c->begin;
    real *w = j->state->params + offset;
    real *slots[UPDATE_MAX_SLOTS] = {NULL};

    for (int i = 0; update_of(rule)->slots[i]; i++)
        slots[i] = j->state->slots[i] + offset;
    const struct update_step step = {
        .t = j->state->update_count,
        .learning_rate = j->batch->learning_rate * p->learning_rate_scale,
        .momentum = j->batch->momentum,
        .regularizable = p->regularizable,
    };
    update_of(rule)->step(rule.config, &step, c->count, w, g, slots);
}

/* The penalty joins the gradient, which is measured, and makes its step or
 * waits for its norm. */
static void use_gradient(const struct job *j, int64_t chunk, real *g)
{
    const struct apply *a = j->a;
    struct chunk *c = &a->chunks[chunk];
    const struct param *p = c->param;
    const int64_t offset = p->offset + c->begin;

    if (p->regularizable)
        penalty_gradient(penalty_of(a, p), j->params + offset, c->count, g);
    if (a->squares)
        a->squares[chunk] = weight_sums_of(g, c->count).square;
    if (a->clip_norm > 0)
        memcpy(a->gradient + offset, g, (size_t)c->count * sizeof *g);
    else
        move_weights(j, c, g);
}

/* Are the numbers sound, and was the gradient, NULL: there is none? */
static void judge(const struct job *j, struct chunk *c, const real *g)
{
    c->finite = all_finite(j->params + c->param->offset + c->begin, c->count);
    c->gradient_finite = c->finite || !g || all_finite(g, c->count);
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
        use_gradient(j, chunk, total);
    if (a->clip_norm == 0)
        judge(j, c, total);
    watch_end(watch, NULL, c->param->node, RUN_UPDATE);
}

/* The norm of the whole gradient, chunks in order. */
static double gradient_norm(const struct apply *a)
{
    double square = 0;

    for (int64_t i = 0; a->squares && i < a->chunk_count; i++)
        square += a->squares[i];
    return a->squares ? sqrt(square) : (double)NAN;
}

/* Work on a chunk whose gradient has waited. */
static void move_chunk(void *context, int64_t chunk, int64_t worker)
{
    const struct job *j = context;
    struct chunk *c = &j->a->chunks[chunk];
    real *g = j->a->gradient + c->param->offset + c->begin;
    const struct run_watch *watch = watch_of(j->a, worker);

    watch_begin(watch);
    if (j->factor < 1)
        norms_scale(g, c->count, j->factor);
    if (c->param->trainable)
        move_weights(j, c, g);
    judge(j, c, c->param->trainable ? g : NULL);
    watch_end(watch, NULL, c->param->node, RUN_UPDATE);
}

/* Work on rows that max_norm is of. */
static void limit_rows(void *context, int64_t limit, int64_t worker)
{
    const struct job *j = context;
    const struct chunk *c = &j->a->limits[limit];
    const int64_t row = c->param->count / c->param->shape.dim[0];
    const struct run_watch *watch = watch_of(j->a, worker);

    watch_begin(watch);
    norms_limit(j->state->params + c->param->offset + c->begin, c->count / row,
                row, j->a->max_norm);
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

/* Work on a chunk that has moved: the running mean follows. */
static void average_chunk(void *context, int64_t chunk, int64_t worker)
{
    const struct job *j = context;
    const struct chunk *c = &j->a->chunks[chunk];
    const int64_t offset = c->param->offset + c->begin;

    (void)worker;
    if (c->param->trainable)
        average_add(&j->state->average, j->params, offset, c->count);
}

/* Adds the chunks' sums in order; what layers add of their own comes after. */
static double penalty_of_sums(const struct apply *a, bool *finite)
{
    struct weight_sums sums = {0, 0};
    double own = 0;

    *finite = true;
    for (int64_t i = 0; i < a->chunk_count; i++) {
        const struct param *p = a->chunks[i].param;
        *finite = *finite && isfinite(a->sums[i].square);
        if (!p->regularizable)
            continue;
        sums.absolute += a->sums[i].absolute;
        sums.square += a->sums[i].square;
        own += penalty_value((struct penalty){p->l1, p->l2}, a->sums[i]);
    }
    return penalty_value(a->penalty, sums) + own;
}

struct apply_result apply_run(struct apply *a, struct train_state *state,
                              const struct apply_batch *batch)
{
    struct job j = {a, state->params, state, batch, 1};
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
    struct apply_result result;

    state->update_count++;
    a->x->ops->gradients(a->x, &gradients);
    result.gradient_norm = gradient_norm(a);
    if (a->clip_norm > 0) {
        /* One that is no number is left for the weights to show. */
        if (result.gradient_norm > a->clip_norm &&
            isfinite(result.gradient_norm))
            j.factor = a->clip_norm / result.gradient_norm;
        pool_run(a->x->pool, a->chunk_count, move_chunk, &j);
    }
    if (a->limit_count > 0)
        pool_run(a->x->pool, a->limit_count, limit_rows, &j);
    if (state->average.decay > 0)
        pool_run(a->x->pool, a->chunk_count, average_chunk, &j);
    result.penalty = penalty_of_sums(a, &result.finite);
    for (int64_t i = 0; i < a->chunk_count; i++)
        result.finite = result.finite && a->chunks[i].finite;
    return result;
}

double apply_penalty(struct apply *a, const real *params, bool *finite)
{
    struct job j = {.a = a, .params = params};

    pool_run(a->x->pool, a->chunk_count, sum_chunk, &j);
    return penalty_of_sums(a, finite);
}

double apply_gradient_square(const struct apply *a, const struct param *p)
{
    double square = 0;

    for (int64_t i = 0; i < a->chunk_count; i++)
        if (a->chunks[i].param == p)
            square += a->squares[i];
    return square;
}

const struct param *apply_bad_gradient(const struct apply *a)
{
    for (int64_t i = a->chunk_count - 1; i >= 0; i--)
        if (!a->chunks[i].gradient_finite)
            return a->chunks[i].param;
    return NULL;
}
