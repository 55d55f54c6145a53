/* maxpool2d against its definition, over geometries. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "layer/config.h"
#include "support/naive.h"
#include "support/trial.h"

enum { CHANNELS = 3, BATCH = 2 };

struct geometry {
    int64_t height, width;
    struct maxpool2d_config config;
};

static void describe(const struct geometry *g, char text[static 120])
{
    const struct maxpool2d_config *c = &g->config;

    snprintf(text, 120, "%ldx%ld pool %ldx%ld stride %ldx%ld pad %ldx%ld%s",
             (long)g->height, (long)g->width, (long)c->pool_size.y,
             (long)c->pool_size.x, (long)c->stride.y, (long)c->stride.x,
             (long)c->pad.y, (long)c->pad.x,
             c->ignore_border ? "" : " with borders");
}

/* The first cell, in row-major order, of the window at (oy, ox) that holds its
 * maximum; -1 when the window is empty. */
static int64_t first_maximum(const struct geometry *g, const real *plane,
                             int64_t oy, int64_t ox)
{
    const struct maxpool2d_config *c = &g->config;
    const struct pair stride = c->stride.y > 0 ? c->stride : c->pool_size;
    int64_t best = -1;

    for (int64_t i = 0; i < g->height * g->width; i++) {
        const int64_t ky = i / g->width - (oy * stride.y - c->pad.y);
        const int64_t kx = i % g->width - (ox * stride.x - c->pad.x);
        if (ky < 0 || ky >= c->pool_size.y || kx < 0 || kx >= c->pool_size.x)
            continue;
        if (best < 0 || plane[i] > plane[best])
            best = i;
    }
    return best;
}

/* y and dx of one plane. */
static void compare_plane(const struct trial *t, const struct geometry *g,
                          int64_t plane, const char *text)
{
    const int64_t in = g->height * g->width;
    const int64_t rows = t->layer.spec.out.dim[1];
    const int64_t columns = t->layer.spec.out.dim[2];
    const real *x = t->x + plane * in;
    real *dx = mem_take((size_t)in, sizeof *dx);

    cr_assert_not_null(dx);
    for (int64_t i = 0; i < rows * columns; i++) {
        const int64_t o = plane * rows * columns + i;
        const int64_t at = first_maximum(g, x, i / columns, i % columns);
        cr_assert_eq(t->y[o], x[at], "%s: y[%ld]: got %g want %g", text,
                     (long)o, (double)t->y[o], (double)x[at]);
        dx[at] += t->dy[o];
    }
    /* Sums of at most a few dy, in the same order. */
    for (int64_t i = 0; i < in; i++)
        cr_assert_eq(t->dx[plane * in + i], dx[i],
                     "%s: dx[%ld]: got %g want %g", text,
                     (long)(plane * in + i), (double)t->dx[plane * in + i],
                     (double)dx[i]);
    mem_free(dx);
}

/* `levels` > 0: x takes few values, so that there are ties. */
static void check(struct geometry g, int64_t levels)
{
    char text[120];
    struct trial t;

    describe(&g, text);
    const enum status s = trial_open(&t, "maxpool2d", &g.config,
                                     SHAPE(CHANNELS, g.height, g.width), BATCH);
    cr_assert_eq(s, OK, "%s: %s", text, t.layer.spec.why);
    trial_fill(&t, 1);
    for (int64_t i = 0; levels > 0 && i < t.in_count; i++)
        t.x[i] = (real)floor((double)t.x[i] * (double)levels);
    trial_forward(&t, false);
    const size_t bytes = (size_t)t.out_count * sizeof(real);
    real *inference = mem_take(bytes, 1);
    cr_assert_not_null(inference);
    memcpy(inference, t.y, bytes);
    trial_forward(&t, true);
    cr_assert_eq(memcmp(inference, t.y, bytes), 0, "%s: inference", text);
    trial_backward(&t, true);
    for (int64_t plane = 0; plane < CHANNELS * BATCH; plane++)
        compare_plane(&t, &g, plane, text);
    mem_free(inference);
    trial_close(&t);
}

Test(maxpool2d, two_by_two)
{
    for (int64_t height = 2; height <= 5; height++)
        for (int64_t width = 2; width <= 41; width++) {
            const struct geometry g = {
                height,
                width,
                {.pool_size = {2, 2}, .ignore_border = true},
            };
            check(g, 0);
            check(g, 2);
        }
}

Test(maxpool2d, sizes_strides_pads)
{
    for (int64_t size = 1; size <= 4; size++)
        for (int64_t stride = 0; stride <= 3; stride++)
            for (int64_t pad = 0; pad < size; pad++) {
                const struct geometry g = {
                    7,
                    9,
                    {.pool_size = {size, 5 - size},
                     .stride = {stride, stride},
                     .pad = {pad, pad < 5 - size ? pad : 0},
                     .ignore_border = true},
                };
                check(g, 0);
                check(g, 2);
            }
}

