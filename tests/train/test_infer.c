/*
 * Calls of few samples and many: every thread has work, the memory that was
 * promised is the memory there is, and a sample's bits are its own.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "support/rig.h"
#include "train/infer.h"

enum { MOST_SAMPLES = 70, MOST_THREADS = 4, MOST_SLICES = 32 };

static struct pool *pool_of(int64_t threads)
{
    struct err e = {0};
    struct pool *pool;

    cr_assert_eq(pool_new(&pool, threads, &e), OK, "%s", e.text);
    return pool;
}

static struct infer *infer_of(const struct rig *r, struct pool *pool,
                              int64_t most)
{
    struct err e = {0};
    struct infer *infer;

    cr_assert_eq(infer_new(&infer, &r->g, pool, most, &e), OK, "%s", e.text);
    infer_weights(infer, r->state.params);
    return infer;
}

static real *take(struct arena *arena, int64_t count, const char *purpose)
{
    const struct rng_key key = rng_key(7, purpose);
    real *block = arena_take(arena, (size_t)count, sizeof *block);

    cr_assert_not_null(block);
    for (int64_t i = 0; i < count; i++)
        block[i] = (real)rng_normal(key, (uint64_t)i);
    return block;
}

/* The slices that one worker ran. */
struct seen {
    int64_t count, rows[MOST_SLICES];
};

static void see(void *context, const struct run *r, int64_t node,
                enum run_call call)
{
    struct seen *s = context;

    (void)call;
    if (node == r->graph->count - 1 && s->count < MOST_SLICES)
        s->rows[s->count++] = r->rows;
}

/* How many slices a call had; the most samples of one and their total. */
static int64_t slices_of(const struct rig *r, int64_t threads, int64_t samples,
                         int64_t *most, int64_t *total)
{
    struct arena arena = {0};
    struct pool *pool = pool_of(threads);
    struct infer *infer = infer_of(r, pool, INFER_ANY);
    struct seen seen[MOST_THREADS] = {{0}};
    struct run_watch watches[MOST_THREADS];
    const int64_t in = shape_count(r->g.in), out = shape_count(r->g.out);
    int64_t slices = 0;

    for (int64_t i = 0; i < threads; i++)
        watches[i] = (struct run_watch){&seen[i], NULL, see};
    infer_watch(infer, watches);
    infer_outputs(infer, samples, take(&arena, samples * in, "x"),
                  take(&arena, samples * out, "y"));
    *most = *total = 0;
    for (int64_t i = 0; i < threads; i++)
        for (int64_t k = 0; k < seen[i].count; k++, slices++) {
            *total += seen[i].rows[k];
            *most = seen[i].rows[k] > *most ? seen[i].rows[k] : *most;
        }
    infer_free(infer);
    pool_free(pool);
    arena_free(&arena);
    return slices;
}

Test(infer, slices_leave_no_thread_without_work)
{
    static const struct {
        int64_t threads, samples, slices, most;
    } cases[] = {
        {1, 16, 1, 16}, {1, 17, 2, 9},  {1, 33, 3, 11}, {2, 2, 2, 1},
        {2, 16, 2, 8},  {2, 17, 2, 9},  {2, 32, 2, 16}, {2, 33, 4, 9},
        {2, 40, 4, 10}, {3, 48, 3, 16}, {4, 5, 3, 2},   {4, 64, 4, 16},
    };
    struct rig r;

    rig_open(&r, &rig_nets[0]);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t most, total;
        const int64_t slices =
            slices_of(&r, cases[i].threads, cases[i].samples, &most, &total);
        cr_expect_eq(slices, cases[i].slices, "%zu: %d slices", i, (int)slices);
        cr_expect_eq(most, cases[i].most, "%zu: %d samples", i, (int)most);
        cr_expect_eq(total, cases[i].samples, "%zu: %d samples", i, (int)total);
    }
    rig_close(&r);
}

static void expect_alone(const struct rig *r, int64_t threads, int64_t most,
                         const real *x, const real *want)
{
    struct arena arena = {0};
    struct pool *pool = pool_of(threads);
    struct infer *infer = infer_of(r, pool, most);
    const int64_t in = shape_count(r->g.in), out = shape_count(r->g.out);
    real *y = take(&arena, MOST_SAMPLES * out, "y");

    for (int64_t count = 1; count <= MOST_SAMPLES && count <= most;
         count += count < 6 ? 1 : 7) {
        const int64_t first = (MOST_SAMPLES - count) / 2;
        infer_outputs(infer, count, x + first * in, y);
        cr_expect_eq(
            memcmp(y, want + first * out, (size_t)(count * out) * sizeof *y), 0,
            "%d samples of %d on %d threads", (int)count, (int)most,
            (int)threads);
    }
    infer_free(infer);
    pool_free(pool);
    arena_free(&arena);
}

static void check_bits(const struct rig_net *net)
{
    struct arena arena = {0};
    struct rig r;

    rig_open(&r, net);
    const int64_t in = shape_count(r.g.in), out = shape_count(r.g.out);
    const real *x = take(&arena, MOST_SAMPLES * in, "x");
    real *want = take(&arena, MOST_SAMPLES * out, "y");
    struct pool *pool = pool_of(1);
    struct infer *alone = infer_of(&r, pool, 1);

    for (int64_t i = 0; i < MOST_SAMPLES; i++)
        infer_outputs(alone, 1, x + i * in, want + i * out);
    for (int64_t threads = 1; threads <= MOST_THREADS; threads++) {
        expect_alone(&r, threads, INFER_ANY, x, want);
        for (int64_t most = 1; most < 6; most++)
            expect_alone(&r, threads, most, x, want);
    }
    infer_free(alone);
    pool_free(pool);
    rig_close(&r);
    arena_free(&arena);
}

Test(infer, bits_of_a_sample_are_its_own)
{
    for (const struct rig_net *net = rig_nets; net->name; net++)
        check_bits(net);
    check_bits(&rig_wide);
}

static struct infer_bytes bytes_of(const struct rig *r, int64_t threads,
                                   int64_t most)
{
    struct infer_bytes bytes;
    struct err e = {0};

    cr_assert_eq(infer_bytes(&r->g, threads, most, &bytes, &e), OK);
    return bytes;
}

/* What is promised for info: a slice of 16 samples a thread at most, and one
 * lane where the threads share it. */
Test(infer, memory_is_that_of_the_slices)
{
    struct rig r;

    rig_open(&r, &rig_wide);
    const size_t one = bytes_of(&r, 1, 1).lanes;
    const size_t all = bytes_of(&r, 1, 16).lanes;
    cr_expect_eq(bytes_of(&r, 2, 2).lanes, 2 * one);
    cr_expect_eq(bytes_of(&r, 1, INFER_ANY).lanes, all);
    cr_expect_eq(bytes_of(&r, 2, 32).lanes, 2 * all);
    cr_expect_eq(bytes_of(&r, 2, INFER_ANY).lanes, 2 * all);
    cr_expect_eq(bytes_of(&r, 4, 4).lanes, 4 * one);
    cr_expect_eq(bytes_of(&r, 3, 2).lanes, 3 * one);
    cr_expect_lt(bytes_of(&r, 4, 2).lanes, 2 * one);
    cr_assert_gt(all, 4 * one);
    rig_close(&r);
}
