/* Bounds, moments and layout of initial values. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "init/init.h"
#include "support/defaults.h"

enum { ROOM = 1 << 18 };

struct moments {
    double mean, square, largest;
    int64_t beyond_two; /* of `unit` */
};

static struct moments moments_of(const real *value, int64_t count, double unit)
{
    struct moments m = {0, 0, 0, 0};

    for (int64_t i = 0; i < count; i++) {
        const double v = (double)value[i];
        m.mean += v / (double)count;
        m.square += v * v;
        m.largest = fmax(m.largest, fabs(v));
        m.beyond_two += fabs(v) > 2 * unit;
    }
    return m;
}

static void fill(const char *name, const struct defaults *d, uint64_t seed,
                 struct shape shape, real *value)
{
    const struct variant v = {defaults_find(init_kinds, name), d->config};

    cr_assert(shape_count(shape) <= ROOM);
    init_fill(v, rng_key(seed, "init/test.weight"), shape, value);
}

/* A word in place of a number. */
static void set_gain_word(const struct kind *kind, struct defaults *d)
{
    const struct real_or_word gain = {.word = kind->fields[0].choices[0]};

    cr_assert_str_eq(gain.word, "relu");
    memcpy(d->config + kind->fields[0].offset, &gain, sizeof gain);
}

/* Standard deviations by hand: glorot gain * sqrt(2 / ((n1 + n2) * receptive)),
 * he gain * sqrt(1 / (n2 * receptive)). */
struct spread_case {
    char name[16];
    double gain; /* 0: the word relu */
    int64_t dim[4];
    double std;
};

ParameterizedTestParameters(init, spread)
{
    static struct spread_case cases[] = {
        {"glorot_uniform", 1, {64, 32, 3, 3}, 0.048112522432468816},
        {"glorot_uniform", 2, {100, 300, 1, 1}, 0.1414213562373095},
        {"glorot_uniform", 0, {64, 32, 3, 3}, 0.06804138174397717},
        {"glorot_normal", 1, {64, 32, 3, 3}, 0.048112522432468816},
        {"glorot_normal", 3, {400, 100, 1, 1}, 0.18973665961010278},
        {"he_uniform", 1, {64, 32, 3, 3}, 0.05892556509887896},
        {"he_uniform", 0, {50, 800, 1, 1}, 0.05},
        {"he_normal", 1, {64, 16, 5, 5}, 0.05},
        {"he_normal", 0, {100, 200, 1, 1}, 0.1},
    };

    return cr_make_param_array(struct spread_case, cases, ARRAY_LEN(cases));
}

/* Sampling errors, five standard deviations of each: the mean varies by std /
 * sqrt(n); the mean square by sqrt(kurtosis - 1) * std^2 / sqrt(n), kurtosis
 * 9/5 (uniform) or 3 (normal); the share beyond 2 std is 0 or 0.0455.  The
 * largest of n uniform numbers lies within 5 / n of the bound but for e^-5. */
ParameterizedTest(struct spread_case *c, init, spread)
{
    static real value[ROOM];
    const struct kind *kind = defaults_find(init_kinds, c->name);
    const bool uniform = strstr(c->name, "uniform") != NULL;
    const struct shape shape =
        SHAPE(c->dim[0], c->dim[1], c->dim[2], c->dim[3]);
    const double n = (double)shape_count(shape), bound = sqrt(3.0) * c->std;
    struct defaults d;

    defaults_fill(kind, &d);
    if (c->gain > 0)
        defaults_set(kind, &d, "gain", c->gain);
    else
        set_gain_word(kind, &d);
    fill(c->name, &d, 7, shape, value);
    const struct moments m = moments_of(value, shape_count(shape), c->std);
    const double square = m.square / n / (c->std * c->std);
    const double beyond = (double)m.beyond_two / n;
    cr_assert(fabs(m.mean) < 5 * c->std / sqrt(n), "%s mean %g", c->name,
              m.mean);
    cr_assert(fabs(square - 1) < 5 * sqrt((uniform ? 0.8 : 2) / n),
              "%s gain=%g: variance is %g of what it should be", c->name,
              c->gain, square);
    if (uniform)
        cr_assert(m.largest <= bound * (1 + (double)REAL_EPSILON) &&
                      m.largest > bound * (1 - 5 / n),
                  "%s largest %g, bound %g", c->name, m.largest, bound);
    else
        cr_assert(fabs(beyond - 0.0455) < 5 * sqrt(0.0455 / n),
                  "%s: %g beyond two standard deviations", c->name, beyond);
}

