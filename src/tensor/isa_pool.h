/*
 * isa_pool.h - maxima of 2x2 cells that tile an image; see kernels.h.
 *
 * A vector of outputs at a time: two vectors of either input row are sorted
 * into even and odd columns, the taps 0, 1 and 2, 3.
 */
#ifndef TENSOR_ISA_POOL_H
#define TENSOR_ISA_POOL_H

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

#endif
