/*
 * Pooling on every instruction set and in both layouts, against the definition.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/blocked.h"
#include "support/naive_conv.h"
#include "tensor/pool2d.h"

enum { SAMPLES = 3 };

/* A pool, its operands in plain order, and what must come out. */
struct pool_case {
    struct pool2d pool;
    int64_t channels, in, out; /* of a sample; cells of a plane */
    real *x, *dy;
    double *y, *dx;
};

/* The cell that tap `tap` of output o sees; -1: none. */
static int64_t cell_at(const struct window *w, int64_t o, int64_t tap)
{
    const int64_t i = o / w->x.out * w->y.stride - w->y.pad;
    const int64_t j = o % w->x.out * w->x.stride - w->x.pad;
    const int64_t row = i + tap / w->x.kernel, column = j + tap % w->x.kernel;

    if (row < 0 || row >= w->y.in || column < 0 || column >= w->x.in)
        return -1;
    return row * w->x.in + column;
}

/* Adds `share` to the cells of output o. */
static void share_out(const struct window *w, int64_t o, double share,
                      double *dx)
{
    for (int64_t tap = 0; tap < window_taps(w); tap++)
        if (cell_at(w, o, tap) >= 0)
            dx[cell_at(w, o, tap)] += share;
}

/* Output o of a plane; its gradient goes to the cells. */
static double pool_one(const struct pool_case *k, int64_t plane, int64_t o)
{
    const struct window *w = &k->pool.window;
    const real *x = k->x + plane * k->in;
    const double dy = (double)k->dy[plane * k->out + o];
    double sum = 0, cells = 0, *dx = k->dx + plane * k->in;
    int64_t best = -1;

    for (int64_t tap = 0; tap < window_taps(w); tap++) {
        const int64_t i = cell_at(w, o, tap);
        if (i < 0)
            continue;
        if (best < 0 || x[i] > x[best] || isnan(x[i]))
            best = i;
        sum += (double)x[i];
        cells++;
    }
    if (k->pool.mode == POOL_MAX) {
        dx[best] += dy;
        return (double)x[best];
    }
    if (k->pool.mode == POOL_MEAN_PADDED)
        cells = (double)window_taps(w);
    share_out(w, o, dy / cells, dx);
    return sum / cells;
}

/* Few values, so that there are ties, and NaN among the maxima. */
static struct pool_case open(const struct kernels *kern, struct window w,
                             enum pool_mode mode, int64_t channels)
{
    const int64_t in = window_inputs(&w), out = window_outputs(&w);
    const int64_t planes = SAMPLES * channels;
    struct pool_case k = {
        .pool = {.kern = kern, .window = w, .mode = mode},
        .channels = channels,
        .in = in,
        .out = out,
        .x = take_reals(planes * in),
        .dy = take_reals(planes * out),
        .y = calloc((size_t)(planes * out), sizeof *k.y),
        .dx = calloc((size_t)(planes * in), sizeof *k.dx),
    };

    cr_assert(k.y && k.dx);
    pool2d_prepare(&k.pool);
    fill_normal(k.x, planes * in, (uint64_t)in);
    fill_normal(k.dy, planes * out, 7);
    for (int64_t i = 0; mode == POOL_MAX && i < planes * in; i++)
        k.x[i] = i % 37 == 3 ? (real)NAN : (real)round((double)k.x[i]);
    for (int64_t i = 0; i < planes * out; i++)
        k.y[i] = pool_one(&k, i / out, i % out);
    return k;
}

static void close(struct pool_case *k)
{
    free(k->x);
    free(k->dy);
    free(k->y);
    free(k->dx);
}

