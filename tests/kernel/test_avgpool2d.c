/* avgpool2d against its definition, over geometries. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/rng.h"
#include "layer/config.h"
#include "support/naive.h"
#include "support/trial.h"

static const char exclude[] = "average_exc_pad", include[] = "average_inc_pad";

struct geometry {
    int64_t channels, height, width, batch;
    struct avgpool2d_config config;
};

static void describe(const struct geometry *g, char text[static 160])
{
    const struct avgpool2d_config *c = &g->config;

    snprintf(text, 160,
             "%ldx%ldx%ld of %ld, pool %ldx%ld stride %ldx%ld pad %ldx%ld%s %s",
             (long)g->channels, (long)g->height, (long)g->width, (long)g->batch,
             (long)c->pool_size.y, (long)c->pool_size.x, (long)c->stride.y,
             (long)c->stride.x, (long)c->pad.y, (long)c->pad.x,
             c->ignore_border ? "" : " with borders", c->mode);
}

/* Is pixel i of a plane in the window of output o? */
static bool is_seen(const struct geometry *g, const struct shape *out,
                    int64_t o, int64_t i)
{
    const struct avgpool2d_config *c = &g->config;
    const struct pair stride = c->stride.y > 0 ? c->stride : c->pool_size;
    const int64_t row = o / out->dim[2] * stride.y - c->pad.y;
    const int64_t column = o % out->dim[2] * stride.x - c->pad.x;
    const int64_t y = i / g->width - row, x = i % g->width - column;

    return y >= 0 && y < c->pool_size.y && x >= 0 && x < c->pool_size.x;
}

static void divide(struct naive_sum *s, double by)
{
    s->value /= by;
    s->size /= by;
    s->terms++; /* the division rounds too */
}

static void expect_plane(const struct trial *t, const struct geometry *g,
                         int64_t plane, struct naive_sum *y,
                         struct naive_sum *dx)
{
    const struct avgpool2d_config *c = &g->config;
    const struct shape *out = &t->layer.spec.out;
    const int64_t in = g->height * g->width, outs = out->dim[1] * out->dim[2];
    const int64_t stride = c->stride.y > 0 ? c->stride.y : c->pool_size.y;
    const bool counts_pad = c->mode == include && c->ignore_border;

    for (int64_t o = 0; o < outs; o++) {
        struct naive_sum *sum = &y[plane * outs + o];
        /* Of a large plane, the rows that may be seen. */
        const int64_t row = o / out->dim[2] * stride - c->pad.y;
        const int64_t from = num_max(row, 0) * g->width;
        const int64_t to = num_min((row + c->pool_size.y) * g->width, in);
        for (int64_t i = from; i < to; i++)
            if (is_seen(g, out, o, i))
                naive_add(sum, (double)t->x[plane * in + i]);
        const double cells = counts_pad
                                 ? (double)(c->pool_size.y * c->pool_size.x)
                                 : (double)sum->terms;
        for (int64_t i = from; i < to; i++)
            if (is_seen(g, out, o, i))
                naive_add(&dx[plane * in + i],
                          (double)t->dy[plane * outs + o] / cells);
        divide(sum, cells);
    }
}

static void check(struct geometry g)
{
    char text[160];
    struct trial t;

    describe(&g, text);
    const enum status s =
        trial_open(&t, "avgpool2d", &g.config,
                   SHAPE(g.channels, g.height, g.width), g.batch);
    cr_assert_eq(s, OK, "%s: %s", text, t.layer.spec.why);
    trial_fill(&t, 1);
    struct naive_sum *y = calloc((size_t)t.out_count, sizeof *y);
    struct naive_sum *dx = calloc((size_t)t.in_count, sizeof *dx);
    cr_assert(y && dx);
    for (int64_t plane = 0; plane < g.channels * g.batch; plane++)
        expect_plane(&t, &g, plane, y, dx);
    trial_forward(&t, false);
    naive_check(text, t.y, y, t.out_count);
    trial_forward(&t, true);
    naive_check(text, t.y, y, t.out_count);
    trial_backward(&t, true);
    for (int64_t i = 0; i < t.in_count; i++)
        dx[i].terms++; /* dy / cells rounds */
    naive_check(text, t.dx, dx, t.in_count);
    free(y);
    free(dx);
    trial_close(&t);
}

