/*
 * bench.c - batches of random samples, one clock per worker.
 */
#include "train/bench.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/system.h"
#include "train/accord.h"
#include "train/infer.h"

enum {
    MIN_ROUNDS = 3,
    KEPT_ROUNDS = 64, /* evenly over the time; medians are taken of them */
};

/* What one worker spends. */
struct stopwatch {
    double begun;
    bool inference;
    double *spent; /* [graph.count][BENCH_PASSES] */
};

struct bencher {
    const struct bench_config *config;
    const struct graph *g;
    struct exchange exchange;
    struct arena *arena;
    int64_t cells;                 /* graph.count * BENCH_PASSES, and after them
                                      one for the whole batch */
    struct stopwatch *stopwatches; /* [threads] */
    struct run_watch *watches;     /* [threads] */
    struct dataset set;
    int64_t *ids;   /* [batch_size] 0, 1, .. */
    double *rounds; /* [KEPT_ROUNDS][cells + 1] */
    struct train_state state;
    struct step *step;
    struct infer *infer;
    bool shared; /* the first one's clock is that of all, but in updates */
    real *x, *y; /* inference: [batch_size, in..], [batch_size, out..] */
    struct exchange_spent spent; /* a round, on the average */
};

static void start(void *context)
{
    struct stopwatch *w = context;

    w->begun = clock_seconds();
}

static void stop(void *context, const struct run *r, int64_t node,
                 enum run_call call)
{
    struct stopwatch *w = context;
    const int pass = w->inference ? (int)BENCH_INFERENCE : (int)call;

    (void)r;
    w->spent[node * BENCH_PASSES + pass] += clock_seconds() - w->begun;
}

static enum status take_memory(struct bencher *b, struct err *e)
{
    const size_t threads = (size_t)pool_size(b->exchange.pool);
    const size_t batch = (size_t)b->config->step.batch_size;
    const size_t cells = (size_t)b->cells;
    const size_t in = (size_t)shape_count(b->g->in);
    const size_t out = (size_t)shape_count(b->g->out);
    struct arena *a = b->arena;
    double *spent = arena_take(a, threads * cells, sizeof *spent);

    b->stopwatches = arena_take(a, threads, sizeof *b->stopwatches);
    b->watches = arena_take(a, threads, sizeof *b->watches);
    b->ids = arena_take(a, batch, sizeof *b->ids);
    b->rounds = arena_take(a, KEPT_ROUNDS * (cells + 1), sizeof *b->rounds);
    b->x = arena_take(a, batch * in, sizeof *b->x);
    b->y = arena_take(a, batch * out, sizeof *b->y);
    b->set.pixels = arena_take(a, batch * in, 1);
    b->set.labels = arena_take(a, batch, sizeof *b->set.labels);
    b->set.targets = arena_take(a, batch * out, sizeof *b->set.targets);
    const enum status s = arena_check(a, e, "preparing to measure");
    for (size_t i = 0; s == OK && i < threads; i++) {
        b->stopwatches[i].spent = spent + i * cells;
        b->watches[i] = (struct run_watch){&b->stopwatches[i], start, stop};
    }
    return s;
}

static const double mean = 127.5, deviation = 73.9; /* of random bytes */
static const struct normalization norm = {1, &mean, &deviation};

static enum status draw_samples(struct bencher *b, struct err *e)
{
    const int64_t batch = b->config->step.batch_size;
    const int64_t count = batch * shape_count(b->g->in);
    const struct rng_key pixels = rng_key(1, "bench/pixels");
    const struct rng_key labels = rng_key(1, "bench/labels");
    unsigned char *bytes = b->set.pixels;

    b->set.count = batch;
    b->set.shape = b->g->in;
    b->set.pixel = PIXEL_U8;
    for (int64_t i = 0; i < count; i++)
        bytes[i] = (unsigned char)rng_below(pixels, (uint64_t)i, 256);
    for (int64_t i = 0; i < batch; i++) {
        b->ids[i] = i;
        b->set.labels[i] = (int32_t)rng_below(labels, (uint64_t)i,
                                              (uint64_t)shape_count(b->g->out));
    }
    const struct subset all = {&b->set, b->ids, batch};
    return batch_fill(&all, &norm, b->x, NULL, e);
}

/* Do all threads work on one slice at a time? */
static bool shares_slices(const struct bencher *b)
{
    const struct exchange *x = &b->exchange;
    const struct step_config *c = &b->config->step;
    const struct plan_rows rows = step_rows_of(c, pool_size(x->pool));
    const int64_t all = num_ceil_div(c->batch_size, rows.slice);

    return step_crew(x->ops->share(x, all).count, x->pool, 0).layers.pool;
}

/* A step of size 0 costs what any other does and never diverges. */
static void train_batch(struct bencher *b)
{
    const struct subset part = {&b->set, b->ids, b->config->step.batch_size};
    const struct step_batch batch = {
        .set = &b->set,
        .part = &part,
        .norm = &norm,
        .ids = b->ids,
        .count = b->config->step.batch_size,
        .epoch = 1,
    };

    (void)step_run(b->step, &b->state, &batch);
}

static void infer_batch(struct bencher *b)
{
    infer_outputs(b->infer, b->config->step.batch_size, b->x, b->y);
}

static struct exchange_spent spent_of(const struct bencher *b)
{
    return b->exchange.spent ? *b->exchange.spent : (struct exchange_spent){0};
}