/* Maxima exactly, sums to rounding. */
static void expect(const struct pool_case *k, const struct layout *l,
                   const real *got, const double *want, const char *what)
{
    const int64_t count = SAMPLES * l->channels * l->pixels;
    int64_t dirty, wrong = 0;
    real *plain = plain_copy(l, SAMPLES, got, &dirty);

    for (int64_t i = 0; i < count; i++)
        wrong += isnan(want[i]) ? !isnan(plain[i])
                                : !(fabs((double)plain[i] - want[i]) <=
                                    8 * REAL_EPSILON * (1 + fabs(want[i])));
    cr_expect_eq(wrong, 0,
                 "%s: %s of %lld channels of %lldx%lld, mode %d, lanes %lld: "
                 "%lld wrong",
                 cpu_name(k->pool.kern->level), what, (long long)l->channels,
                 (long long)k->pool.window.y.in, (long long)k->pool.window.x.in,
                 (int)k->pool.mode, (long long)l->lanes, (long long)wrong);
    cr_expect_eq(dirty, 0, "%s: lanes beyond the channels hold numbers", what);
    free(plain);
}

static void check(const struct pool_case *k, bool x_blocked, bool y_blocked)
{
    const int64_t lanes = k->pool.kern->lanes;
    const struct layout in = {k->channels, k->in, x_blocked ? lanes : 1};
    const struct layout out = {k->channels, k->out, y_blocked ? lanes : 1};
    real *x = blocked_copy(&in, SAMPLES, k->x);
    real *dy = blocked_copy(&out, SAMPLES, k->dy);
    real *y = blocked_room(&out, SAMPLES), *dx = blocked_room(&in, SAMPLES);
    struct pool2d_call call = {
        .samples = SAMPLES,
        .channels = k->channels,
        .x_blocked = x_blocked,
        .y_blocked = y_blocked,
        .x = x,
        .y = y,
        .dy = dy,
        .dx = dx,
        .work = take_reals(k->pool.work / (int64_t)sizeof(real)),
    };

    pool2d_forward(&k->pool, &call);
    expect(k, &out, y, k->y, "y without places");
    if (k->pool.index > 0)
        call.index = take_reals(SAMPLES * k->channels * k->pool.index);
    pool2d_forward(&k->pool, &call);
    expect(k, &out, y, k->y, "y");
    pool2d_backward(&k->pool, &call);
    expect(k, &in, dx, k->dx, "dx");
    free(call.index);
    free(call.work);
    free(x);
    free(dy);
    free(y);
    free(dx);
}

static void check_layouts(struct window w, enum pool_mode mode)
{
    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        for (int64_t c = 1; kern && c < 2 * kern->lanes; c += 5) {
            struct pool_case k = open(kern, w, mode, c);
            for (int i = 0; i < 4; i++)
                check(&k, i & 1, i & 2);
            close(&k);
        }
    }
}

static struct window square(int64_t height, int64_t width, int64_t size,
                            int64_t stride, int64_t pad)
{
    struct window w = {
        {height, 0, size, stride, 1, pad},
        {width, 0, size, stride, 1, pad},
    };

    w.y.out = axis_count(&w.y, 2 * pad);
    w.x.out = axis_count(&w.x, 2 * pad);
    return w;
}

Test(pool2d, pairs)
{
    for (int64_t width = 2; width < 23; width++)
        check_layouts(square(2 + width % 5, width, 2, 2, 0), POOL_MAX);
}

Test(pool2d, windows)
{
    for (int mode = POOL_MAX; mode <= POOL_MEAN_PADDED; mode++)
        for (int64_t stride = 1; stride <= 4; stride++) {
            check_layouts(square(7, 9, 3, stride, 1), (enum pool_mode)mode);
            check_layouts(square(8, 5, 2, stride, 0), (enum pool_mode)mode);
        }
}

/* Higher than a band, so that rows of the image belong to two. */
Test(pool2d, bands)
{
    check_layouts(square(131, 130, 3, 2, 0), POOL_MAX);
    check_layouts(square(131, 130, 3, 2, 1), POOL_MEAN);
    check_layouts(square(131, 130, 2, 2, 0), POOL_MAX);
}

/* More cells than a byte can count. */
Test(pool2d, large_windows)
{
    check_layouts(square(19, 18, 17, 1, 0), POOL_MAX);
}
