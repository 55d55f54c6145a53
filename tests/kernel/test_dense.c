/* dense against its definition, and its bits against the company of a row. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "layer/config.h"
#include "support/naive.h"
#include "support/trial.h"

static const struct variant some = {.kind = &(const struct kind){0}};

/* A copy that can be read beyond its end. */
static real *with_slack(const real *from, int64_t count)
{
    real *copy = mem_take((size_t)(count + BATCH_SLACK), sizeof *copy);

    cr_assert_not_null(copy);
    memcpy(copy, from, (size_t)count * sizeof *copy);
    return copy;
}

/* The batch gradient, in slices of `slice_rows` and a few rows at a time, is
 * the one that backward adds up. */
static void check_batch_gradient(const struct trial *t, int64_t slice_rows,
                                 const char *what, const struct naive_sum *want)
{
    const int64_t units = t->layer.spec.out.dim[0];
    const int64_t features = t->param_size[0] / units;
    real *x = with_slack(t->x, t->in_count);
    real *dy = with_slack(t->dz, t->out_count);
    real *grad = mem_take((size_t)t->param_size[0] + 1, sizeof *grad);

    cr_assert_not_null(grad);
    for (int64_t i = 0; i <= t->param_size[0]; i++)
        grad[i] = (real)NAN;
    for (int64_t first = 0; first < units; first += 3) {
        const struct batch_pass pass = {
            .batch = t->batch,
            .slice_rows = slice_rows,
            .x = x,
            .dy = dy,
            .first = first,
            .count = num_min(3, units - first),
            .grad = grad + first * features,
        };
        t->layer.ops->batch_gradient(&t->layer, &pass);
    }
    naive_check(what, grad, want, t->param_size[0]);
    cr_assert(isnan(grad[t->param_size[0]]), "%s: written beyond the end",
              what);
    mem_free(x);
    mem_free(dy);
    mem_free(grad);
}

/* A dense layer is a convolution with filters of one cell over an image of one
 * cell, so its definition is at hand. */
static void check(int64_t features, int64_t units, int64_t batch, bool biased)
{
    const struct dense_config config = {
        .num_units = units, .b = biased ? some : (struct variant){0}};
    const struct naive_axis one = {1, 1, 1, 1, 1, 0};
    struct trial t;
    char what[100];

    cr_assert_eq(trial_open(&t, "dense", &config, SHAPE(features), batch), OK);
    trial_fill(&t, 1);
    struct naive_sum *sums =
        mem_take((size_t)(t.out_count + t.in_count + t.param_size[0] + units),
                 sizeof *sums);
    cr_assert_not_null(sums);
    const struct naive_conv c = {
        batch,
        features,
        units,
        1,
        one,
        one,
        t.x,
        t.param[0],
        biased ? t.param[1] : NULL,
        t.dy,
        sums,
        sums + t.out_count,
        sums + t.out_count + t.in_count,
        sums + t.out_count + t.in_count + t.param_size[0],
        false,
    };
    naive_conv(&c);
    snprintf(what, sizeof what, "%ldx%ld batch %ld", (long)features,
             (long)units, (long)batch);
    trial_forward(&t, false);
    naive_check(what, t.y, c.output, t.out_count);
    trial_forward(&t, true);
    naive_check(what, t.y, c.output, t.out_count);
    trial_backward(&t, true);
    naive_check(what, t.dx, c.dx, t.in_count);
    naive_check(what, t.grad[0], c.dweight, t.param_size[0]);
    naive_check(what, t.grad[1], c.dbias, t.param_size[1]);
    check_batch_gradient(&t, batch, what, c.dweight);
    check_batch_gradient(&t, (batch + 2) / 3, what, c.dweight);
    mem_free(sums);
    trial_close(&t);
}

Test(dense, sizes)
{
    static const int64_t features[] = {1, 3, 7, 8, 9, 16, 100, 801};
    static const int64_t units[] = {1, 2, 3, 4, 10, 31};
    static const int64_t batches[] = {1, 2, 3, 4, 5, 33};

    for (size_t i = 0; i < ARRAY_LEN(features); i++)
        for (size_t j = 0; j < ARRAY_LEN(units); j++)
            for (size_t k = 0; k < ARRAY_LEN(batches); k++)
                check(features[i], units[j], batches[k], k % 2 == 0);
}

/* More weights than a cache holds: several blocks of units. */
Test(dense, wide)
{
    check(5000, 8, 5, true);
    check(300, 100, 6, true);
}

Test(dense, flattens)
{
    const struct dense_config config = {.num_units = 5, .b = some};
    struct trial t;

    cr_assert_eq(trial_open(&t, "dense", &config, SHAPE(2, 3, 4), 1), OK);
    cr_assert(shape_equal(t.layer.spec.out, SHAPE(5)));
    cr_assert(shape_equal(t.layer.spec.params[0].shape, SHAPE(5, 24)));
    cr_assert(t.layer.spec.params[0].regularizable);
    cr_assert(!t.layer.spec.params[1].regularizable);
    cr_assert_eq(t.layer.spec.macs, 120);
    cr_assert_eq(t.layer.ops->window(&config).kind, WINDOW_WHOLE);
    trial_close(&t);
}

/* A row has the same bits in batches of 1 to 200, wherever it stands. */
Test(dense, bits_do_not_depend_on_company)
{
    enum { BATCH = 200 };
    static const int64_t features[] = {61, 800};

    for (size_t i = 0; i < ARRAY_LEN(features); i++) {
        const struct dense_config config = {.num_units = 13, .b = some};
        struct trial t;
        cr_assert_eq(
            trial_open(&t, "dense", &config, SHAPE(features[i]), BATCH), OK);
        trial_fill(&t, 3);
        trial_forward(&t, false);
        const size_t bytes = (size_t)t.out_count * sizeof(real);
        real *whole = mem_take(bytes, 1);
        cr_assert_not_null(whole);
        memcpy(whole, t.y, bytes);
        for (int64_t n = 1; n <= BATCH; n++) {
            memset(t.y, 0xff, bytes);
            for (int64_t first = 0; first < BATCH; first += n)
                trial_forward_part(&t, false, first,
                                   n < BATCH - first ? n : BATCH - first);
            cr_assert_eq(memcmp(whole, t.y, bytes), 0,
                         "%ld features, batch "
                         "%ld",
                         (long)features[i], (long)n);
        }
        mem_free(whole);
        trial_close(&t);
    }
}