Test(maxpool2d, borders)
{
    for (int64_t side = 1; side <= 8; side++)
        for (int64_t size = 1; size <= 4; size++)
            for (int64_t stride = 1; stride <= 5; stride++) {
                const struct geometry g = {
                    side,
                    9 - side,
                    {.pool_size = {size, size}, .stride = {stride, stride}},
                };
                check(g, 0);
            }
}

/* More cells than a byte can count. */
Test(maxpool2d, large_window)
{
    const struct geometry g = {
        20,
        21,
        {.pool_size = {17, 18}, .stride = {1, 2}, .ignore_border = true},
    };

    check(g, 0);
}

static int64_t rows_with_borders(int64_t in, int64_t size, int64_t stride)
{
    const struct maxpool2d_config c = {.pool_size = {size, size},
                                       .stride = {stride, stride}};
    struct trial t;

    cr_assert_eq(trial_open(&t, "maxpool2d", &c, SHAPE(1, in, in), 1), OK);
    const int64_t rows = t.layer.spec.out.dim[1];
    trial_close(&t);
    return rows;
}

/* By hand from Lasagne's rule. */
Test(maxpool2d, output_size_with_borders)
{
    cr_assert_eq(rows_with_borders(5, 2, 2), 3);
    cr_assert_eq(rows_with_borders(6, 2, 3), 2);
    cr_assert_eq(rows_with_borders(7, 2, 3), 3);
    cr_assert_eq(rows_with_borders(7, 3, 2), 3);
    cr_assert_eq(rows_with_borders(8, 3, 2), 4);
    cr_assert_eq(rows_with_borders(1, 3, 2), 1);
}

/* A NaN anywhere in a window is its maximum, in the fast and the general form,
 * and gets the gradient. */
Test(maxpool2d, nan_travels)
{
    for (int64_t stride = 1; stride <= 2; stride++)
        for (int64_t at = 0; at < 4; at++) {
            const struct maxpool2d_config c = {.pool_size = {2, 2},
                                               .stride = {stride, 2},
                                               .ignore_border = true};
            struct trial t;
            cr_assert_eq(trial_open(&t, "maxpool2d", &c, SHAPE(1, 2, 2), 1),
                         OK);
            trial_fill(&t, 1);
            t.x[at] = (real)NAN;
            trial_forward(&t, true);
            cr_assert(t.y[0] != t.y[0], "NaN at %ld was lost", (long)at);
            trial_backward(&t, true);
            cr_assert_eq(t.dx[at], t.dy[0]);
            trial_close(&t);
        }
}

Test(maxpool2d, all_nan)
{
    const struct maxpool2d_config c = {.pool_size = {3, 3},
                                       .ignore_border = true};
    struct trial t;

    cr_assert_eq(trial_open(&t, "maxpool2d", &c, SHAPE(1, 3, 3), 1), OK);
    trial_fill(&t, 1);
    for (int i = 0; i < 9; i++)
        t.x[i] = (real)NAN;
    trial_forward(&t, true);
    trial_backward(&t, true);
    real sum = 0;
    for (int i = 0; i < 9; i++)
        sum += t.dx[i];
    cr_assert_eq(sum, t.dy[0]);
    trial_close(&t);
}

/* Padding is not zero: it never wins against negative numbers. */
Test(maxpool2d, padding_never_wins)
{
    const struct maxpool2d_config c = {
        .pool_size = {2, 2}, .pad = {1, 1}, .ignore_border = true};
    struct trial t;

    cr_assert_eq(trial_open(&t, "maxpool2d", &c, SHAPE(1, 2, 2), 1), OK);
    for (int i = 0; i < 4; i++)
        t.x[i] = (real)-1 - (real)i;
    trial_forward(&t, false);
    for (int i = 0; i < 4; i++)
        cr_assert_eq(t.y[i], (real)-1 - (real)i);
    trial_close(&t);
}

static void expect_refusal(struct maxpool2d_config c, const char *key,
                           const char *why)
{
    struct trial t;

    cr_assert_eq(trial_open(&t, "maxpool2d", &c, SHAPE(1, 3, 3), 1),
                 ERR_CONFIG);
    cr_assert_str_eq(t.layer.spec.why, why);
    cr_assert_str_eq(t.layer.spec.why_key ? t.layer.spec.why_key : "", key);
}

Test(maxpool2d, refusals)
{
    expect_refusal(
        (struct maxpool2d_config){.pool_size = {5, 5}, .ignore_border = true},
        "", "pool 5x5 does not fit its 3x3 input (pad 0)");
    expect_refusal((struct maxpool2d_config){.pool_size = {2, 3},
                                             .pad = {2, 1},
                                             .ignore_border = true},
                   "pad", "2x1 must be smaller than pool_size 2x3");
    expect_refusal(
        (struct maxpool2d_config){.pool_size = {2, 2}, .pad = {0, 1}}, "pad",
        "must be 0 when ignore_border is false");
}
