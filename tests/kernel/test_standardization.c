/* standardization against its definition, over shapes and all sets of axes. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "layer/config.h"
#include "support/naive.h"
#include "support/trial.h"

enum { MOST_AXES = 3 };

static const double epsilon = 1e-4;

/* What is computed of one set of values that have a mean in common. */
struct moments {
    double n, mean, var, dy, dy_y;
};

static double normal(const struct moments *m, double x)
{
    return (x - m->mean) / sqrt(m->var + epsilon);
}

/* One sample; m [numbers] is scratch. */
static void compare(const struct trial *t, struct shape in, const bool *over,
                    int64_t sample, struct moments *m)
{
    const int64_t width = shape_count(in), at = sample * width;
    const real *x = t->x + at, *dy = t->dy + at;
    int64_t *of = mem_take((size_t)width, sizeof *of);

    cr_assert_not_null(of);
    memset(m, 0, (size_t)width * sizeof *m);
    for (int64_t i = 0; i < width; i++) {
        of[i] = naive_number(in.dim, in.axes, over, i);
        m[of[i]].n++;
    }
    for (int64_t i = 0; i < width; i++)
        m[of[i]].mean += (double)x[i] / m[of[i]].n;
    for (int64_t i = 0; i < width; i++)
        m[of[i]].var += pow((double)x[i] - m[of[i]].mean, 2) / m[of[i]].n;
    for (int64_t i = 0; i < width; i++) {
        m[of[i]].dy += (double)dy[i] / m[of[i]].n;
        m[of[i]].dy_y +=
            (double)dy[i] * normal(&m[of[i]], (double)x[i]) / m[of[i]].n;
    }
    for (int64_t i = 0; i < width; i++) {
        const struct moments *g = &m[of[i]];
        const double y = normal(g, (double)x[i]);
        const double inv = 1 / sqrt(g->var + epsilon);
        const double dx = inv * ((double)dy[i] - g->dy - y * g->dy_y);
        cr_assert(fabs((double)t->y[at + i] - y) <=
                  8 * REAL_EPSILON * (1 + fabs(y)));
        cr_assert(fabs((double)t->dx[at + i] - dx) <=
                  16 * REAL_EPSILON * inv * (1 + y * y));
    }
    mem_free(of);
}

static void check(struct shape in, const bool *over,
                  const struct standardization_config *config, int64_t batch)
{
    struct moments *m = mem_take((size_t)shape_count(in), sizeof *m);
    struct trial t;

    cr_assert_not_null(m);
    cr_assert_eq(trial_open(&t, "standardization", config, in, batch), OK, "%s",
                 t.layer.spec.why);
    trial_fill(&t, 3);
    trial_forward(&t, false);
    const size_t bytes = (size_t)t.out_count * sizeof(real);
    real *inference = mem_take(bytes, 1);
    cr_assert_not_null(inference);
    memcpy(inference, t.y, bytes);
    trial_forward(&t, true);
    cr_assert_eq(memcmp(inference, t.y, bytes), 0);
    trial_backward(&t, true);
    for (int64_t n = 0; n < batch; n++)
        compare(&t, in, over, n, m);
    mem_free(inference);
    mem_free(m);
    trial_close(&t);
}

Test(standardization, all_sets_of_axes)
{
    static const struct shape shapes[] = {
        {1, {1}},       {1, {67}},      {2, {4, 21}},    {3, {1, 1, 1}},
        {3, {3, 1, 9}}, {3, {5, 7, 1}}, {3, {4, 13, 7}}, {3, {2, 9, 33}},
    };

    for (size_t k = 0; k < ARRAY_LEN(shapes); k++)
        for (int set = 1; set < 1 << shapes[k].axes; set++) {
            int64_t at[MOST_AXES], count = 0;
            bool over[MOST_AXES];
            for (int64_t i = 0; i < shapes[k].axes; i++) {
                over[i] = set >> i & 1;
                if (over[i])
                    at[count++] = i + 1;
            }
            const struct standardization_config config = {
                .axes = {.list = {at, count}}, .epsilon = epsilon};
            check(shapes[k], over, &config, 1);
            check(shapes[k], over, &config, 3);
        }
}

Test(standardization, words)
{
    const struct standardization_config automatic = {{.word = "auto"}, epsilon},
                                        spatial = {{.word = "spatial"},
                                                   epsilon},
                                        features = {{.word = "features"},
                                                    epsilon};
    const bool planes[] = {false, true, true}, all[] = {true, true, true};

    check(SHAPE(3, 5, 7), planes, &automatic, 2);
    check(SHAPE(3, 5, 7), planes, &spatial, 2);
    check(SHAPE(3, 5, 7), all, &features, 2);
    check(SHAPE(19), all, &automatic, 2);
    check(SHAPE(19), all, &features, 2);
}

/* Values that are close together and far from zero: y is right to what a
 * rounding of x makes of it, which is nothing for these. */
Test(standardization, large_mean)
{
    const struct standardization_config config = {{.word = "features"}, 1e-9};
    struct trial t;

    cr_assert_eq(
        trial_open(&t, "standardization", &config, SHAPE(2, 32, 33), 1), OK);
    trial_fill(&t, 1);
    for (int64_t i = 0; i < t.in_count; i++)
        t.x[i] = (real)(1000 + (double)(i % 7 - 3) / 4);
    trial_forward(&t, false);
    double mean = 0, var = 0;
    for (int64_t i = 0; i < t.in_count; i++)
        mean += (double)t.x[i] / (double)t.in_count;
    for (int64_t i = 0; i < t.in_count; i++)
        var += pow((double)t.x[i] - mean, 2) / (double)t.in_count;
    for (int64_t i = 0; i < t.in_count; i++)
        cr_assert(
            fabs((double)t.y[i] - ((double)t.x[i] - mean) / sqrt(var + 1e-9)) <=
            4 * REAL_EPSILON);
    trial_close(&t);
}

Test(standardization, equal_values)
{
    const struct standardization_config config = {{.word = "auto"}, epsilon};
    struct trial t;

    cr_assert_eq(trial_open(&t, "standardization", &config, SHAPE(2, 5, 5), 2),
                 OK);
    trial_fill(&t, 1);
    for (int64_t i = 0; i < t.in_count; i++)
        t.x[i] = (real)0.1;
    trial_forward(&t, true);
    for (int64_t i = 0; i < t.in_count; i++)
        cr_assert_eq(t.y[i], 0);
    trial_close(&t);
}

static void expect_refusal(struct int_list_or_word axes, struct shape in,
                           const char *why)
{
    const struct standardization_config config = {axes, epsilon};
    struct trial t;

    cr_assert_eq(trial_open(&t, "standardization", &config, in, 1), ERR_CONFIG);
    cr_assert_str_eq(t.layer.spec.why, why);
    cr_assert_str_eq(t.layer.spec.why_key, "axes");
}

Test(standardization, refusals)
{
    static const int64_t batch[] = {0, 1};

    expect_refusal((struct int_list_or_word){.list = {batch, 2}},
                   SHAPE(2, 3, 4),
                   "axis 0 is the batch; name axes of a sample, 1 to 3");
    expect_refusal((struct int_list_or_word){.list = {batch, 0}},
                   SHAPE(2, 3, 4), "expected at least one axis");
    expect_refusal((struct int_list_or_word){.word = "spatial"}, SHAPE(7),
                   "its input has no spatial axes, features alone");
}