/* The sum of squares of a GlorotUniform layer is 2 * n1 * n2 / (n1 + n2) for
 * every filter size: n1 * n2 * receptive numbers of variance
 * 2 / ((n1 + n2) * receptive). */
Test(init, glorot_sum_of_squares)
{
    static real value[ROOM];
    static const int64_t filters[] = {1, 3, 5};
    const struct kind *kind = defaults_find(init_kinds, "glorot_uniform");
    struct defaults d;

    defaults_fill(kind, &d);
    for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
        const struct shape shape = SHAPE(96, 80, filters[i], filters[i]);
        const double want = 2.0 * 96 * 80 / (96 + 80);
        fill("glorot_uniform", &d, 11, shape, value);
        const double got = moments_of(value, shape_count(shape), 1).square;
        cr_assert(fabs(got / want - 1) <
                      5 * sqrt(0.8 / (double)shape_count(shape)),
                  "filter %ld: got %g want %g", (long)filters[i], got, want);
    }
}

/* The value at index i is the stream's number i, scaled: no other element, no
 * order of work enters. */
Test(init, element_depends_on_its_index)
{
    static real value[ROOM];
    const struct rng_key key = rng_key(5, "init/test.weight");
    const double bound = sqrt(6.0 / ((20 + 10) * 9));
    struct defaults d;

    defaults_fill(defaults_find(init_kinds, "glorot_uniform"), &d);
    fill("glorot_uniform", &d, 5, SHAPE(20, 10, 3, 3), value);
    for (int i = 0; i < 1800; i++) {
        const double want = bound * (2 * rng_unit(key, (uint64_t)i) - 1);
        cr_assert(fabs((double)value[i] - want) <
                      2 * (double)REAL_EPSILON * bound,
                  "element %d: got %.9g want %.9g", i, (double)value[i], want);
    }
}

Test(init, same_key_same_bits)
{
    static real a[ROOM], b[ROOM];
    const struct shape shape = SHAPE(12, 10);

    for (const struct kind *const *k = init_kinds; *k; k++) {
        struct defaults d;

        defaults_fill(*k, &d);
        memset(a, 0x7f, sizeof a);
        fill((*k)->name, &d, 1, shape, a);
        fill((*k)->name, &d, 1, shape, b);
        cr_assert_arr_eq(a, b, 120 * sizeof *a, "%s", (*k)->name);
        fill((*k)->name, &d, 2, shape, b);
        cr_assert_eq(memcmp(a, b, 120 * sizeof *a) == 0,
                     strcmp((*k)->name, "constant") == 0, "%s", (*k)->name);
    }
}

/* normal: mean 0, std 0.01 by default.  uniform: -0.01 to 0.01, or mean +-
 * sqrt(3) std.  constant: its value. */
Test(init, plain)
{
    static real value[ROOM];
    const struct kind *uniform = defaults_find(init_kinds, "uniform");
    const struct kind *constant = defaults_find(init_kinds, "constant");
    const struct shape shape = SHAPE(40000);
    struct defaults d;
    struct moments m;

    defaults_fill(defaults_find(init_kinds, "normal"), &d);
    fill("normal", &d, 1, shape, value);
    m = moments_of(value, 40000, 0.01);
    cr_assert(fabs(sqrt(m.square / 40000) - 0.01) < 0.01 * 5 / sqrt(80000.0));

    defaults_fill(uniform, &d);
    fill("uniform", &d, 1, shape, value);
    m = moments_of(value, 40000, 1);
    cr_assert(m.largest <= 0.01 + 1e-9 && m.largest > 0.0099);

    defaults_set(uniform, &d, "std", 2);
    defaults_set(uniform, &d, "mean", 10);
    fill("uniform", &d, 1, shape, value);
    m = moments_of(value, 40000, 1);
    cr_assert(fabs(m.mean - 10) < 5 * 2 / sqrt(40000.0), "mean %g", m.mean);
    cr_assert(m.largest < 10 + 2 * sqrt(3.0) && m.largest > 13.45);

    defaults_fill(constant, &d);
    defaults_set(constant, &d, "val", 0.375);
    fill("constant", &d, 1, shape, value);
    for (int i = 0; i < 40000; i++)
        cr_assert(value[i] == (real)0.375);
}

