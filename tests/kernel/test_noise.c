/* Layers that draw numbers: which ones, by the documented counter, one at a
 * time, and what they do with them.  (dropout has tests of its own.) */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "layer/config.h"
#include "support/naive.h"
#include "support/trial.h"

enum { BATCH = 6 };

/* Word `index` of a sample: of every 256 the first 64 are the first words of
 * 64 blocks, the next 64 their second ones and so on. */
static uint32_t word_of(int64_t sample, int64_t index)
{
    const int64_t block = index / 256 * 64 + index % 64;
    const struct rng_counter counter = {
        {(uint32_t)block, (uint32_t)sample, 0, 3}};
    const struct rng_block b = rng_block(rng_key(7, "layer/trial"), counter);

    return b.word[index / 64 % 4];
}

/* Box and Muller's pair: cosine from the words 64 apart, then sine. */
static double normal_of(int64_t sample, int64_t index)
{
    const bool is_sine = index / 64 % 2 == 1;
    const int64_t first = is_sine ? index - 64 : index;
    const double u = ((double)word_of(sample, first) + 1) * 0x1p-32;
    const double angle =
        2 * acos(-1.0) * 0x1p-32 * (double)word_of(sample, first + 64);

    return sqrt(-2 * log(u)) * (is_sine ? sin(angle) : cos(angle));
}

static void check_noise(struct shape in, double sigma)
{
    const struct gaussiannoise_config config = {sigma};
    const int64_t width = shape_count(in);
    double sum = 0, squares = 0;
    struct trial t;

    cr_assert_eq(trial_open(&t, "gaussiannoise", &config, in, BATCH), OK);
    trial_fill(&t, 1);
    trial_forward(&t, false);
    cr_assert_eq(memcmp(t.x, t.y, (size_t)t.in_count * sizeof(real)), 0);
    trial_forward(&t, true);
    for (int64_t i = 0; i < t.in_count; i++) {
        const double noise = normal_of(i / width, i % width);
        const double want = (double)t.x[i] + sigma * noise;
        cr_assert(fabs((double)t.y[i] - want) <=
                      1e-6 * (1 + sigma * (1 + fabs(noise))),
                  "sigma %g: y[%ld]: got %.9g want %.9g", sigma, (long)i,
                  (double)t.y[i], want);
        sum += noise;
        squares += noise * noise;
    }
    /* Six standard deviations of the mean and of the mean square. */
    const double n = (double)t.in_count;
    cr_assert_lt(fabs(sum / n), 6 / sqrt(n));
    cr_assert_lt(fabs(squares / n - 1), 6 * sqrt(2 / n));
    trial_backward(&t, true);
    cr_assert_eq(memcmp(t.dx, t.dy, (size_t)t.in_count * sizeof(real)), 0);
    trial_close(&t);
}

Test(noise, gaussian)
{
    check_noise(SHAPE(1), 0.1);
    check_noise(SHAPE(1003), 0.1);
    check_noise(SHAPE(3, 17, 29), 2);
    check_noise(SHAPE(256), 1);
    check_noise(SHAPE(5, 1, 9), 0);
}

/* `left_out` axes share a slope. */
static void check_slopes(struct shape in, const bool *left_out,
                         const struct rrelu_config *config)
{
    const int64_t width = shape_count(in);
    struct trial t;

    cr_assert_eq(trial_open(&t, "rrelu", config, in, BATCH), OK, "%s",
                 t.layer.spec.why);
    trial_fill(&t, 1);
    trial_forward(&t, true);
    trial_backward(&t, true);
    for (int64_t i = 0; i < t.in_count; i++) {
        const int64_t k = naive_number(in.dim, in.axes, left_out, i % width);
        const double u = (double)word_of(i / width, k) * 0x1p-32;
        const real slope =
            (real)(config->lower + (config->upper - config->lower) * u);
        const real factor = t.x[i] > 0 ? 1 : slope;
        cr_assert(fabs((double)t.y[i] - (double)(t.x[i] * factor)) <=
                  2 * REAL_EPSILON);
        cr_assert(fabs((double)t.dx[i] - (double)(t.dy[i] * factor)) <=
                  2 * REAL_EPSILON);
    }
    trial_forward(&t, false);
    const real mean = (real)((config->lower + config->upper) / 2);
    for (int64_t i = 0; i < t.in_count; i++)
        cr_assert_eq(t.y[i], t.x[i] > 0 ? t.x[i] : mean * t.x[i]);
    trial_close(&t);
}

Test(noise, slopes)
{
    static const int64_t columns[] = {1, 2};
    const struct rrelu_config usual = {.shared_axes = {.word = "auto"},
                                       .lower = 0.3,
                                       .upper = 0.8},
                              all = {.shared_axes = {.word = "all"},
                                     .lower = -1,
                                     .upper = 0.5},
                              column = {.shared_axes = {.list = {columns, 2}},
                                        .lower = 0.25,
                                        .upper = 0.25};

    check_slopes(SHAPE(5, 3, 7), (const bool[]){false, true, true}, &usual);
    check_slopes(SHAPE(300, 1, 2), (const bool[]){false, true, true}, &usual);
    check_slopes(SHAPE(611), (const bool[]){false}, &usual);
    check_slopes(SHAPE(5, 3, 7), (const bool[]){true, true, true}, &all);
    check_slopes(SHAPE(5, 3, 7), (const bool[]){true, true, false}, &column);
}

static void check_slices(const char *type, const void *config)
{
    struct trial t;

    cr_assert_eq(trial_open(&t, type, config, SHAPE(7, 5, 9), BATCH), OK);
    trial_fill(&t, 1);
    trial_forward(&t, true);
    const size_t bytes = (size_t)t.out_count * sizeof(real);
    real *whole = mem_take(bytes, 1);
    cr_assert_not_null(whole);
    memcpy(whole, t.y, bytes);
    for (int64_t n = 0; n < BATCH; n++)
        trial_forward_part(&t, true, n, 1);
    cr_assert_eq(memcmp(whole, t.y, bytes), 0, "%s: slices", type);
    mem_free(t.cache); /* nobody runs backward */
    t.cache = NULL;
    trial_forward(&t, true);
    cr_assert_eq(memcmp(whole, t.y, bytes), 0, "%s: no cache", type);
    mem_free(whole);
    trial_close(&t);
}

Test(noise, does_not_depend_on_slices_or_cache)
{
    static const int64_t planes[] = {2, 3};
    const struct gaussiannoise_config noise = {0.5};
    const struct rrelu_config slopes = {
        .shared_axes = {.word = "auto"}, .lower = 0.3, .upper = 0.8};
    const struct dropout_config channels = {
        .p = 0.5, .rescale = true, .shared_axes = {.list = {planes, 2}}};

    check_slices("gaussiannoise", &noise);
    check_slices("rrelu", &slopes);
    check_slices("dropout", &channels);
}

Test(noise, refused_bounds)
{
    const struct rrelu_config config = {
        .shared_axes = {.word = "auto"}, .lower = 0.5, .upper = 0.25};
    struct trial t;

    cr_assert_eq(trial_open(&t, "rrelu", &config, SHAPE(3), 1), ERR_CONFIG);
    cr_assert_str_eq(t.layer.spec.why, "0.5 is above upper, which is 0.25");
    cr_assert_str_eq(t.layer.spec.why_key, "lower");
}
