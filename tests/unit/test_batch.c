/* Moments of a set, normalized batches, fingerprints. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "codec/digest.h"
#include "data/prepare.h"
#include "source/source.h"

enum { COUNT = 50, CHANNELS = 3, PLANE = 35, SIZE = CHANNELS * PLANE };

static unsigned char bytes[COUNT * SIZE];
static float reals[COUNT * SIZE];
static int32_t labels[COUNT];

static void fill(void)
{
    const struct rng_key key = rng_key(3, "pixels");

    for (uint64_t i = 0; i < COUNT * SIZE; i++) {
        bytes[i] = (unsigned char)rng_below(key, i, 256);
        reals[i] = (float)bytes[i];
    }
    for (int32_t i = 0; i < COUNT; i++)
        labels[i] = i % 7;
}

static struct err e;

static struct dataset make(enum pixel_type pixel)
{
    static const char *const names[] = {"0", "1", "2", "3", "4", "5", "6"};

    fill();
    return (struct dataset){.count = COUNT,
                            .shape = SHAPE(CHANNELS, 5, 7),
                            .pixel = pixel,
                            .pixels = pixel == PIXEL_U8 ? (void *)bytes
                                                        : (void *)reals,
                            .labels = labels,
                            .target = {.names = names, .width = 7}};
}

/* Against the definition in long double. */
/* The first samples of a set, at most 60000. */
static struct subset first_of(const struct dataset *d, int64_t count)
{
    static int64_t ids[60000];

    for (int64_t i = 0; i < count; i++)
        ids[i] = i;
    return (struct subset){d, ids, count};
}

Test(moments, bytes_and_reals)
{
    static const int64_t counts[] = {1, 7, COUNT};

    for (int i = 0; i < 6; i++) {
        const struct dataset d = make(i % 2 ? PIXEL_F32 : PIXEL_U8);
        const int64_t n = counts[i / 2] * SIZE;
        long double sum = 0, spread = 0;
        double mean, std;
        const struct subset part = first_of(&d, counts[i / 2]);
        cr_assert_eq(subset_moments(&part, 1, &mean, &std, &e), OK);
        for (int64_t j = 0; j < n; j++)
            sum += bytes[j];
        for (int64_t j = 0; j < n; j++)
            spread += ((long double)bytes[j] - sum / n) *
                      ((long double)bytes[j] - sum / n);
        const double want = (double)sqrtl(spread / n);
        /* Sums of n terms in double: n eps at most, and n < 2^13. */
        cr_expect_float_eq(mean, (double)(sum / n), 256 * 0x1p-40);
        cr_expect_float_eq(std, want, 256 * 0x1p-40, "got %.17g want %.17g",
                           std, want);
    }
}

/* 0.1 has no exact sum, yet pixels that are all 0.1 have no spread. */
Test(moments, equal_pixels_have_no_spread)
{
    struct dataset d = make(PIXEL_F32);
    double mean, std;

    for (int i = 0; i < COUNT * SIZE; i++)
        reals[i] = 0.1f;
    const struct subset part = first_of(&d, COUNT);
    cr_assert_eq(subset_moments(&part, 1, &mean, &std, &e), OK);
    cr_expect_eq(mean, (double)0.1f);
    cr_expect_eq(std, 0.0);
    d.pixel = PIXEL_U8;
    d.pixels = memset(bytes, 77, sizeof bytes);
    cr_assert_eq(subset_moments(&part, 1, &mean, &std, &e), OK);
    cr_expect_eq(mean, 77.0);
    cr_expect_eq(std, 0.0);
}

/* Numbers that are learnt: moments of some samples, by the definition; what is
 * standardized has mean 0 and deviation 1 there and comes back. */