static int64_t draw(uint64_t *used, int64_t low, int64_t high)
{
    return low + (int64_t)rng_below(rng_key(5, "avgpool2d"), (*used)++,
                                    (uint64_t)(high - low + 1));
}

Test(avgpool2d, random_geometries)
{
    uint64_t used = 0;

    for (int i = 0; i < 300; i++) {
        struct geometry g = {
            .channels = draw(&used, 1, 19),
            .height = draw(&used, 1, 12),
            .width = draw(&used, 1, 21),
            .batch = draw(&used, 1, 3),
        };
        struct avgpool2d_config *c = &g.config;
        c->pool_size.y = draw(&used, 1, g.height);
        c->pool_size.x = draw(&used, 1, g.width);
        c->stride = (struct pair){draw(&used, 0, 4), draw(&used, 1, 5)};
        if (c->stride.y == 0) /* as pool_size */
            c->stride.x = 0;
        c->ignore_border = draw(&used, 0, 2) > 0;
        if (c->ignore_border) {
            c->pad.y = draw(&used, 0, c->pool_size.y - 1);
            c->pad.x = draw(&used, 0, c->pool_size.x - 1);
        }
        c->mode = draw(&used, 0, 1) ? include : exclude;
        check(g);
    }
}

/* More rows than are computed at once, with and without rows in common. */
Test(avgpool2d, several_bands)
{
    for (int64_t stride = 1; stride <= 4; stride++)
        check((struct geometry){
            2,
            150,
            130,
            1,
            {.pool_size = {3, 2},
             .stride = {stride, 2},
             .pad = {1, 0},
             .ignore_border = true,
             .mode = exclude},
        });
}

/* Rows that no window reads, between windows and behind the last. */
Test(avgpool2d, gaps)
{
    check((struct geometry){
        1,
        11,
        9,
        2,
        {.pool_size = {1, 2},
         .stride = {5, 4},
         .ignore_border = true,
         .mode = exclude},
    });
}

/* A sample's bits do not depend on the others. */
Test(avgpool2d, company)
{
    const struct avgpool2d_config c = {.pool_size = {3, 3},
                                       .stride = {2, 2},
                                       .ignore_border = true,
                                       .mode = exclude};
    enum { SAMPLES = 5 };
    struct trial t;

    cr_assert_eq(trial_open(&t, "avgpool2d", &c, SHAPE(3, 9, 8), SAMPLES), OK);
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

/* NaN stays where its windows are. */
Test(avgpool2d, nan_travels)
{
    const struct avgpool2d_config c = {
        .pool_size = {2, 2}, .ignore_border = true, .mode = exclude};
    struct trial t;

    cr_assert_eq(trial_open(&t, "avgpool2d", &c, SHAPE(2, 4, 4), 1), OK);
    trial_fill(&t, 1);
    t.x[5] = (real)NAN;
    trial_forward(&t, true);
    for (int64_t i = 0; i < t.out_count; i++)
        cr_assert_eq(isnan(t.y[i]) != 0, i == 0, "y[%ld]", (long)i);
    trial_close(&t);
}

static void expect_refusal(struct avgpool2d_config c, struct shape in,
                           const char *key, const char *why)
{
    struct trial t;

    c.mode = exclude;
    cr_assert_eq(trial_open(&t, "avgpool2d", &c, in, 1), ERR_CONFIG);
    cr_assert_str_eq(t.layer.spec.why, why);
    cr_assert_str_eq(t.layer.spec.why_key ? t.layer.spec.why_key : "", key);
}

Test(avgpool2d, refusals)
{
    const struct shape image = SHAPE(1, 3, 3);

    expect_refusal(
        (struct avgpool2d_config){.pool_size = {5, 5}, .ignore_border = true},
        image, "", "pool 5x5 does not fit its 3x3 input (pad 0)");
    expect_refusal((struct avgpool2d_config){.pool_size = {2, 3},
                                             .pad = {2, 1},
                                             .ignore_border = true},
                   image, "pad", "2x1 must be smaller than pool_size 2x3");
    expect_refusal(
        (struct avgpool2d_config){.pool_size = {2, 2}, .pad = {0, 1}}, image,
        "pad", "must be 0 when ignore_border is false");
    expect_refusal((struct avgpool2d_config){.pool_size = {2, 2}}, SHAPE(7), "",
                   "takes images (channels, rows, columns), its input has 1 "
                   "axis");
}