/* Two ends of an interval. */
Test(init, uniform_interval)
{
    static real value[ROOM];
    const struct kind *kind = defaults_find(init_kinds, "uniform");
    const double ends[2] = {1, 3};
    const struct real_list range = {ends, 2};
    struct defaults d;
    double low = 9, high = -9;

    defaults_fill(kind, &d);
    cr_assert_str_eq(kind->fields[0].key, "range");
    memcpy(d.config + kind->fields[0].offset, &range, sizeof range);
    fill("uniform", &d, 1, SHAPE(10000), value);
    for (int i = 0; i < 10000; i++) {
        low = fmin(low, (double)value[i]);
        high = fmax(high, (double)value[i]);
    }
    cr_assert(low >= 1 && low < 1.01 && high <= 3 && high > 2.99, "%g %g", low,
              high);
}

/* The product of two rows (or columns) is 0, of one with itself gain^2: sums of
 * up to 27 products of numbers rounded to real. */
Test(init, orthogonal)
{
    static real value[ROOM];
    const struct kind *kind = defaults_find(init_kinds, "orthogonal");
    const struct shape shapes[] = {SHAPE(8, 20), SHAPE(20, 8), SHAPE(24, 24),
                                   SHAPE(6, 3, 3, 3), SHAPE(1, 5)};
    struct defaults d;

    defaults_fill(kind, &d);
    defaults_set(kind, &d, "gain", 3);
    for (size_t s = 0; s < ARRAY_LEN(shapes); s++) {
        const int64_t rows = shapes[s].dim[0];
        const int64_t columns = shape_count(shapes[s]) / rows;
        const bool tall = rows > columns;
        const int64_t few = tall ? columns : rows, many = tall ? rows : columns;
        fill("orthogonal", &d, 1, shapes[s], value);
        for (int64_t k = 0; k < few * few; k++) {
            const int64_t a = k / few, b = k % few;
            double sum = 0;
            for (int64_t j = 0; j < many; j++)
                sum += tall ? (double)value[j * columns + a] *
                                  (double)value[j * columns + b]
                            : (double)value[a * columns + j] *
                                  (double)value[b * columns + j];
            cr_assert(fabs(sum - (a == b ? 9 : 0)) <
                          9 * 8 * (double)REAL_EPSILON,
                      "shape %zu: <%ld, %ld> = %.9g", s, (long)a, (long)b, sum);
        }
    }
}

/* Exactly 5 of 50 inputs per output; over 400 outputs each input is chosen 40
 * times, five standard deviations (6) either way. */
Test(init, sparse)
{
    static real value[ROOM];
    struct defaults d;
    int64_t per_input[50] = {0};

    defaults_fill(defaults_find(init_kinds, "sparse"), &d);
    fill("sparse", &d, 1, SHAPE(400, 50), value);
    for (int64_t n = 0; n < 400; n++) {
        int64_t chosen = 0;
        for (int64_t j = 0; j < 50; j++) {
            chosen += value[n * 50 + j] != 0;
            per_input[j] += value[n * 50 + j] != 0;
        }
        cr_assert_eq(chosen, 5, "output %ld: %ld", (long)n, (long)chosen);
    }
    for (int j = 0; j < 50; j++)
        cr_assert(llabs(per_input[j] - 40) <= 30, "input %d: %ld", j,
                  (long)per_input[j]);
    const struct moments m = moments_of(value, 400 * 50, 1);
    cr_assert(fabs(sqrt(m.square / 2000) - 0.01) < 0.01 * 5 / sqrt(4000.0));
}
