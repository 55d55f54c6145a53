/* globalpool against its definition. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "layer/config.h"
#include "support/naive.h"
#include "support/trial.h"

static const char *const functions[] = {"mean", "max", "sum"};

/* The first maximum of a plane. */
static int64_t winner(const real *x, int64_t cells)
{
    int64_t best = 0;

    for (int64_t i = 1; i < cells; i++)
        if (x[i] > x[best])
            best = i;
    return best;
}

/* Of one plane, as sums that naive_check can judge. */
static void expect(const struct trial *t, int64_t plane, const char *function,
                   struct naive_sum *y, struct naive_sum *dx)
{
    const int64_t cells = t->in_count / t->out_count;
    const real *x = t->x + plane * cells;
    const double dy = (double)t->dy[plane];
    const bool is_max = strcmp(function, "max") == 0;
    const double divisor = strcmp(function, "mean") == 0 ? (double)cells : 1;
    const int64_t best = winner(x, cells);

    for (int64_t i = 0; i < cells; i++) {
        const bool counts = !is_max || i == best;
        const double value = counts ? (double)x[i] / divisor : 0;
        const double share = counts ? dy / divisor : 0;
        y[plane].value += value;
        y[plane].size += fabs(value);
        y[plane].terms += counts && !is_max;
        dx[plane * cells + i] =
            (struct naive_sum){share, is_max ? 0 : fabs(share), 1};
    }
    if (is_max)
        y[plane].size = 0; /* exactly */
}

static void check(const char *function, struct shape in, int64_t batch)
{
    const struct globalpool_config c = {function};
    struct trial t;

    cr_assert_eq(trial_open(&t, "globalpool", &c, in, batch), OK);
    cr_assert(shape_equal(t.layer.spec.out, SHAPE(in.dim[0])));
    trial_fill(&t, 3);
    struct naive_sum *y = calloc((size_t)t.out_count, sizeof *y);
    struct naive_sum *dx = calloc((size_t)t.in_count, sizeof *dx);
    cr_assert(y && dx);
    for (int64_t plane = 0; plane < t.out_count; plane++)
        expect(&t, plane, function, y, dx);
    trial_forward(&t, false);
    naive_check(function, t.y, y, t.out_count);
    trial_forward(&t, true);
    naive_check(function, t.y, y, t.out_count);
    trial_backward(&t, true);
    naive_check(function, t.dx, dx, t.in_count);
    free(y);
    free(dx);
    trial_close(&t);
}

Test(globalpool, shapes)
{
    static const int64_t shapes[][4] = {
        {1, 1, 1, 1},   {3, 1, 7, 1},   {5, 9, 1, 2},   {16, 7, 7, 3},
        {17, 13, 5, 2}, {40, 8, 8, 1},  {2, 31, 33, 2}, {1, 200, 210, 1},
        {33, 4, 4, 5},  {1, 17, 16, 4},
    };

    for (size_t f = 0; f < ARRAY_LEN(functions); f++)
        for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
            check(functions[f], SHAPE(shapes[i][0], shapes[i][1], shapes[i][2]),
                  shapes[i][3]);
}

/* A large plane of equal numbers: a plain float sum would drift. */
Test(globalpool, large_sums_stay_exact_enough)
{
    const struct globalpool_config c = {"mean"};
    struct trial t;

    cr_assert_eq(trial_open(&t, "globalpool", &c, SHAPE(1, 1000, 1000), 1), OK);
    for (int64_t i = 0; i < t.in_count; i++)
        t.x[i] = (real)0.1;
    trial_forward(&t, false);
    cr_assert_float_eq((double)t.y[0], (double)(real)0.1, 1e-6, "%.9g",
                       (double)t.y[0]);
    trial_close(&t);
}

Test(globalpool, nan_and_ties)
{
    const struct globalpool_config c = {"max"};
    struct trial t;

    cr_assert_eq(trial_open(&t, "globalpool", &c, SHAPE(2, 5, 5), 1), OK);
    trial_fill(&t, 1);
    for (int64_t i = 0; i < t.in_count; i++)
        t.x[i] = i % 25 == 6 || i % 25 == 20 ? 2 : 1;
    t.x[25 + 7] = (real)NAN;
    trial_forward(&t, true);
    trial_backward(&t, true);
    cr_assert_eq(t.y[0], 2);
    cr_assert_eq(t.dx[6], t.dy[0]);
    cr_assert_eq(t.dx[20], 0);
    cr_assert(isnan(t.y[1]));
    cr_assert_eq(t.dx[25 + 7], t.dy[1]);
    trial_close(&t);
}

Test(globalpool, refuses_what_is_no_image)
{
    const struct globalpool_config c = {"mean"};
    struct trial t;

    cr_assert_eq(trial_open(&t, "globalpool", &c, SHAPE(7), 1), ERR_CONFIG);
    cr_assert_str_eq(t.layer.spec.why, "takes images (channels, rows, "
                                       "columns), its input has 1 axis");
}
