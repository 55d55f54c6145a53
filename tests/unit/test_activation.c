/* Every activation against PyTorch and against differences. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "activation/activation.h"
#include "base/rng.h"
#include "golden/activations.h"
#include "support/defaults.h"

enum { GOLDEN_COUNT = GOLDEN_ROWS * GOLDEN_COLUMNS };

static const struct activation_ops *ops_of(const struct kind *kind)
{
    return activation_of((struct variant){kind, NULL});
}

static void begin(const struct golden_activation *want,
                  const struct activation_ops **ops, struct defaults *d)
{
    const struct kind *kind = defaults_find(activation_kinds, want->name);

    *ops = ops_of(kind);
    defaults_fill(kind, d);
    for (const struct golden_setting *s = want->settings; s->key; s++)
        defaults_set(kind, d, s->key, s->value);
}

/* backward from what it reads: z or y. */
static void go_back(const struct activation_ops *ops, const void *config,
                    const real *z, const real *y, real *dy)
{
    const bool reads_z =
        activation_reads_z((struct variant){&ops->kind, config});

    ops->backward(config, GOLDEN_ROWS, GOLDEN_COLUMNS, reads_z ? z : y, dy);
}

static void load(const double *from, real *to)
{
    for (int i = 0; i < GOLDEN_COUNT; i++)
        to[i] = (real)from[i];
}

/* y within some roundings of itself, or below the range of single precision.
 * f' is a difference of numbers up to 2.7 made from a rounded y, so dz is
 * within some roundings of dy. */
Test(activation, values_and_slopes)
{
    const double few = 8 * (double)REAL_EPSILON, least = 1e-37;

    for (size_t c = 0; c < ARRAY_LEN(golden_activations); c++) {
        const struct golden_activation *want = &golden_activations[c];
        const struct activation_ops *ops;
        struct defaults d;
        real z[GOLDEN_COUNT], y[GOLDEN_COUNT], dz[GOLDEN_COUNT];

        begin(want, &ops, &d);
        load(golden_z, z);
        load(golden_z, y);
        load(golden_dy, dz);
        ops->forward(d.config, GOLDEN_ROWS, GOLDEN_COLUMNS, y);
        go_back(ops, d.config, z, y, dz);
        for (int i = 0; i < GOLDEN_COUNT; i++) {
            cr_assert(fabs((double)y[i] - want->y[i]) <=
                          few * fabs(want->y[i]) + least,
                      "case %zu %s(%g): got %.17g want %.17g", c, want->name,
                      golden_z[i], (double)y[i], want->y[i]);
            cr_assert(fabs((double)dz[i] - want->dz[i]) <=
                          few * (fabs(want->dz[i]) + fabs(golden_dy[i])),
                      "case %zu %s'(%g): got %.17g want %.17g", c, want->name,
                      golden_z[i], (double)dz[i], want->dz[i]);
        }
    }
}

Test(activation, every_kind_has_a_golden_case)
{
    for (const struct kind *const *k = activation_kinds; *k; k++) {
        bool found = false;
        for (size_t c = 0; c < ARRAY_LEN(golden_activations); c++)
            found |= strcmp(golden_activations[c].name, (*k)->name) == 0;
        cr_assert(found, "%s", (*k)->name);
    }
}

/* <r, f(z)> for one row. */
static double project(const struct activation_ops *ops, const void *config,
                      const real *z, const real *r)
{
    real y[GOLDEN_COUNT];
    double sum = 0;

    memcpy(y, z, sizeof y);
    ops->forward(config, 1, GOLDEN_COUNT, y);
    for (int i = 0; i < GOLDEN_COUNT; i++)
        sum += (double)y[i] * (double)r[i];
    return sum;
}

/* Central differences with h = cbrt(epsilon): truncation h^2 times a third
 * derivative, rounding epsilon * |<r, y>| / h, both near epsilon^(2/3), and
 * |<r, y>| below 20.  z stays away from 0, where some functions bend. */
static void check_slope(const struct activation_ops *ops, const void *config)
{
    const double h = cbrt((double)REAL_EPSILON);
    const struct rng_key key = rng_key(3, ops->kind.name);
    real z[GOLDEN_COUNT], y[GOLDEN_COUNT], r[GOLDEN_COUNT], dz[GOLDEN_COUNT];

    for (int i = 0; i < GOLDEN_COUNT; i++) {
        const double u = rng_unit(key, (uint64_t)i);
        z[i] = (real)((0.1 + 2 * u) * (i % 2 ? -1 : 1));
        r[i] = dz[i] = (real)(1 + rng_unit(key, (uint64_t)i + 100));
    }
    memcpy(y, z, sizeof y);
    ops->forward(config, 1, GOLDEN_COUNT, y);
    ops->backward(
        config, 1, GOLDEN_COUNT,
        activation_reads_z((struct variant){&ops->kind, config}) ? z : y, dz);
    for (int i = 0; i < GOLDEN_COUNT; i++) {
        const real middle = z[i];
        const real high = (real)((double)middle + h);
        const real low = (real)((double)middle - h);
        z[i] = high;
        const double up = project(ops, config, z, r);
        z[i] = low;
        const double down = project(ops, config, z, r);
        z[i] = middle;
        const double want = (up - down) / ((double)high - (double)low);
        cr_assert(fabs((double)dz[i] - want) < 20 * h * h,
                  "%s, z=%g: got %.9g want %.9g +- %g", ops->kind.name,
                  (double)middle, (double)dz[i], want, 20 * h * h);
    }
}