Test(moments, of_targets)
{
    enum { WIDTH = 3, USED = 31 };
    static float targets[COUNT * WIDTH];
    static real back[COUNT * WIDTH];
    struct dataset d = make(PIXEL_U8);
    double mean[WIDTH], std[WIDTH];

    d.target = (struct target){TARGET_REAL, WIDTH, NULL};
    d.targets = targets;
    for (uint64_t i = 0; i < COUNT; i++) {
        targets[i * WIDTH] = (float)(5000 + rng_normal(rng_key(1, "y"), i));
        targets[i * WIDTH + 1] = 0.1f;
        targets[i * WIDTH + 2] = (float)(1e-3 * rng_unit(rng_key(1, "z"), i));
    }
    const struct subset part = first_of(&d, USED);
    subset_target_moments(&part, mean, std);
    for (int k = 0; k < WIDTH; k++) {
        long double sum = 0, spread = 0;
        for (int i = 0; i < USED; i++)
            sum += (long double)targets[i * WIDTH + k];
        for (int i = 0; i < USED; i++)
            spread += powl((long double)targets[i * WIDTH + k] - sum / USED, 2);
        cr_expect_float_eq(mean[k], (double)(sum / USED),
                           1e-15 * fabs(mean[k]));
        if (k != 1)
            cr_expect_float_eq(std[k], (double)sqrtl(spread / USED),
                               1e-12 * std[k]);
    }
    cr_expect_eq(mean[1], (double)0.1f);
    cr_expect_eq(std[1], 0.0);

    std[1] = 2;
    const struct normalization scale = {WIDTH, mean, std};
    cr_assert_eq(dataset_scale(&d, &(struct normalization){0}, &e), OK);
    cr_expect_eq(dataset_learnt(&d), targets);
    cr_assert_eq(dataset_scale(&d, &scale, &e), OK);
    cr_assert_neq(dataset_learnt(&d), targets);
    for (int i = 0; i < COUNT * WIDTH; i++) {
        const double want = ((double)targets[i] - mean[i % 3]) / std[i % 3];
        cr_expect_eq(dataset_learnt(&d)[i], (float)want, "number %d", i);
        back[i] = (real)d.scaled[i];
    }
    batch_raw_targets(&scale, COUNT, back);
    for (int i = 0; i < COUNT * WIDTH; i++)
        cr_expect_float_eq(back[i], targets[i],
                           0x1p-22 * (fabs((double)targets[i]) + 1e-3));
    batch_raw_targets(NULL, COUNT, back);
    mem_free(d.scaled);
}

/* Parts of a sample: its channels, its columns; each against the definition,
 * a constant one exactly. */
Test(moments, of_channels_and_columns)
{
    static const int64_t parts[] = {CHANNELS, SIZE};
    enum { CONSTANT = 40 };
    static double mean[SIZE], std[SIZE];

    for (int i = 0; i < 4; i++) {
        const struct dataset d = make(i % 2 ? PIXEL_F32 : PIXEL_U8);
        const struct subset part = first_of(&d, COUNT);
        const int64_t run = SIZE / parts[i / 2];
        for (int64_t s = 0; s < COUNT; s++) {
            bytes[s * SIZE + CONSTANT] = 9;
            reals[s * SIZE + CONSTANT] = 0.1f;
        }
        const double nine = i % 2 ? (double)0.1f : 9;
        cr_assert_eq(subset_moments(&part, parts[i / 2], mean, std, &e), OK);
        for (int64_t k = 0; k < parts[i / 2]; k++) {
            long double sum = 0, spread = 0;
            for (int64_t j = 0; j < COUNT * run; j++) {
                const int64_t at = j / run * SIZE + k * run + j % run;
                sum += i % 2 ? (long double)reals[at] : bytes[at];
            }
            const long double centre = sum / (COUNT * run);
            for (int64_t j = 0; j < COUNT * run; j++) {
                const int64_t at = j / run * SIZE + k * run + j % run;
                const long double apart =
                    (i % 2 ? (long double)reals[at] : bytes[at]) - centre;
                spread += apart * apart;
            }
            if (run == 1 && k == CONSTANT) {
                cr_expect_eq(mean[k], nine);
                cr_expect_eq(std[k], 0.0);
                continue;
            }
            cr_expect_float_eq(mean[k], (double)centre, 256 * 0x1p-40);
            cr_expect_float_eq(std[k], (double)sqrtl(spread / (COUNT * run)),
                               256 * 0x1p-40, "part %ld", (long)k);
        }
    }
}

/* Against the contract's formula, bit for bit, for a common, a channel's and a
 * column's own constants, bytes and floats, images and flat rows. */
