/*
 * im2col.c - unroll the windows of an image into columns, and back.
 *
 * One row of col and one output row at a time: a run of outputs whose inputs
 * are `stride` apart, with padding before and after it.  Runs are short (an
 * image's width), so copying them is inlined rather than left to memcpy.
 */
#include "tensor/im2col.h"

#include <string.h>

#include "base/compiler.h"
#include "base/num.h"

enum { LANES = 32 / sizeof(real) };

/* 8 floats or 4 doubles at any address of a real. */
typedef real lanes __attribute__((vector_size(32), aligned(sizeof(real))));

/* One tap's view: which outputs meet inputs, and where. */
struct tap {
    const struct window *w;
    struct range rows, cols; /* outputs that read an input */
    int64_t first;           /* input index of output position (0, 0); may lie
                                outside the plane */
    struct range positions;
};

INLINE struct tap tap_of(const struct window *w, int64_t tap,
                         struct range positions)
{
    const int64_t ky = tap / w->x.kernel, kx = tap % w->x.kernel;

    return (struct tap){
        .w = w,
        .rows = axis_inside(&w->y, ky),
        .cols = axis_inside(&w->x, kx),
        .first = (ky * w->y.dilation - w->y.pad) * w->x.in +
                 kx * w->x.dilation - w->x.pad,
        .positions = positions,
    };
}

/* The part of output row `oy` in the range of positions, as columns. */
INLINE struct range part_of_row(const struct tap *t, int64_t oy)
{
    const int64_t start = oy * t->w->x.out;

    return (struct range){
        num_max(t->positions.begin - start, 0),
        num_min(t->positions.end - start, t->w->x.out),
    };
}

/* `part` without padding; empty ranges begin where they end. */
INLINE struct range inside_part(const struct tap *t, int64_t oy,
                                struct range part)
{
    if (oy < t->rows.begin || oy >= t->rows.end)
        return (struct range){part.end, part.end};
    const int64_t begin = num_min(num_max(part.begin, t->cols.begin), part.end);
    return (struct range){begin,
                          num_max(begin, num_min(part.end, t->cols.end))};
}

INLINE void copy_run(real *restrict to, const real *restrict from,
                     int64_t count)
{
    int64_t i = 0;

    for (; i + LANES <= count; i += LANES)
        *(lanes *)(to + i) = *(const lanes *)(from + i);
    if (count >= LANES) { /* the last lanes, overlapping the ones before */
        *(lanes *)(to + count - LANES) = *(const lanes *)(from + count - LANES);
        return;
    }
    for (; i < count; i++)
        to[i] = from[i];
}

INLINE void add_run(real *restrict to, const real *restrict from, int64_t count)
{
    int64_t i = 0;

    for (; i + LANES <= count; i += LANES)
        *(lanes *)(to + i) += *(const lanes *)(from + i);
    for (; i < count; i++)
        to[i] += from[i];
}

INLINE void gather_run(real *restrict to, const real *restrict from,
                       int64_t count, int64_t stride)
{
    if (stride == 1)
        copy_run(to, from, count);
    else
        for (int64_t i = 0; i < count; i++)
            to[i] = from[i * stride];
}

INLINE void scatter_run(real *restrict to, const real *restrict from,
                        int64_t count, int64_t stride)
{
    if (stride == 1)
        add_run(to, from, count);
    else
        for (int64_t i = 0; i < count; i++)
            to[i * stride] += from[i];
}

INLINE void zero_run(real *to, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        to[i] = 0;
}

INLINE void gather_tap(const struct tap *t, const real *restrict plane,
                       real *restrict row)
{
    const struct axis *y = &t->w->y, *x = &t->w->x;

    for (int64_t oy = t->positions.begin / x->out;
         oy * x->out < t->positions.end; oy++) {
        const struct range part = part_of_row(t, oy);
        const struct range inside = inside_part(t, oy, part);
        const int64_t from =
            t->first + oy * y->stride * x->in + inside.begin * x->stride;
        zero_run(row, inside.begin - part.begin);
        if (inside.begin < inside.end)
            gather_run(row + inside.begin - part.begin, plane + from,
                       inside.end - inside.begin, x->stride);
        zero_run(row + inside.end - part.begin, part.end - inside.end);
        row += part.end - part.begin;
    }
}

INLINE void scatter_tap(const struct tap *t, const real *restrict row,
                        real *restrict plane)
{
    const struct axis *y = &t->w->y, *x = &t->w->x;

    for (int64_t oy = t->positions.begin / x->out;
         oy * x->out < t->positions.end; oy++) {
        const struct range part = part_of_row(t, oy);
        const struct range inside = inside_part(t, oy, part);
        const int64_t to =
            t->first + oy * y->stride * x->in + inside.begin * x->stride;
        if (inside.begin < inside.end)
            scatter_run(plane + to, row + inside.begin - part.begin,
                        inside.end - inside.begin, x->stride);
        row += part.end - part.begin;
    }
}

HOT_CLONES
void im2col(const struct window *w, int64_t channels, const real *x,
            struct range positions, struct columns col)
{
    const int64_t taps = window_taps(w), plane = window_inputs(w);

    for (int64_t tap = 0; tap < taps; tap++) {
        const struct tap t = tap_of(w, tap, positions);
        for (int64_t c = 0; c < channels; c++)
            gather_tap(&t, x + c * plane,
                       col.at + (c * taps + tap) * col.stride);
    }
}

HOT_CLONES
void col2im(const struct window *w, int64_t channels, struct columns col,
            struct range positions, real *dx)
{
    const int64_t taps = window_taps(w), plane = window_inputs(w);

    for (int64_t c = 0; c < channels; c++)
        for (int64_t tap = 0; tap < taps; tap++) {
            const struct tap t = tap_of(w, tap, positions);
            scatter_tap(&t, col.at + (c * taps + tap) * col.stride,
                        dx + c * plane);
        }
}
