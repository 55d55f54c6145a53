/* Pixels that are apart give what pixels in memory give, to the bit. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/blame.h"
#include "base/pool.h"
#include "base/rng.h"
#include "codec/digest.h"
#include "data/pixels.h"
#include "data/prepare.h"
#include "source/convert.h"
#include "support/apart.h"

/* More bytes than a block of a walk. */
enum { COUNT = 700, CHANNELS = 3, SIZE = CHANNELS * 21 * 29, FEW = 37 };

static unsigned char bytes[COUNT * SIZE];
static float reals[COUNT * SIZE];
static int32_t labels[COUNT];
static int64_t ids[COUNT];
static struct err e;

/* Bytes, floats that are bytes, floats that are not. */
static struct dataset make(int kind)
{
    static const char *const names[] = {"0", "1"};
    const struct rng_key key = rng_key(1, "test");

    for (uint64_t i = 0; i < COUNT * SIZE; i++) {
        bytes[i] = (unsigned char)rng_below(key, i, 256);
        reals[i] = (float)bytes[i] + (kind == 2 ? 0.25f : 0);
    }
    for (int32_t i = 0; i < COUNT; i++)
        labels[i] = i % 2;
    rng_permutation(key, COUNT, ids);
    return (struct dataset){.count = COUNT,
                            .shape = SHAPE(CHANNELS, 21, 29),
                            .pixel = kind == 0 ? PIXEL_U8 : PIXEL_F32,
                            .pixels = kind == 0 ? (void *)bytes : (void *)reals,
                            .labels = labels,
                            .target = {.names = names, .width = 2}};
}

Test(pixels, batches)
{
    static const int64_t counts[] = {1, CHANNELS, SIZE};
    static double means[SIZE], stds[SIZE];
    static real want[FEW * SIZE], got[FEW * SIZE + 1];
    int32_t want_labels[FEW], got_labels[FEW];

    for (int64_t k = 0; k < SIZE; k++) {
        means[k] = (double)k / 3;
        stds[k] = 1 + (double)k / 7;
    }
    for (int i = 0; i < 9; i++) {
        const struct dataset held = make(i / 3);
        struct apart store;
        const struct dataset apart = apart_of(&held, &store);
        const struct normalization norm = {counts[i % 3], means, stds};
        got[FEW * SIZE] = 12345;
        ids[2] = 100; /* some follow each other */
        ids[3] = ids[2] + 1;
        ids[4] = ids[2] + 2;
        const struct subset a = {&held, ids, FEW}, b = {&apart, ids, FEW};
        cr_assert_eq(batch_fill(&a, &norm, want, want_labels, &e), OK);
        cr_assert_eq(batch_fill(&b, &norm, got, got_labels, &e), OK);
        cr_expect_eq(memcmp(want, got, sizeof want), 0, "case %d", i);
        cr_expect_eq(memcmp(want_labels, got_labels, sizeof got_labels), 0);
        cr_expect(got[FEW * SIZE] == (real)12345);
        cr_expect_eq(store.samples, FEW);
        cr_expect_leq(store.reads, FEW - 2, "%d reads", (int)store.reads);
    }
}

Test(pixels, moments_range_and_digest)
{
    static const int64_t parts[] = {1, CHANNELS, SIZE};
    static double mean[2][SIZE], std[2][SIZE];

    for (int i = 0; i < 9; i++) {
        const struct dataset held = make(i / 3);
        struct apart store;
        const struct dataset apart = apart_of(&held, &store);
        const int64_t n = parts[i % 3];
        char hex[2][SHA256_HEX_BYTES];
        double range[2];
        for (int k = 0; k < 2; k++) {
            const struct dataset *d = k ? &apart : &held;
            const struct subset p = {d, ids, COUNT - 5};
            struct sha256 digest;
            sha256_begin(&digest);
            cr_assert_eq(subset_moments(&p, n, mean[k], std[k], &e), OK);
            cr_assert_eq(subset_range(&p, &range[k], &e), OK);
            cr_assert_eq(dataset_digest(d, d->shape, &digest, NULL, &e), OK);
            sha256_end(&digest, hex[k]);
        }
        cr_expect_eq(memcmp(mean[0], mean[1], (size_t)n * sizeof(double)), 0);
        cr_expect_eq(memcmp(std[0], std[1], (size_t)n * sizeof(double)), 0);
        cr_expect_eq(range[0], range[1]);
        cr_expect_str_eq(hex[0], hex[1]);
    }
}