Test(batch, formula)
{
    static const int64_t counts[] = {1, CHANNELS, SIZE};
    static double means[SIZE] = {33.3184, 100.25, -3};
    static double stds[SIZE] = {78.5675, 0.1, 9};
    static const int64_t ids[] = {49, 0, 7, 7, 21};
    enum { N = ARRAY_LEN(ids) };
    static real x[(N + 1) * SIZE];

    for (int64_t k = 3; k < SIZE; k++) {
        means[k] = (double)k / 3;
        stds[k] = 1 + (double)k / 7;
    }
    for (int i = 0; i < 12; i++) {
        struct dataset d = make(i % 2 ? PIXEL_F32 : PIXEL_U8);
        const struct normalization norm = {counts[i / 4], means, stds};
        int32_t got[N + 1] = {-1, -1, -1, -1, -1, -1};
        if (i & 2)
            d.shape = SHAPE(SIZE);
        x[N * SIZE] = 12345;
        const struct subset of = {&d, ids, N};
        cr_assert_eq(batch_fill(&of, &norm, x, i & 2 ? NULL : got, &e), OK);
        cr_expect(x[N * SIZE] == (real)12345, "wrote beyond the batch");
        for (int64_t k = 0; k < N * SIZE; k++) {
            const int64_t c = k % SIZE / (SIZE / norm.count);
            const real raw = (real)bytes[ids[k / SIZE] * SIZE + k % SIZE];
            const real centred = raw - (real)means[c];
            const real want = centred * (real)(1.0 / stds[c]);
            cr_assert(x[k] == want, "case %d element %ld: got %.9g want %.9g",
                      i, (long)k, (double)x[k], (double)want);
        }
        for (int64_t k = 0; k < N; k++)
            cr_expect_eq(got[k], i & 2 ? -1 : labels[ids[k]]);
        cr_expect_eq(got[N], -1);
    }
}

static void digest(const struct dataset *d, struct shape shape,
                   char hex[SHA256_HEX_BYTES])
{
    struct sha256 s;

    sha256_begin(&s);
    cr_assert_eq(dataset_digest(d, shape, &s, NULL, &e), OK);
    sha256_end(&s, hex);
}

/* What was normalized comes back, to the rounding of two operations. */
Test(batch, raw_values_come_back)
{
    static const int64_t counts[] = {1, CHANNELS, SIZE};
    static const int64_t ids[] = {3};
    static double means[SIZE], stds[SIZE];
    const struct dataset d = make(PIXEL_F32);

    for (int64_t k = 0; k < SIZE; k++) {
        means[k] = 100 + (double)k;
        stds[k] = 20 + (double)k / 8;
    }
    for (int i = 0; i < 3; i++) {
        const struct normalization norm = {counts[i], means, stds};
        real x[SIZE];
        const struct subset of = {&d, ids, 1};
        cr_assert_eq(batch_fill(&of, &norm, x, NULL, &e), OK);
        batch_raw(&norm, d.shape, x);
        for (int64_t k = 0; k < SIZE; k++)
            cr_assert_float_eq((double)x[k], (double)reals[3 * SIZE + k],
                               500 * (double)REAL_EPSILON, "%lld pairs, %lld",
                               (long long)counts[i], (long long)k);
    }
}

Test(digest, depends_on_the_data_alone)
{
    struct dataset a = make(PIXEL_U8), b = make(PIXEL_F32);
    const struct shape shape = SHAPE(CHANNELS, 5, 7);
    char x[SHA256_HEX_BYTES], y[SHA256_HEX_BYTES];

    b.shape = SHAPE(SIZE); /* as a CSV row */
    digest(&a, shape, x);
    digest(&b, shape, y);
    cr_expect_str_eq(x, y);
    digest(&a, SHAPE(SIZE), y);
    cr_expect_str_neq(x, y, "the shape does not count");
    labels[3] = 5;
    digest(&a, shape, y);
    cr_expect_str_neq(x, y, "labels do not count");
    labels[3] = 3;
    bytes[SIZE * COUNT - 1] ^= 1;
    digest(&a, shape, y);
    cr_expect_str_neq(x, y, "the last pixel does not count");
    digest(&b, shape, x);
    reals[17] += 0.5f;
    digest(&b, shape, y);
    cr_expect_str_neq(x, y, "a fraction does not count");
    b.count--;
    digest(&b, shape, x);
    cr_expect_str_neq(x, y, "the number of samples does not count");
}
