/*
 * isa_pool.h - maxima and means of windows; see kernels.h.
 *
 * Pairs, the 2x2 cells that tile an image, go a vector of outputs at a time:
 * two vectors of either input row are sorted into even and odd columns, the
 * taps 0, 1 and 2, 3.  Other windows have planes in the lanes.
 */
#pragma once

#include <stdint.h>

#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

/* Columns 0, 2, 4 .. and 1, 3, 5 .. of 2 * count numbers. */
ISA_INLINE void load_pairs(const real *row, int64_t count, vec *even, vec *odd)
{
    const int64_t rest = 2 * count - LANES;
    vec low, high = vec_splat(0);

    if (rest < 0)
        low = vec_load_part(row, 2 * count);
    else
        low = vec_load(row);
    if (rest > 0)
        high = vec_load_part(row + LANES, rest);
    *even = VEC_EVEN(low, high);
    *odd = VEC_ODD(low, high);
}

ISA_INLINE void store_pairs(real *row, int64_t count, vec even, vec odd)
{
    const int64_t rest = 2 * count - LANES;

    if (rest < 0) {
        vec_store_part(row, VEC_ZIP_LOW(even, odd), 2 * count);
        return;
    }
    vec_store(row, VEC_ZIP_LOW(even, odd));
    if (rest > 0)
        vec_store_part(row + LANES, VEC_ZIP_HIGH(even, odd), rest);
}

/* Lane by lane: the better of best and value, and its tap.  NaN always
 * wins. */
ISA_INLINE void challenge(vec *best, vec_mask *at, vec value, lane_int tap)
{
    const vec_mask wins = (value > *best) | vec_is_nan(value);

    *best = (vec)(((vec_mask)value & wins) | ((vec_mask)*best & ~wins));
    *at = (wins & tap) | (*at & ~wins);
}

static ISA_TARGET void pool_pairs(const struct pool_pairs *p, const real *x,
                                  real *y, unsigned char *index)
{
    for (int64_t row = 0; row < p->planes * p->out_h; row++) {
        const real *top =
            x + (row / p->out_h * p->in_h + row % p->out_h * 2) * p->in_w;
        for (int64_t i = 0; i < p->out_w; i += LANES) {
            const int64_t left = p->out_w - i;
            const int64_t count = left < LANES ? left : LANES;
            vec best, right, low_left, low_right;
            vec_mask at = {0};
            load_pairs(top + 2 * i, count, &best, &right);
            load_pairs(top + p->in_w + 2 * i, count, &low_left, &low_right);
            challenge(&best, &at, right, 1);
            challenge(&best, &at, low_left, 2);
            challenge(&best, &at, low_right, 3);
            vec_store_part(y + row * p->out_w + i, best, count);
            if (index)
                vec_store_bytes(index + row * p->out_w + i, at, count);
        }
    }
}

/* dy where `at` is the tap, else 0. */
ISA_INLINE vec share_of(vec dy, vec_mask at, lane_int tap)
{
    return (vec)((vec_mask)dy & (at == tap));
}

static ISA_TARGET void spread_pairs(const struct pool_pairs *p, const real *dy,
                                    const unsigned char *index, real *dx)
{
    for (int64_t row = 0; row < p->planes * p->out_h; row++) {
        real *top =
            dx + (row / p->out_h * p->in_h + row % p->out_h * 2) * p->in_w;
        for (int64_t i = 0; i < p->out_w; i += LANES) {
            const int64_t left = p->out_w - i, from = row * p->out_w + i;
            const int64_t count = left < LANES ? left : LANES;
            const vec part = vec_load_part(dy + from, count);
            const vec_mask at = vec_load_bytes(index + from, count);
            store_pairs(top + 2 * i, count, share_of(part, at, 0),
                        share_of(part, at, 1));
            store_pairs(top + p->in_w + 2 * i, count, share_of(part, at, 2),
                        share_of(part, at, 3));
        }
    }
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
        vec_store(y + o * LANES, best);
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
        const vec share = vec_load(dy + o * LANES);
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
        vec_store(y + o * LANES, sum / pool_cells(g, &w));
    }
}

static ISA_TARGET void pool_mean_data(const struct pool_grid *g, const real *dy,
                                      real *dx)
{
    for (int64_t o = 0; o < g->out_h * g->out_w; o++) {
        const struct pool_window w =
            pool_window_of(g, o / g->out_w, o % g->out_w);
        const vec share = vec_load(dy + o * LANES) / pool_cells(g, &w);
        for (int64_t r = 0; r < w.rows; r++) {
            real *row = dx + w.at + r * g->width * LANES;
            for (int64_t c = 0; c < w.columns; c++)
                vec_store(row + c * LANES, vec_load(row + c * LANES) + share);
        }
    }
}