Test(pixels, conversion)
{
    for (int i = 0; i < 3; i++) {
        const struct dataset held = make(i);
        struct apart store;
        const struct dataset apart = apart_of(&held, &store);
        const struct subset a = {&held, ids, FEW}, b = {&apart, ids, FEW};
        struct text want[3] = {{0}}, got[3] = {{0}};
        cr_assert_eq(convert_print_csv(&want[0], &a, &e), OK);
        cr_assert_eq(convert_print_csv(&got[0], &b, &e), OK);
        cr_assert_eq(convert_print_idx(&want[1], &want[2], &a, "x", &e), OK);
        cr_assert_eq(convert_print_idx(&got[1], &got[2], &b, "x", &e), OK);
        for (int k = 0; k < 3; k++) {
            cr_assert_eq(want[k].length, got[k].length);
            cr_expect_eq(memcmp(want[k].at, got[k].at, want[k].length), 0);
            text_free(&want[k]);
            text_free(&got[k]);
        }
    }
}

/* Whoever looks is told. */
Test(pixels, a_store_that_fails)
{
    static real x[SIZE];
    static double mean[1], std[1];
    static const double zero = 0, one = 1;
    const struct normalization norm = {1, &zero, &one};
    const struct dataset held = make(2);
    struct apart store;
    const struct dataset apart = apart_of(&held, &store);
    const struct subset all = {&apart, ids, COUNT};
    const int64_t last = COUNT - 1;
    const struct subset one_of = {&apart, &last, 1};
    struct text text = {0};
    struct sha256 digest;
    double range;

    store.bad = last;
    sha256_begin(&digest);
    cr_expect_eq(batch_fill(&one_of, &norm, x, NULL, &e), ERR_IO);
    cr_expect_eq(subset_moments(&all, 1, mean, std, &e), ERR_IO);
    cr_expect_eq(subset_range(&all, &range, &e), ERR_IO);
    cr_expect_eq(dataset_digest(&apart, apart.shape, &digest, NULL, &e),
                 ERR_IO);
    cr_expect_eq(convert_print_csv(&text, &all, &e), ERR_IO);
    cr_expect_eq(e.count, 5, "%s", e.text);
    text_free(&text);
}

/* Parts that fail: every one above 40 that is odd. */
static void fail_some(void *context, int64_t part, int64_t worker)
{
    struct blame *b = context;
    struct err *at = blame_at(b, worker, part);

    if (at && part > 40 && part % 2)
        (void)err_add(at, ERR_DATA, "x", "part %lld", (long long)part);
}

Test(blame, the_first_part_in_order_is_told)
{
    for (int64_t threads = 1; threads <= 4; threads++) {
        struct pool *pool;
        struct blame b;
        e = (struct err){0};
        cr_assert_eq(pool_new(&pool, threads, &e), OK);
        cr_assert_eq(blame_open(&b, threads, &e), OK);
        for (int i = 0; i < 20; i++) {
            e = (struct err){0};
            pool_run(pool, 40, fail_some, &b);
            cr_expect_eq(blame_settle(&b, &e), OK);
            pool_run(pool, 200, fail_some, &b);
            cr_expect_eq(blame_settle(&b, &e), ERR_DATA);
            cr_expect_str_eq(e.text, "x: error: part 41\n");
            cr_expect_eq(e.status, ERR_DATA);
        }
        blame_close(&b);
        pool_free(pool);
    }
}

static void set_number(void *context)
{
    *(int *)context += 1;
}

Test(aside, works_beside_the_caller)
{
    struct aside *a;
    int number = 0;

    e = (struct err){0};
    cr_assert_eq(aside_new(&a, &e), OK);
    aside_wait(a);
    for (int i = 1; i <= 1000; i++) {
        aside_begin(a, set_number, &number);
        aside_wait(a);
        cr_assert_eq(number, i);
    }
    aside_begin(a, set_number, &number);
    aside_free(a);
    cr_expect_eq(number, 1001);
}