/* One batch; what the workers spent becomes a row of times. */
static void measure_round(struct bencher *b, void (*batch)(struct bencher *),
                          double *row)
{
    const int64_t threads = pool_size(b->exchange.pool);
    double *spent = b->stopwatches[0].spent;

    memset(spent, 0, (size_t)(threads * b->cells) * sizeof *spent);
    const struct exchange_spent before = spent_of(b);
    const double begun = clock_seconds();
    batch(b);
    row[b->cells] = clock_seconds() - begun;
    const struct exchange_spent after = spent_of(b);
    b->spent.bytes += after.bytes - before.bytes;
    b->spent.seconds += after.seconds - before.seconds;
    b->spent.waited += after.waited - before.waited;
    for (int64_t i = 0; i < b->cells; i++) {
        const bool shared = b->shared && i % BENCH_PASSES != BENCH_UPDATE;
        const int64_t clocks = shared ? 1 : threads;
        row[i] = 0;
        for (int64_t k = 0; k < clocks; k++)
            row[i] += spent[k * b->cells + i] / (double)clocks;
    }
}

static int by_value(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

/* The median of `count` numbers `stride` apart. */
static double median(const double *values, int64_t count, int64_t stride)
{
    double sorted[KEPT_ROUNDS] = {0};

    for (int64_t i = 0; i < count; i++)
        sorted[i] = values[i * stride];
    qsort(sorted, (size_t)count, sizeof *sorted, by_value);
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

/* Rounds that are kept: every step-th of those so far. */
struct kept {
    int64_t count, step;
};

/* Where there is no room left, every other one goes. */
static void thin_out(struct bencher *b, struct kept *k)
{
    const int64_t row = b->cells + 1;

    if (k->count < KEPT_ROUNDS)
        return;
    k->count /= 2;
    k->step *= 2;
    for (int64_t i = 1; i < k->count; i++)
        memcpy(b->rounds + i * row, b->rounds + 2 * i * row,
               (size_t)row * sizeof *b->rounds);
}

/* All processes measure as many rounds. */
static bool go_on(struct bencher *b, bool own)
{
    const struct exchange *x = &b->exchange;

    return x->ops->least(x, own) == 1;
}

/* Adds the calls' medians to `calls`; returns the batch's. */
static double measure(struct bencher *b, void (*batch)(struct bencher *),
                      double seconds, double *calls)
{
    struct kept kept = {0, 1};
    int64_t rounds = 0;

    batch(b);
    b->spent = (struct exchange_spent){0};
    const double begun = clock_seconds();
    while (rounds < MIN_ROUNDS || go_on(b, clock_seconds() - begun < seconds)) {
        thin_out(b, &kept);
        measure_round(b, batch, b->rounds + kept.count * (b->cells + 1));
        kept.count += rounds++ % kept.step == 0;
    }
    b->spent.bytes /= (double)rounds;
    b->spent.seconds /= (double)rounds;
    b->spent.waited /= (double)rounds;
    for (int64_t i = 0; i < b->cells; i++)
        calls[i] += median(b->rounds + i, kept.count, b->cells + 1);
    return median(b->rounds + b->cells, kept.count, b->cells + 1);
}

static enum status prepare(struct bencher *b, struct err *e)
{
    const struct bench_config *c = b->config;
    const struct update_ops *update =
        c->training ? update_of(c->step.update) : NULL;
    enum status s = take_memory(b, e);

    if (s == OK)
        s = state_new(&b->state, b->g, update, NULL, e);
    if (s == OK && c->training)
        s = step_new(&b->step, &c->step, b->g, &b->exchange, e);
    if (s == OK)
        s = infer_new(&b->infer, b->g, b->exchange.pool,
                      b->config->step.batch_size, e);
    return s;
}

enum status bench_run(struct bench *out, const struct bench_config *c,
                      const struct graph *g, const struct exchange *x,
                      struct arena *arena, struct err *e)
{
    struct bencher b = {
        .config = c,
        .g = g,
        .exchange = *x,
        .arena = arena,
        .cells = g->count * BENCH_PASSES,
    };
    const struct kernels *kern = g->nodes[0].layer.spec.engine.kern;
    const double seconds = c->training ? c->seconds / 2 : c->seconds;

    *out = (struct bench){
        .calls = arena_take(arena, (size_t)b.cells, sizeof *out->calls)};
    if (!out->calls)
        return err_memory(e, "preparing to measure");
    enum status s = prepare(&b, e);
    if (s == OK)
        s = draw_samples(&b, e);
    s = accord_status(x, s, e);
    if (s == OK) {
        out->threads = pool_size(x->pool);
        out->limits = limits_measure(kern, x->pool);
        graph_init_params(g, b.state.params);
        if (c->training) {
            b.shared = shares_slices(&b);
            step_watch(b.step, b.watches);
            out->training = measure(&b, train_batch, seconds, out->calls);
            out->exchange = b.spent;
        }
        for (int64_t i = 0; i < out->threads; i++)
            b.stopwatches[i].inference = true;
        b.shared = infer_shares(b.infer, c->step.batch_size);
        infer_watch(b.infer, b.watches);
        infer_weights(b.infer, b.state.params);
        out->inference = measure(&b, infer_batch, seconds, out->calls);
        out->limits = limits_better(out->limits, limits_measure(kern, x->pool));
    }
    step_free(b.step);
    infer_free(b.infer);
    state_free(&b.state);
    return s;
}
