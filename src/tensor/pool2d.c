/*
 * pool2d.c - max pooling.
 *
 * The place of a maximum is its tap, ky * kernel_w + kx: one byte in any window
 * of up to 256 cells.  Windows of 2x2 cells that tile the image, the usual
 * case, have loops without branches; the general form serves the rest and, in
 * the tests, is the reference of the fast one.
 */
#include "tensor/pool2d.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/compiler.h"
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
INLINE bool beats(real b, real best)
{
    return b > best || isnan(b);
}

/* LANES outputs at a time, in vectors.  A comparison gives whole lanes of zeros
 * or ones, integers as wide as real. */
enum { LANES = 32 / sizeof(real) };
typedef real lanes __attribute__((vector_size(32)));
#ifdef REAL_DOUBLE
typedef int64_t lane_bits;
static const lane_bits magnitude = INT64_MAX, infinite = 0x7ff0000000000000;
#else
typedef int32_t lane_bits;
static const lane_bits magnitude = INT32_MAX, infinite = 0x7f800000;
#endif
typedef lane_bits masks __attribute__((vector_size(32)));

/* Elements 0, 2, 4.. and 1, 3, 5.. of row [2 * LANES]. */
INLINE void split(const real *row, lanes *even, lanes *odd)
{
    real e[LANES], o[LANES];

    for (int64_t i = 0; i < LANES; i++) {
        e[i] = row[2 * i];
        o[i] = row[2 * i + 1];
    }
    memcpy(even, e, sizeof e);
    memcpy(odd, o, sizeof o);
}

INLINE void join(const lanes *even, const lanes *odd, real *row)
{
    real e[LANES], o[LANES];

    memcpy(e, even, sizeof e);
    memcpy(o, odd, sizeof o);
    for (int64_t i = 0; i < LANES; i++) {
        row[2 * i] = e[i];
        row[2 * i + 1] = o[i];
    }
}

/* Lane by lane: best and its tap, after a look at `value` of tap `tap`.  The
 * rule of beats; NaN is what has a magnitude above that of infinity. */
INLINE void challenge(lanes *best, masks *at, const lanes *value, lane_bits tap)
{
    const masks is_nan = ((masks)*value & magnitude) > infinite;
    const masks wins = (*value > *best) | is_nan;

    *best = (lanes)(((masks)*value & wins) | ((masks)*best & ~wins));
    *at = (wins & tap) | (*at & ~wins);
}

/* LANES outputs from top and bottom [2 * LANES]. */
INLINE void pool_strip(const real *top, const real *bottom, real *y,
                       unsigned char *index)
{
    lanes best, right, left;
    masks at = {0};
    lane_bits tap[LANES];

    split(top, &best, &right);
    challenge(&best, &at, &right, 1);
    split(bottom, &left, &right);
    challenge(&best, &at, &left, 2);
    challenge(&best, &at, &right, 3);
    memcpy(y, &best, sizeof best);
    memcpy(tap, &at, sizeof at);
    for (int64_t i = 0; i < LANES; i++)
        index[i] = (unsigned char)tap[i];
}

/* The way back: top and bottom [2 * LANES] are overwritten. */
INLINE void spread_strip(const real *dy, const unsigned char *index, real *top,
                         real *bottom)
{
    lane_bits tap[LANES];
    masks at, value;

    for (int64_t i = 0; i < LANES; i++)
        tap[i] = index[i];
    memcpy(&at, tap, sizeof at);
    memcpy(&value, dy, sizeof value);
    const lanes first = (lanes)(value & (at == 0));
    const lanes second = (lanes)(value & (at == 1));
    const lanes third = (lanes)(value & (at == 2));
    const lanes fourth = (lanes)(value & (at == 3));
    join(&first, &second, top);
    join(&third, &fourth, bottom);
}

/* One output row of `count`, the last strip overlapping the one before; a row
 * narrower than a strip goes through padded copies. */
INLINE void pool_row(const real *top, const real *bottom, int64_t count,
                     real *y, unsigned char *index)
{
    real t[2 * LANES] = {0}, b[2 * LANES] = {0}, out[LANES];
    unsigned char at[LANES] = {0};

    for (int64_t i = 0; count >= LANES && i < count; i += LANES) {
        const int64_t o = num_min(i, count - LANES);
        pool_strip(top + 2 * o, bottom + 2 * o, y + o, index ? index + o : at);
    }
    if (count >= LANES)
        return;
    memcpy(t, top, (size_t)(2 * count) * sizeof *t);
    memcpy(b, bottom, (size_t)(2 * count) * sizeof *b);
    pool_strip(t, b, out, at);
    memcpy(y, out, (size_t)count * sizeof *y);
    if (index)
        memcpy(index, at, (size_t)count);
}

INLINE void spread_row(const real *dy, const unsigned char *index,
                       int64_t count, real *top, real *bottom)
{
    real t[2 * LANES], b[2 * LANES], in[LANES] = {0};
    unsigned char at[LANES] = {0};

    for (int64_t i = 0; count >= LANES && i < count; i += LANES) {
        const int64_t o = num_min(i, count - LANES);
        spread_strip(dy + o, index + o, top + 2 * o, bottom + 2 * o);
    }
    if (count >= LANES)
        return;
    memcpy(in, dy, (size_t)count * sizeof *in);
    memcpy(at, index, (size_t)count);
    spread_strip(in, at, t, b);
    memcpy(top, t, (size_t)(2 * count) * sizeof *t);
    memcpy(bottom, b, (size_t)(2 * count) * sizeof *b);
}

HOT_CLONES
static void pool_two_by_two(const struct window *w, int64_t planes,
                            const real *x, real *y, unsigned char *index)
{
    for (int64_t p = 0; p < planes; p++)
        for (int64_t oy = 0; oy < w->y.out; oy++) {
            const real *top = x + (p * w->y.in + 2 * oy) * w->x.in;
            const int64_t to = (p * w->y.out + oy) * w->x.out;
            pool_row(top, top + w->x.in, w->x.out, y + to,
                     index ? index + to : NULL);
        }
}

/* An odd last row and column of the input belong to no window: dx is 0. */
HOT_CLONES
static void spread_two_by_two(const struct window *w, int64_t planes,
                              const real *dy, const unsigned char *index,
                              real *dx)
{
    for (int64_t p = 0; p < planes; p++) {
        real *plane = dx + p * window_inputs(w);
        for (int64_t oy = 0; oy < w->y.out; oy++) {
            real *top = plane + 2 * oy * w->x.in;
            const int64_t from = (p * w->y.out + oy) * w->x.out;
            spread_row(dy + from, index + from, w->x.out, top, top + w->x.in);
            for (int64_t i = 2 * w->x.out; i < w->x.in; i++)
                top[i] = top[w->x.in + i] = 0;
        }
        for (int64_t i = 2 * w->y.out * w->x.in; i < window_inputs(w); i++)
            plane[i] = 0;
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

void maxpool_forward(const struct window *w, int64_t planes, const real *x,
                     real *y, void *index)
{
    if (is_two_by_two(w)) {
        pool_two_by_two(w, planes, x, y, index);
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

void maxpool_backward(const struct window *w, int64_t planes, const real *dy,
                      const void *index, real *dx)
{
    const int64_t inputs = window_inputs(w);

    if (is_two_by_two(w)) {
        spread_two_by_two(w, planes, dy, index, dx);
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
