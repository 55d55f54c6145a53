/* featurepool and featurewta against their definitions. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "layer/config.h"
#include "support/naive.h"
#include "support/trial.h"

enum { BATCH = 2 };

struct grouping {
    struct shape in;
    int64_t axis, size; /* axis of the sample, from 0 */
};

/* Of element i of a sample: where it stands along the axis. */
static int64_t coordinate(const struct grouping *g, int64_t i)
{
    for (int64_t k = g->in.axes - 1; k > g->axis; k--)
        i /= g->in.dim[k];
    return i % g->in.dim[g->axis];
}

static int64_t below(const struct grouping *g)
{
    int64_t step = 1;

    for (int64_t k = g->axis + 1; k < g->in.axes; k++)
        step *= g->in.dim[k];
    return step;
}

/* Element k of the group that element i belongs to. */
static int64_t member(const struct grouping *g, int64_t i, int64_t k)
{
    const int64_t first = i - coordinate(g, i) % g->size * below(g);

    return first + k * below(g);
}

static int64_t winner(const struct grouping *g, const real *x, int64_t i)
{
    int64_t best = member(g, i, 0);

    for (int64_t k = 1; k < g->size; k++)
        if (x[member(g, i, k)] > x[best])
            best = member(g, i, k);
    return best;
}

/* The output of a pool that element i goes to. */
static int64_t output(const struct grouping *g, int64_t i)
{
    const int64_t step = below(g), extent = g->in.dim[g->axis];
    const int64_t group = coordinate(g, i) / g->size;

    return (i / (step * extent) * (extent / g->size) + group) * step + i % step;
}

/* `levels` > 0: x takes few values, so that there are ties. */
static void open(struct trial *t, const char *type,
                 const struct featurepool_config *config,
                 const struct grouping *g, int64_t levels)
{
    cr_assert_eq(trial_open(t, type, config, g->in, BATCH), OK, "%s",
                 t->layer.spec.why);
    trial_fill(t, 9);
    for (int64_t i = 0; levels > 0 && i < t->in_count; i++)
        t->x[i] = (real)floor((double)t->x[i] * (double)levels);
    trial_forward(t, true);
    trial_backward(t, true);
}

static void check_pool(const struct grouping *g, const char *function,
                       int64_t levels)
{
    const struct featurepool_config config = {g->size, g->axis + 1, function};
    const int64_t width = shape_count(g->in), out = width / g->size;
    const double share =
        strcmp(function, "mean") == 0 ? 1.0 / (double)g->size : 1;
    const bool is_max = strcmp(function, "max") == 0;
    struct trial t;

    open(&t, "featurepool", &config, g, levels);
    cr_assert_eq(t.out_count, BATCH * out);
    for (int64_t n = 0; n < BATCH; n++)
        for (int64_t i = 0; i < width; i++) {
            const real *x = t.x + n * width;
            const int64_t o = n * out + output(g, i);
            const bool wins = is_max && winner(g, x, i) == i;
            double sum = 0;
            for (int64_t k = 0; k < g->size; k++)
                sum += share * (double)x[member(g, i, k)];
            if (wins)
                cr_assert_eq(t.y[o], x[i]);
            else if (!is_max)
                cr_assert(fabs((double)t.y[o] - sum) <=
                          2 * (double)g->size * REAL_EPSILON);
            const double dx =
                is_max ? (wins ? (double)t.dy[o] : 0) : share * (double)t.dy[o];
            cr_assert(fabs((double)t.dx[n * width + i] - dx) <= REAL_EPSILON);
        }
    trial_close(&t);
}

static void check_wta(const struct grouping *g, int64_t levels)
{
    const struct featurepool_config config = {g->size, g->axis - g->in.axes,
                                              "max"};
    const int64_t width = shape_count(g->in);
    struct trial t;

    open(&t, "featurewta", &config, g, levels);
    cr_assert(shape_equal(t.layer.spec.out, g->in));
    for (int64_t i = 0; i < t.in_count; i++) {
        const real *x = t.x + i / width * width;
        const bool wins = winner(g, x, i % width) == i % width;
        cr_assert_eq(t.y[i], wins ? t.x[i] : 0);
        cr_assert_eq(t.dx[i], wins ? t.dy[i] : 0);
    }
    trial_close(&t);
}

Test(feature, against_definition)
{
    static const struct grouping groupings[] = {
        {{1, {12}}, 0, 3},          {{1, {1}}, 0, 1},
        {{3, {6, 5, 7}}, 0, 2},     {{3, {6, 5, 7}}, 0, 6},
        {{3, {6, 5, 7}}, 0, 1},     {{3, {3, 4, 7}}, 1, 2},
        {{3, {3, 5, 9}}, 2, 3},     {{3, {4, 13, 31}}, 0, 4},
        {{3, {300, 1, 1}}, 0, 300}, {{2, {8, 3}}, 0, 4},
    };

    for (size_t i = 0; i < ARRAY_LEN(groupings); i++)
        for (int64_t levels = 0; levels < 3; levels += 2) {
            check_pool(&groupings[i], "max", levels);
            check_pool(&groupings[i], "mean", levels);
            check_pool(&groupings[i], "sum", levels);
            check_wta(&groupings[i], levels);
        }
}

/* A NaN wins wherever it stands; of several the first. */
Test(feature, nan_wins)
{
    const struct featurepool_config config = {3, 1, "max"};
    const struct grouping g = {SHAPE(3), 0, 3};

    for (int at = 0; at < 6; at++) {
        struct trial t;
        open(&t, "featurepool", &config, &g, 0);
        t.x[at % 3] = (real)NAN;
        if (at >= 3)
            t.x[2] = (real)NAN;
        trial_forward(&t, true);
        trial_backward(&t, true);
        cr_assert(t.y[0] != t.y[0], "NaN at %d was lost", at);
        for (int i = 0; i < 3; i++)
            cr_assert_eq(t.dx[i], i == at % 3 ? t.dy[0] : 0);
        trial_close(&t);
    }
}

static void expect_refusal(struct featurepool_config config, const char *key,
                           const char *why)
{
    static const char *const types[] = {"featurepool", "featurewta"};

    for (int i = 0; i < 2; i++) {
        struct trial t;
        cr_assert_eq(trial_open(&t, types[i], &config, SHAPE(6, 3, 4), 1),
                     ERR_CONFIG);
        cr_assert_str_eq(t.layer.spec.why, why);
        cr_assert_str_eq(t.layer.spec.why_key, key);
    }
}

Test(feature, refusals)
{
    expect_refusal((struct featurepool_config){4, 1, "max"}, "pool_size",
                   "4 does not divide the 6 elements of axis 1");
    expect_refusal((struct featurepool_config){3, -1, "max"}, "pool_size",
                   "3 does not divide the 4 elements of axis -1");
    expect_refusal((struct featurepool_config){2, 4, "max"}, "axis",
                   "there is no axis 4; the input has 0 (the batch) to 3");
    expect_refusal((struct featurepool_config){2, 0, "max"}, "axis",
                   "axis 0 is the batch; name axes of a sample, 1 to 3");
}
