/*
 * isa_dot.h - rows times rows in registers; see kernels.h.
 */
#pragma once

#include <stdint.h>

#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

/* out[i] = the sum of the lanes of r[i], of LANES sums: the square is turned,
 * so that one addition serves all of them. */
ISA_INLINE void add_lanes(vec *r, real *out)
{
    vec_transpose(r);
#pragma GCC unroll 4
    for (int64_t half = LANES / 2; half > 0; half /= 2)
#pragma GCC unroll 8
        for (int64_t i = 0; i < half; i++)
            r[i] += r[i + half];
    vec_store(out, r[0]);
}

/* Term l goes to lane l % LANES; terms beyond the depth are zero. */
static ISA_TARGET void dot_block(const struct dot_block *d)
{
    vec sum[DOT_UNITS], x[DOT_ROWS], w;
    int64_t l = 0;

#pragma GCC unroll 16
    for (int64_t i = 0; i < DOT_UNITS; i++)
        sum[i] = vec_splat(0);
    for (; l + LANES <= d->depth; l += LANES) {
#pragma GCC unroll 4
        for (int64_t i = 0; i < DOT_ROWS; i++)
            x[i] = vec_load(d->x[i] + l);
#pragma GCC unroll 4
        for (int64_t j = 0; j < DOT_ROWS; j++) {
            w = vec_load(d->w[j] + l);
#pragma GCC unroll 4
            for (int64_t i = 0; i < DOT_ROWS; i++)
                sum[i * DOT_ROWS + j] = vec_fma(x[i], w, sum[i * DOT_ROWS + j]);
        }
    }
    if (l < d->depth) {
#pragma GCC unroll 4
        for (int64_t i = 0; i < DOT_ROWS; i++)
            x[i] = vec_load_part(d->x[i] + l, d->depth - l);
#pragma GCC unroll 4
        for (int64_t j = 0; j < DOT_ROWS; j++) {
            w = vec_load_part(d->w[j] + l, d->depth - l);
#pragma GCC unroll 4
            for (int64_t i = 0; i < DOT_ROWS; i++)
                sum[i * DOT_ROWS + j] = vec_fma(x[i], w, sum[i * DOT_ROWS + j]);
        }
    }
#pragma GCC unroll 8
    for (int64_t first = 0; first < DOT_UNITS; first += LANES)
        add_lanes(sum + first, d->out + first);
}

/* As many units at once as the registers have room for. */
static ISA_TARGET void dot_line(const struct dot_line *d)
{
    for (int64_t first = 0; first < DOT_UNITS; first += LANES) {
        const real *const *w = d->w + first;
        vec sum[LANES], x;
        int64_t l = 0;

#pragma GCC unroll 16
        for (int64_t i = 0; i < LANES; i++)
            sum[i] = vec_splat(0);
        for (; l + LANES <= d->depth; l += LANES) {
            x = vec_load(d->x + l);
#pragma GCC unroll 16
            for (int64_t i = 0; i < LANES; i++)
                sum[i] = vec_fma(x, vec_load(w[i] + l), sum[i]);
        }
        if (l < d->depth) {
            x = vec_load_part(d->x + l, d->depth - l);
#pragma GCC unroll 16
            for (int64_t i = 0; i < LANES; i++)
                sum[i] =
                    vec_fma(x, vec_load_part(w[i] + l, d->depth - l), sum[i]);
        }
        add_lanes(sum, d->out + first);
    }
}
