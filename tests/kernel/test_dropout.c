/* dropout: its mask is a function of key, sample, element and epoch. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "layer/config.h"
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
    const struct dropout_config config = {p, rescale};
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

Test(dropout, identity_in_inference)
{
    const struct dropout_config config = {0.5, true};
    struct trial t;

    open(&t, &config);
    trial_forward(&t, false);
    cr_assert_eq(memcmp(t.x, t.y, (size_t)t.in_count * sizeof(real)), 0);
    trial_close(&t);
}

Test(dropout, does_not_depend_on_slices)
{
    const struct dropout_config config = {0.5, true};
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
    const struct dropout_config config = {0.5, true};
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
    const struct dropout_config config = {0.5, true};
    struct trial t;

    open(&t, &config);
    for (int64_t i = 0; i < t.in_count; i++)
        t.x[i] = (real)NAN;
    trial_forward(&t, true);
    for (int64_t i = 0; i < t.in_count; i++)
        cr_assert(t.y[i] != t.y[i]);
    trial_close(&t);
}
