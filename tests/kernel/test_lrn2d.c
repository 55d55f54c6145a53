/* lrn2d against its definition. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "layer/config.h"
#include "support/trial.h"

enum { BATCH = 2 };

struct lrn {
    const struct lrn2d_config *config;
    const real *x, *dy; /* of one sample */
    int64_t channels, plane;
};

static double scale(const struct lrn *l, int64_t c, int64_t i)
{
    double sum = 0;

    for (int64_t k = 0; k < l->channels; k++)
        if (llabs(k - c) <= l->config->n / 2)
            sum += pow((double)l->x[k * l->plane + i], 2);
    return l->config->k + l->config->alpha * sum;
}

/* d(sum of dy y) / dx of channel c at pixel i. */
static double gradient(const struct lrn *l, int64_t c, int64_t i)
{
    const struct lrn2d_config *g = l->config;
    const double x = (double)l->x[c * l->plane + i];
    double sum =
        (double)l->dy[c * l->plane + i] * pow(scale(l, c, i), -g->beta);

    for (int64_t k = 0; k < l->channels; k++)
        if (llabs(k - c) <= g->n / 2)
            sum -= 2 * g->alpha * g->beta * x *
                   (double)l->dy[k * l->plane + i] *
                   (double)l->x[k * l->plane + i] *
                   pow(scale(l, k, i), -g->beta - 1);
    return sum;
}

static void check(struct shape in, const struct lrn2d_config *config)
{
    const double tolerance = 8 * (double)(in.dim[0] + 4) * REAL_EPSILON;
    const int64_t plane = in.dim[1] * in.dim[2];
    struct trial t;

    cr_assert_eq(trial_open(&t, "lrn2d", config, in, BATCH), OK);
    trial_fill(&t, 2);
    trial_forward(&t, false);
    trial_forward(&t, true);
    trial_backward(&t, true);
    for (int64_t n = 0; n < t.in_count; n++) {
        const int64_t sample = n / shape_count(in) * shape_count(in);
        const int64_t c = (n - sample) / plane, i = n % plane;
        const struct lrn l = {config, t.x + sample, t.dy + sample, in.dim[0],
                              plane};
        const double y = (double)t.x[n] * pow(scale(&l, c, i), -config->beta);
        cr_assert(fabs((double)t.y[n] - y) <= tolerance, "y[%ld]", (long)n);
        cr_assert(fabs((double)t.dx[n] - gradient(&l, c, i)) <= tolerance,
                  "dx[%ld]", (long)n);
    }
    trial_close(&t);
}

Test(lrn2d, against_definition)
{
    static const struct shape shapes[] = {
        {3, {1, 1, 1}}, {3, {7, 1, 5}}, {3, {12, 5, 7}}, {3, {3, 13, 11}}};
    static const double betas[] = {0, 0.5, 0.75, 1, 1.6};

    for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
        for (size_t k = 0; k < ARRAY_LEN(betas); k++)
            for (int64_t n = 1; n <= 9; n += 2) {
                const struct lrn2d_config usual = {1e-4, 2, betas[k], n};
                const struct lrn2d_config strong = {0.7, 1, betas[k], n};
                check(shapes[i], &usual);
                check(shapes[i], &strong);
            }
}

Test(lrn2d, refusals)
{
    const struct lrn2d_config even = {1e-4, 2, 0.75, 4}, odd = {1e-4, 2, 1, 5};
    struct trial t;

    cr_assert_eq(trial_open(&t, "lrn2d", &even, SHAPE(6, 3, 4), 1), ERR_CONFIG);
    cr_assert_str_eq(t.layer.spec.why, "4 is even, expected an odd number");
    cr_assert_str_eq(t.layer.spec.why_key, "n");
    cr_assert_eq(trial_open(&t, "lrn2d", &odd, SHAPE(6), 1), ERR_CONFIG);
}
