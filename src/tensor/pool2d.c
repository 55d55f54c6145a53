/*
 * pool2d.c - max pooling.
 *
 * The place of a maximum is its tap, ky * kernel_w + kx: one byte in any window
 * of up to 256 cells.  Windows of 2x2 cells that tile the image, the usual
 * case, have kernels of their own; the general form serves the rest and, in
 * the tests, is the reference of the fast one.
 */
#include "tensor/pool2d.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/num.h"

int64_t maxpool_index_bytes(const struct window *w)
{
    return window_taps(w) <= 256 ? 1 : (int64_t)sizeof(uint32_t);
}

static bool is_pair_tiling(const struct axis *a)
{
    return a->kernel == 2 && a->stride == 2 && a->pad == 0 &&
           2 * a->out <= a->in;
}

static bool is_two_by_two(const struct window *w)
{
    return is_pair_tiling(&w->y) && is_pair_tiling(&w->x);
}

/* Does b replace the best so far?  NaN always does. */
static bool beats(real b, real best)
{
    return b > best || isnan(b);
}

static struct pool_pairs pairs_of(const struct window *w, int64_t planes)
{
    return (struct pool_pairs){
        .planes = planes,
        .in_h = w->y.in,
        .in_w = w->x.in,
        .out_h = w->y.out,
        .out_w = w->x.out,
    };
}

/* An odd last row and column of the input belong to no window: dx is 0. */
static void clear_rest(const struct pool_pairs *p, real *dx)
{
    for (int64_t i = 0; i < p->planes; i++) {
        real *plane = dx + i * p->in_h * p->in_w;
        for (int64_t row = 0; row < 2 * p->out_h; row++)
            for (int64_t j = 2 * p->out_w; j < p->in_w; j++)
                plane[row * p->in_w + j] = 0;
        for (int64_t j = 2 * p->out_h * p->in_w; j < p->in_h * p->in_w; j++)
            plane[j] = 0;
    }
}

/* The taps of output o that read an input. */
static struct range taps_inside(const struct axis *a, int64_t o)
{
    const int64_t start = o * a->stride - a->pad;

    return (struct range){num_max(0, -start),
                          num_min(a->kernel, a->in - start)};
}

/* The winning tap of the window at (oy, ox) and, in *best, its value. */
static int64_t find_maximum(const struct window *w, const real *plane,
                            int64_t oy, int64_t ox, real *best)
{
    const struct range rows = taps_inside(&w->y, oy);
    const struct range cols = taps_inside(&w->x, ox);
    const real *corner = plane + (oy * w->y.stride - w->y.pad) * w->x.in +
                         ox * w->x.stride - w->x.pad;
    int64_t at = rows.begin * w->x.kernel + cols.begin;

    *best = corner[rows.begin * w->x.in + cols.begin];
    for (int64_t ky = rows.begin; ky < rows.end; ky++)
        for (int64_t kx = cols.begin; kx < cols.end; kx++) {
            const real value = corner[ky * w->x.in + kx];
            if (beats(value, *best)) {
                *best = value;
                at = ky * w->x.kernel + kx;
            }
        }
    return at;
}

static void put_index(const struct window *w, void *index, int64_t i,
                      int64_t tap)
{
    if (maxpool_index_bytes(w) == 1)
        ((unsigned char *)index)[i] = (unsigned char)tap;
    else
        ((uint32_t *)index)[i] = (uint32_t)tap;
}

static int64_t get_index(const struct window *w, const void *index, int64_t i)
{
    return maxpool_index_bytes(w) == 1 ? ((const unsigned char *)index)[i]
                                       : ((const uint32_t *)index)[i];
}

void maxpool_forward(const struct kernels *kern, const struct window *w,
                     int64_t planes, const real *x, real *y, void *index)
{
    if (is_two_by_two(w)) {
        const struct pool_pairs pairs = pairs_of(w, planes);
        kern->pool_pairs(&pairs, x, y, index);
        return;
    }
    for (int64_t p = 0, i = 0; p < planes; p++)
        for (int64_t oy = 0; oy < w->y.out; oy++)
            for (int64_t ox = 0; ox < w->x.out; ox++, i++) {
                const int64_t tap =
                    find_maximum(w, x + p * window_inputs(w), oy, ox, &y[i]);
                if (index)
                    put_index(w, index, i, tap);
            }
}

void maxpool_backward(const struct kernels *kern, const struct window *w,
                      int64_t planes, const real *dy, const void *index,
                      real *dx)
{
    const int64_t inputs = window_inputs(w);

    if (is_two_by_two(w)) {
        const struct pool_pairs pairs = pairs_of(w, planes);
        kern->spread_pairs(&pairs, dy, index, dx);
        clear_rest(&pairs, dx);
        return;
    }
    memset(dx, 0, (size_t)(planes * inputs) * sizeof *dx);
    for (int64_t p = 0, i = 0; p < planes; p++)
        for (int64_t oy = 0; oy < w->y.out; oy++)
            for (int64_t ox = 0; ox < w->x.out; ox++, i++) {
                const int64_t tap = get_index(w, index, i);
                const int64_t iy =
                    oy * w->y.stride - w->y.pad + tap / w->x.kernel;
                const int64_t ix =
                    ox * w->x.stride - w->x.pad + tap % w->x.kernel;
                dx[p * inputs + iy * w->x.in + ix] += dy[i];
            }
}
