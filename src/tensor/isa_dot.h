/*
 * isa_dot.h - rows times rows in registers; see kernels.h.
 */
#pragma once

#include <stdint.h>

#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

enum { DOT_SUMS = DOT_ROWS * DOT_ROWS };

/* out[i] = the sum of the lanes of sum[i]: the squares of sums are turned, so
 * that one addition serves LANES sums. */
ISA_INLINE void add_lanes(vec *sum, real *out)
{
#pragma GCC unroll 8
    for (int64_t first = 0; first < DOT_SUMS; first += LANES) {
        vec *r = sum + first;
        vec_transpose(r);
#pragma GCC unroll 4
        for (int64_t half = LANES / 2; half > 0; half /= 2)
#pragma GCC unroll 8
            for (int64_t i = 0; i < half; i++)
                r[i] += r[i + half];
        vec_store(out + first, r[0]);
    }
}

/* Term l goes to lane l % LANES; terms beyond the depth are zero. */
static ISA_TARGET void dot_block(const struct dot_block *d)
{
    vec sum[DOT_SUMS], x[DOT_ROWS], w;
    int64_t l = 0;

#pragma GCC unroll 16
    for (int64_t i = 0; i < DOT_SUMS; i++)
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
    add_lanes(sum, d->out);
}
