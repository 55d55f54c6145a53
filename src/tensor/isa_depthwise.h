/*
 * isa_depthwise.h - one filter per channel, channels in the lanes; see
 * kernels.h.
 */
#pragma once

#include <stdint.h>

#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

enum { AT_ONCE = 4 }; /* sums that are independent of each other */

/* Outputs p .. p + n, n = 1 or AT_ONCE. */
ISA_INLINE void depthwise_outputs(const struct depthwise *d, const real *x,
                                  real *y, int64_t p, const int n)
{
    const vec bias = vec_load(d->bias);
    vec sum[AT_ONCE];

#pragma GCC unroll 4
    for (int64_t i = 0; i < n; i++)
        sum[i] = vec_splat(0);
    for (int64_t t = 0; t < d->taps; t++) {
        const vec w = vec_load(d->weight + t * LANES);
#pragma GCC unroll 4
        for (int64_t i = 0; i < n; i++) {
            const int64_t cell = d->position[p + i] + d->tap[t];
            sum[i] = vec_fma(vec_load(x + cell * LANES), w, sum[i]);
        }
    }
#pragma GCC unroll 4
    for (int64_t i = 0; i < n; i++) {
        sum[i] += bias;
        if (d->rectify)
            sum[i] = vec_rectify(sum[i]);
        vec_store(y + (p + i) * LANES, sum[i]);
    }
}

static ISA_TARGET void depthwise_forward_lanes(const struct depthwise *d,
                                               const real *x, real *y)
{
    int64_t p = 0;

    for (; p + AT_ONCE <= d->positions; p += AT_ONCE)
        depthwise_outputs(d, x, y, p, AT_ONCE);
    for (; p < d->positions; p++)
        depthwise_outputs(d, x, y, p, 1);
}

/* dx[position + tap] += dy[position] * weight[tap], tap by tap: the cells of a
 * tap differ, so no sum waits for the store of the one before. */
static ISA_TARGET void depthwise_data_lanes(const struct depthwise *d,
                                            const real *dy, real *dx)
{
    for (int64_t t = 0; t < d->taps; t++) {
        const vec w = vec_load(d->weight + t * LANES);
        real *shifted = dx + d->tap[t] * LANES;
        for (int64_t p = 0; p < d->positions; p++) {
            real *to = shifted + d->position[p] * LANES;
            vec_store(to, vec_fma(vec_load(dy + p * LANES), w, vec_load(to)));
        }
    }
}

/* grad[tap] += sum over positions of x[position + tap] * dy[position], in
 * AT_ONCE interleaved sums. */
static ISA_TARGET void depthwise_weight_lanes(const struct depthwise *d,
                                              const real *x, const real *dy,
                                              real *grad)
{
    for (int64_t t = 0; t < d->taps; t++) {
        const real *shifted = x + d->tap[t] * LANES;
        vec sum[AT_ONCE] = {vec_splat(0), vec_splat(0), vec_splat(0),
                            vec_splat(0)};
        int64_t p = 0;
        for (; p + AT_ONCE <= d->positions; p += AT_ONCE) {
#pragma GCC unroll 4
            for (int64_t i = 0; i < AT_ONCE; i++)
                sum[i] = vec_fma(vec_load(shifted + d->position[p + i] * LANES),
                                 vec_load(dy + (p + i) * LANES), sum[i]);
        }
        for (; p < d->positions; p++)
            sum[0] = vec_fma(vec_load(shifted + d->position[p] * LANES),
                             vec_load(dy + p * LANES), sum[0]);
        vec_store(grad + t * LANES,
                  vec_load(grad + t * LANES) +
                      ((sum[0] + sum[1]) + (sum[2] + sum[3])));
    }
}
