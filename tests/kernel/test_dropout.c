/* dropout: its mask is a function of key, sample, element and epoch. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "layer/config.h"
#include "support/naive.h"
#include "support/trial.h"

enum { BATCH = 40, COUNT = 1003 };

static void open(struct trial *t, const struct dropout_config *config)
{
    cr_assert_eq(trial_open(t, "dropout", config, SHAPE(COUNT), BATCH), OK);
    trial_fill(t, 1);
}

/* By the documented counter, one element at a time. */
static bool is_kept(int64_t sample, int64_t element, double p)
{
    const struct rng_counter counter = {
        {(uint32_t)(element / 4), (uint32_t)sample, 0, 3}};
    const struct rng_block b = rng_block(rng_key(7, "layer/trial"), counter);

    return b.word[element % 4] >= (uint32_t)(p * 0x1p32);
}

static void check(double p, bool rescale)
{
    const struct dropout_config config = {.p = p, .rescale = rescale};
    const real factor = rescale ? (real)(1 / (1 - p)) : 1;
    int64_t kept = 0;
    struct trial t;

    open(&t, &config);
    trial_forward(&t, true);
    trial_backward(&t, true);
    for (int64_t i = 0; i < t.in_count; i++) {
        const bool keep = is_kept(i / COUNT, i % COUNT, p);
        const real m = keep ? factor : 0;
        cr_assert_eq(t.y[i], t.x[i] * m, "p %g: y[%ld]", p, (long)i);
        cr_assert_eq(t.dx[i], t.dy[i] * m, "p %g: dx[%ld]", p, (long)i);
        kept += keep;
    }
    /* Binomial: six standard deviations. */
    const double n = (double)t.in_count;
    cr_assert_lt(fabs((double)kept - n * (1 - p)),
                 6 * sqrt(n * p * (1 - p)) + 1e-9, "p %g: kept %ld of %ld", p,
                 (long)kept, (long)t.in_count);
    trial_close(&t);
}

Test(dropout, mask)
{
    static const double ps[] = {0, 0.1, 0.5, 0.9};

    for (size_t i = 0; i < ARRAY_LEN(ps); i++) {
        check(ps[i], true);
        check(ps[i], false);
    }
}

/* Elements that differ along shared axes alone are dropped together. */
static void check_shared(struct shape in, const int64_t *axes, int64_t count,
                         const bool *left_out)
{
    const struct dropout_config config = {
        .p = 0.4, .rescale = true, .shared_axes = {.list = {axes, count}}};
    const real factor = (real)(1 / (1 - 0.4));
    const int64_t width = shape_count(in);
    struct trial t;

    cr_assert_eq(trial_open(&t, "dropout", &config, in, BATCH), OK);
    trial_fill(&t, 1);
    trial_forward(&t, true);
    trial_backward(&t, true);
    for (int64_t i = 0; i < t.in_count; i++) {
        const int64_t k = naive_number(in.dim, in.axes, left_out, i % width);
        const real m = is_kept(i / width, k, 0.4) ? factor : 0;
        cr_assert_eq(t.y[i], t.x[i] * m, "y[%ld]", (long)i);
        cr_assert_eq(t.dx[i], t.dy[i] * m, "dx[%ld]", (long)i);
    }
    trial_close(&t);
}

Test(dropout, shared_axes)
{
    check_shared(SHAPE(9, 5, 7), (const int64_t[]){2, 3}, 2,
                 (const bool[]){false, true, true});
    check_shared(SHAPE(9, 5, 7), (const int64_t[]){1}, 1,
                 (const bool[]){true, false, false});
    check_shared(SHAPE(9, 5, 7), (const int64_t[]){-2}, 1,
                 (const bool[]){false, true, false});
    check_shared(SHAPE(301), (const int64_t[]){1}, 1, (const bool[]){true});
}

Test(dropout, shared_axes_refused)
{
    static const int64_t batch[] = {0};
    const struct dropout_config config = {.shared_axes = {.list = {batch, 1}}};
    struct trial t;

    cr_assert_eq(trial_open(&t, "dropout", &config, SHAPE(3), 1), ERR_CONFIG);
    cr_assert_str_eq(t.layer.spec.why,
                     "axis 0 is the batch; name axes of a sample, 1 to 1");
    cr_assert_str_eq(t.layer.spec.why_key, "shared_axes");
}

Test(dropout, identity_in_inference)
{
    const struct dropout_config config = {.p = 0.5, .rescale = true};
    struct trial t;

    open(&t, &config);
    trial_forward(&t, false);
    cr_assert_eq(memcmp(t.x, t.y, (size_t)t.in_count * sizeof(real)), 0);
    trial_close(&t);
}

Test(dropout, does_not_depend_on_slices)
{
    const struct dropout_config config = {.p = 0.5, .rescale = true};
    const size_t bytes = sizeof(real) * BATCH * COUNT;
    real *whole = mem_take(bytes, 1);
    struct trial t;

    cr_assert_not_null(whole);
    open(&t, &config);
    trial_forward(&t, true);
    memcpy(whole, t.y, bytes);
    trial_fill(&t, 1);
    for (int64_t first = 0; first < BATCH; first += 8)
        trial_forward_part(&t, true, first, 8);
    cr_assert_eq(memcmp(whole, t.y, bytes), 0);
    mem_free(whole);
    trial_close(&t);
}

/* Nobody runs backward: no cache, the mask lives in scratch. */
Test(dropout, without_cache)
{
    const struct dropout_config config = {.p = 0.5, .rescale = true};
    struct trial t;

    open(&t, &config);
    mem_free(t.cache);
    t.cache = NULL;
    trial_forward(&t, true);
    for (int64_t i = 0; i < t.in_count; i++)
        cr_assert_eq(t.y[i] != 0, is_kept(i / COUNT, i % COUNT, 0.5));
    trial_close(&t);
}

Test(dropout, nan_travels)
{
    const struct dropout_config config = {.p = 0.5, .rescale = true};
    struct trial t;

    open(&t, &config);
    for (int64_t i = 0; i < t.in_count; i++)
        t.x[i] = (real)NAN;
    trial_forward(&t, true);
    for (int64_t i = 0; i < t.in_count; i++)
        cr_assert(t.y[i] != t.y[i]);
    trial_close(&t);
}
