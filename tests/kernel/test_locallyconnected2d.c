/* locallyconnected2d against its definition, on random shapes. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "layer/config.h"
#include "support/naive.h"
#include "support/trial.h"

static const struct variant some = {.kind = &(const struct kind){0}};

/* What the tensors of a trial should be. */
struct answer {
    struct naive_sum *y, *dx, *weight, *bias;
};

static struct naive_sum *take(int64_t count)
{
    struct naive_sum *sums = calloc((size_t)count + 1, sizeof *sums);

    cr_assert_not_null(sums);
    return sums;
}

/* Output channel o of sample n, at pixel p, from input channel c. */
static void answer_pixel(const struct trial *t, const struct answer *a,
                         int64_t n, const int64_t channel[2], int64_t p)
{
    const struct locallyconnected2d_config *g = t->layer.config;
    const struct shape in = t->in[0];
    const int64_t h = in.dim[1], w = in.dim[2], o = channel[0];
    const int64_t y = (n * g->num_filters + o) * h * w + p;
    const int64_t bank = g->channelwise ? o : o * in.dim[0] + channel[1];

    for (int64_t u = 0; u < g->filter_size.y; u++)
        for (int64_t v = 0; v < g->filter_size.x; v++) {
            const int64_t i = p / w + u - (g->filter_size.y - 1) / 2;
            const int64_t j = p % w + v - (g->filter_size.x - 1) / 2;
            if (i < 0 || i >= h || j < 0 || j >= w)
                continue;
            const int64_t x = ((n * in.dim[0] + channel[1]) * h + i) * w + j;
            const int64_t k =
                ((bank * g->filter_size.y + u) * g->filter_size.x + v) * h * w +
                p;
            naive_add(&a->y[y], (double)t->x[x] * (double)t->param[0][k]);
            naive_add(&a->dx[x], (double)t->dy[y] * (double)t->param[0][k]);
            naive_add(&a->weight[k], (double)t->dy[y] * (double)t->x[x]);
        }
}

static void answer_sample(const struct trial *t, const struct answer *a,
                          int64_t n)
{
    const struct locallyconnected2d_config *g = t->layer.config;
    const int64_t pixels = t->in[0].dim[1] * t->in[0].dim[2];

    for (int64_t o = 0; o < g->num_filters; o++)
        for (int64_t p = 0; p < pixels; p++) {
            const int64_t y = (n * g->num_filters + o) * pixels + p;
            for (int64_t c = 0; c < t->in[0].dim[0]; c++)
                if (!g->channelwise || c == o)
                    answer_pixel(t, a, n, (const int64_t[]){o, c}, p);
            if (g->b.kind) {
                naive_add(&a->y[y], (double)t->param[1][o]);
                naive_add(&a->bias[o], (double)t->dy[y]);
            }
        }
}

static void check(const struct locallyconnected2d_config *c, struct shape in,
                  int64_t batch)
{
    char what[160];
    struct trial t;

    snprintf(what, sizeof what, "%ld x %ldx%ldx%ld, %ld of %ldx%ld%s",
             (long)batch, (long)in.dim[0], (long)in.dim[1], (long)in.dim[2],
             (long)c->num_filters, (long)c->filter_size.y,
             (long)c->filter_size.x, c->channelwise ? ", channelwise" : "");
    cr_assert_eq(trial_open(&t, "locallyconnected2d", c, in, batch), OK,
                 "%s: %s", what, t.layer.spec.why);
    cr_assert_eq(t.layer.spec.macs, t.param_size[0]);
    trial_fill(&t, 6);
    const struct answer a = {take(t.out_count), take(t.in_count),
                             take(t.param_size[0]), take(t.param_size[1])};
    for (int64_t n = 0; n < batch; n++)
        answer_sample(&t, &a, n);
    trial_forward(&t, false);
    naive_check(what, t.y, a.y, t.out_count);
    trial_forward(&t, true);
    trial_backward(&t, true);
    naive_check(what, t.dx, a.dx, t.in_count);
    naive_check(what, t.grad[0], a.weight, t.param_size[0]);
    naive_check(what, t.grad[1], a.bias, t.param_size[1]);
    free(a.y);
    free(a.dx);
    free(a.weight);
    free(a.bias);
    trial_close(&t);
}

