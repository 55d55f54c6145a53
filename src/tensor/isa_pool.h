/*
 * isa_pool.h - maxima and means of windows, planes in the lanes; see kernels.h.
 */
#pragma once

#include <stdint.h>

#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

/* Lane by lane: the better of best and value, and its tap.  NaN always
 * wins. */
ISA_INLINE void challenge(vec *best, vec_mask *at, vec value, lane_int tap)
{
    const vec_mask wins = (value > *best) | vec_is_nan(value);

    *best = (vec)(((vec_mask)value & wins) | ((vec_mask)*best & ~wins));
    *at = (wins & tap) | (*at & ~wins);
}

/* dy where `at` is the tap, else 0. */
ISA_INLINE vec share_of(vec dy, vec_mask at, lane_int tap)
{
    return (vec)((vec_mask)dy & (at == tap));
}

ISA_INLINE void store_taps(const struct pool_grid *g, void *index, int64_t o,
                           vec_mask at)
{
    if (g->wide_index)
        vec_store_part((real *)index + o * g->count, (vec)at, g->count);
    else
        vec_store_bytes((unsigned char *)index + o * g->count, at, g->count);
}

ISA_INLINE vec_mask load_taps(const struct pool_grid *g, const void *index,
                              int64_t o)
{
    if (g->wide_index)
        return (vec_mask)vec_load_part((const real *)index + o * g->count,
                                       g->count);
    return vec_load_bytes((const unsigned char *)index + o * g->count,
                          g->count);
}

ISA_INLINE void max_pairs(const struct pool_grid *g, int64_t count,
                          const real *x, real *y, unsigned char *index)
{
    for (int64_t i = 0; i < g->out_h; i++) {
        const real *top = x + 2 * i * g->width * LANES;
        const real *low = top + g->width * LANES;
        for (int64_t j = 0; j < g->out_w; j++) {
            const int64_t o = i * g->out_w + j, at = 2 * j * LANES;
            vec best = vec_load(top + at);
            vec_mask tap = {0};
            challenge(&best, &tap, vec_load(top + at + LANES), 1);
            challenge(&best, &tap, vec_load(low + at), 2);
            challenge(&best, &tap, vec_load(low + at + LANES), 3);
            vec_store(y + o * LANES, vec_first(best, count));
            if (index)
                vec_store_bytes(index + o * count, tap, count);
        }
    }
}

static ISA_TARGET void pool_max_pairs(const struct pool_grid *g, const real *x,
                                      real *y, void *index)
{
    if (g->count == LANES)
        max_pairs(g, LANES, x, y, index);
    else
        max_pairs(g, g->count, x, y, index);
}

ISA_INLINE void max_pairs_data(const struct pool_grid *g, int64_t count,
                               const real *dy, const unsigned char *index,
                               real *dx)
{
    for (int64_t i = 0; i < g->out_h; i++) {
        real *top = dx + 2 * i * g->width * LANES;
        real *low = top + g->width * LANES;
        for (int64_t j = 0; j < g->out_w; j++) {
            const int64_t o = i * g->out_w + j, at = 2 * j * LANES;
            const vec share = vec_first(vec_load(dy + o * LANES), count);
            const vec_mask tap = vec_load_bytes(index + o * count, count);
            vec_store(top + at, share_of(share, tap, 0));
            vec_store(top + at + LANES, share_of(share, tap, 1));
            vec_store(low + at, share_of(share, tap, 2));
            vec_store(low + at + LANES, share_of(share, tap, 3));
        }
        for (int64_t j = 2 * g->out_w; j < g->width; j++) {
            vec_store(top + j * LANES, vec_splat(0));
            vec_store(low + j * LANES, vec_splat(0));
        }
    }
}

static ISA_TARGET void pool_max_pairs_data(const struct pool_grid *g,
                                           const real *dy, const void *index,
                                           real *dx)
{
    if (g->count == LANES)
        max_pairs_data(g, LANES, dy, index, dx);
    else
        max_pairs_data(g, g->count, dy, index, dx);
}

/* The window of an output: its first cell's place, and its extents. */
struct pool_window {
    int64_t at, rows, columns;
};

ISA_INLINE struct pool_window pool_window_of(const struct pool_grid *g,
                                             int64_t i, int64_t j)
{
    const struct range rows = g->rows[i], columns = g->columns[j];

    return (struct pool_window){
        ((rows.begin - g->origin) * g->width + columns.begin) * LANES,
        rows.end - rows.begin,
        columns.end - columns.begin,
    };
}

static ISA_TARGET void pool_max(const struct pool_grid *g, const real *x,
                                real *y, void *index)
{
    for (int64_t o = 0; o < g->out_h * g->out_w; o++) {
        const struct pool_window w =
            pool_window_of(g, o / g->out_w, o % g->out_w);
        vec best = vec_load(x + w.at);
        vec_mask at = {0};
        for (int64_t r = 0; r < w.rows; r++) {
            const real *row = x + w.at + r * g->width * LANES;
            for (int64_t c = 0; c < w.columns; c++)
                challenge(&best, &at, vec_load(row + c * LANES),
                          (lane_int)(r * g->widest + c));
        }
        vec_store(y + o * LANES, vec_first(best, g->count));
        if (index)
            store_taps(g, index, o, at);
    }
}

static ISA_TARGET void pool_max_data(const struct pool_grid *g, const real *dy,
                                     const void *index, real *dx)
{
    for (int64_t o = 0; o < g->out_h * g->out_w; o++) {
        const struct pool_window w =
            pool_window_of(g, o / g->out_w, o % g->out_w);
        const vec share = vec_first(vec_load(dy + o * LANES), g->count);
        const vec_mask at = load_taps(g, index, o);
        for (int64_t r = 0; r < w.rows; r++) {
            real *row = dx + w.at + r * g->width * LANES;
            for (int64_t c = 0; c < w.columns; c++)
                vec_store(
                    row + c * LANES,
                    vec_load(row + c * LANES) +
                        share_of(share, at, (lane_int)(r * g->widest + c)));
        }
    }
}

ISA_INLINE vec pool_cells(const struct pool_grid *g,
                          const struct pool_window *w)
{
    return vec_splat((real)(g->cells > 0 ? g->cells : w->rows * w->columns));
}

static ISA_TARGET void pool_mean(const struct pool_grid *g, const real *x,
                                 real *y)
{
    for (int64_t o = 0; o < g->out_h * g->out_w; o++) {
        const struct pool_window w =
            pool_window_of(g, o / g->out_w, o % g->out_w);
        vec sum = vec_splat(0);
        for (int64_t r = 0; r < w.rows; r++) {
            const real *row = x + w.at + r * g->width * LANES;
            vec part = vec_load(row);
            for (int64_t c = 1; c < w.columns; c++)
                part += vec_load(row + c * LANES);
            sum += part;
        }
        vec_store(y + o * LANES, vec_first(sum / pool_cells(g, &w), g->count));
    }
}

static ISA_TARGET void pool_mean_data(const struct pool_grid *g, const real *dy,
                                      real *dx)
{
    for (int64_t o = 0; o < g->out_h * g->out_w; o++) {
        const struct pool_window w =
            pool_window_of(g, o / g->out_w, o % g->out_w);
        const vec share =
            vec_first(vec_load(dy + o * LANES), g->count) / pool_cells(g, &w);
        for (int64_t r = 0; r < w.rows; r++) {
            real *row = dx + w.at + r * g->width * LANES;
            for (int64_t c = 0; c < w.columns; c++)
                vec_store(row + c * LANES, vec_load(row + c * LANES) + share);
        }
    }
}