Test(activation, backward_is_the_slope)
{
    for (size_t c = 0; c < ARRAY_LEN(golden_activations); c++) {
        const struct activation_ops *ops;
        struct defaults d;

        begin(&golden_activations[c], &ops, &d);
        check_slope(ops, d.config);
    }
}

Test(activation, nan_travels)
{
    for (const struct kind *const *k = activation_kinds; *k; k++) {
        struct defaults d;
        real y[4] = {1, (real)NAN, 2, 3};

        defaults_fill(*k, &d);
        ops_of(*k)->forward(d.config, 2, 2, y);
        cr_assert(isnan(y[1]), "%s", (*k)->name);
        cr_assert(isnan(y[0]) == ops_of(*k)->by_row, "%s", (*k)->name);
        cr_assert(isfinite(y[2]) && isfinite(y[3]), "%s", (*k)->name);
    }
}

/* f of plus and minus 200 is the limit, finite, and so is the slope. */
Test(activation, far_out_is_finite)
{
    for (const struct kind *const *k = activation_kinds; *k; k++) {
        struct defaults d;
        const real z[2] = {200, -200};
        real y[2] = {200, -200}, dy[2] = {1, 1};

        defaults_fill(*k, &d);
        ops_of(*k)->forward(d.config, 1, 2, y);
        ops_of(*k)->backward(
            d.config, 1, 2,
            activation_reads_z((struct variant){*k, d.config}) ? z : y, dy);
        for (int i = 0; i < 2; i++)
            cr_assert(isfinite(y[i]) && isfinite(dy[i]), "%s: y=%g, slope %g",
                      (*k)->name, (double)y[i], (double)dy[i]);
    }
}

/* By the C library. */
static double gelu(double z)
{
    return z * 0.5 * erfc(-z / sqrt(2));
}

static double gelu_slope(double z)
{
    return 0.5 * erfc(-z / sqrt(2)) + z * exp(-z * z / 2) / sqrt(2 * acos(-1));
}

static double swish(double z)
{
    return z / (1 + exp(-z));
}

static double swish_slope(double z)
{
    return (1 + z / (1 + exp(z))) / (1 + exp(-z));
}

static double mish(double z)
{
    return z * tanh(log1p(exp(z)));
}

static double mish_slope(double z)
{
    const double t = tanh(log1p(exp(z)));

    return t + z * (1 - t * t) / (1 + exp(-z));
}

/* Functions that are computed in vectors, on all of the axis: y within 1e-6 of
 * itself, the slope within 1e-6. */
Test(activation, smooth_ones_are_near_everywhere)
{
    static const struct {
        const char *name;
        double (*value)(double), (*slope)(double);
    } cases[] = {{"gelu", gelu, gelu_slope},
                 {"swish", swish, swish_slope},
                 {"mish", mish, mish_slope}};
    enum { POINTS = 60001 };

    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        const struct activation_ops *ops =
            ops_of(defaults_find(activation_kinds, cases[c].name));
        static real z[POINTS], y[POINTS], dy[POINTS];
        for (int i = 0; i < POINTS; i++) {
            z[i] = y[i] = (real)((i - POINTS / 2) * 0.0004);
            dy[i] = 1;
        }
        ops->forward(NULL, 1, POINTS, y);
        ops->backward(NULL, 1, POINTS, z, dy);
        for (int i = 0; i < POINTS; i++) {
            const double at = (double)z[i], want = cases[c].value(at);
            const double slope = cases[c].slope(at);
            cr_assert(fabs((double)y[i] - want) <= 1e-6 * fabs(want),
                      "%s(%g): got %.9g want %.9g", cases[c].name, at,
                      (double)y[i], want);
            cr_assert(fabs((double)dy[i] - slope) <= 1e-6,
                      "%s'(%g): got %.9g want %.9g", cases[c].name, at,
                      (double)dy[i], slope);
        }
    }
}

/* The derivative of the rectifier at 0 is 0. */
Test(activation, rectifier_at_zero)
{
    const struct activation_ops *ops =
        ops_of(defaults_find(activation_kinds, "rectify"));
    real y[2] = {0, -(real)0.0}, dy[2] = {1, 1};

    ops->forward(NULL, 1, 2, y);
    ops->backward(NULL, 1, 2, y, dy);
    cr_assert(dy[0] == 0 && dy[1] == 0, "%g %g", (double)dy[0], (double)dy[1]);
}

/* Bits of a row, alone and at any place among 33 others. */
Test(activation, rows_are_independent)
{
    enum { ROWS = 33, WIDTH = 10 };

    for (const struct kind *const *k = activation_kinds; *k; k++) {
        real all[ROWS * WIDTH], one[ROWS * WIDTH];
        struct defaults d;

        defaults_fill(*k, &d);
        for (int i = 0; i < ROWS * WIDTH; i++)
            all[i] = one[i] =
                (real)(8 * rng_unit(rng_key(1, "rows"), (uint64_t)i) - 4);
        ops_of(*k)->forward(d.config, ROWS, WIDTH, all);
        for (int n = 0; n < ROWS; n++)
            ops_of(*k)->forward(d.config, 1, WIDTH, one + n * WIDTH);
        cr_assert_arr_eq(all, one, sizeof all, "%s", (*k)->name);
    }
}

Test(activation, none_is_linear)
{
    const struct activation_ops *ops = activation_of((struct variant){0});

    cr_assert_str_eq(ops->kind.name, "linear");
}