static int64_t draw(uint64_t *used, int64_t low, int64_t high)
{
    return low + (int64_t)rng_below(rng_key(5, "locallyconnected2d"), (*used)++,
                                    (uint64_t)(high - low + 1));
}

Test(locallyconnected2d, random_shapes)
{
    uint64_t used = 0;

    for (int i = 0; i < 80; i++) {
        const int64_t channels = draw(&used, 1, 5);
        struct locallyconnected2d_config c = {
            .num_filters = draw(&used, 1, 5),
            .channelwise = draw(&used, 0, 2) == 0,
            .b = draw(&used, 0, 3) > 0 ? some : (struct variant){0},
        };
        c.filter_size.y = 2 * draw(&used, 0, 3) + 1;
        c.filter_size.x = 2 * draw(&used, 0, 3) + 1;
        if (c.channelwise)
            c.num_filters = channels;
        const int64_t height = draw(&used, 1, 8), width = draw(&used, 1, 11);
        check(&c, SHAPE(channels, height, width), draw(&used, 1, 3));
    }
}

/* A sample's bits do not depend on the others. */
Test(locallyconnected2d, company)
{
    const struct locallyconnected2d_config c = {
        .num_filters = 5, .filter_size = {3, 5}, .b = some};
    enum { SAMPLES = 5 };
    struct trial t;

    cr_assert_eq(
        trial_open(&t, "locallyconnected2d", &c, SHAPE(3, 9, 8), SAMPLES), OK);
    trial_fill(&t, 4);
    trial_forward(&t, false);
    const size_t bytes = (size_t)t.out_count * sizeof(real);
    real *together = malloc(bytes);
    cr_assert_not_null(together);
    memcpy(together, t.y, bytes);
    for (int64_t n = 0; n < SAMPLES; n++)
        trial_forward_part(&t, false, n, 1);
    cr_assert_eq(memcmp(together, t.y, bytes), 0);
    free(together);
    trial_close(&t);
}

Test(locallyconnected2d, declares)
{
    struct locallyconnected2d_config c = {
        .num_filters = 5, .filter_size = {3, 5}, .b = some};
    struct trial t;

    cr_assert_eq(trial_open(&t, "locallyconnected2d", &c, SHAPE(3, 9, 8), 1),
                 OK);
    cr_assert(
        shape_equal(t.layer.spec.params[0].shape, SHAPE(5, 3, 3, 5, 9, 8)));
    cr_assert(shape_equal(t.layer.spec.params[1].shape, SHAPE(5)));
    cr_assert(t.layer.spec.params[0].regularizable);
    cr_assert(!t.layer.spec.params[1].regularizable);
    cr_assert_eq(t.layer.ops->window(&c).kind, WINDOW_CONV);
    cr_assert_eq(t.layer.ops->window(&c).pad.x, 2);
    trial_close(&t);
    c.num_filters = 3;
    c.channelwise = true;
    cr_assert_eq(trial_open(&t, "locallyconnected2d", &c, SHAPE(3, 9, 8), 1),
                 OK);
    cr_assert(shape_equal(t.layer.spec.params[0].shape, SHAPE(3, 3, 5, 9, 8)));
    trial_close(&t);
}

static void expect_refusal(const struct locallyconnected2d_config *c,
                           struct shape in, const char *key, const char *why)
{
    struct trial t;

    cr_assert_eq(trial_open(&t, "locallyconnected2d", c, in, 1), ERR_CONFIG);
    cr_assert_str_eq(t.layer.spec.why, why);
    cr_assert_str_eq(t.layer.spec.why_key ? t.layer.spec.why_key : "", key);
}

Test(locallyconnected2d, refusals)
{
    struct locallyconnected2d_config c = {.num_filters = 2,
                                          .filter_size = {2, 3}};

    expect_refusal(&c, SHAPE(3, 9, 8), "filter_size",
                   "must be odd for pad same, is 2x3");
    c.filter_size.y = 3;
    c.channelwise = true;
    expect_refusal(&c, SHAPE(3, 9, 8), "num_filters",
                   "must be the number of input channels with channelwise, 3, "
                   "is 2");
    c.channelwise = false;
    expect_refusal(&c, SHAPE(1 << 20, 1 << 12, 1 << 12), "",
                   "is too large to compute");
}
