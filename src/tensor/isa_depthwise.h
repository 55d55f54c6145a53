/*
 * isa_depthwise.h - one filter per channel, channels in the lanes; see
 * kernels.h.
 */
#pragma once

#include <stdint.h>

#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

/* Sums that do not wait for each other: as many as hide the latency of a
 * multiply-add; of outputs, and of taps. */
enum { OUTPUTS_AT_ONCE = 8, TAPS_AT_ONCE = 9 };

/* Outputs p .. p + n. */
ISA_INLINE void depthwise_outputs(const struct depthwise *d, const real *x,
                                  real *y, int64_t p, const int n)
{
    const vec bias = vec_load(d->bias);
    const real *cell[OUTPUTS_AT_ONCE];
    vec sum[OUTPUTS_AT_ONCE];

#pragma GCC unroll 8
    for (int64_t i = 0; i < n; i++) {
        cell[i] = x + d->position[p + i] * LANES;
        sum[i] = vec_splat(0);
    }
    for (int64_t t = 0; t < d->taps; t++) {
        const vec w = vec_load(d->weight + t * LANES);
        const int64_t tap = d->tap[t] * LANES;
#pragma GCC unroll 8
        for (int64_t i = 0; i < n; i++)
            sum[i] = vec_fma(vec_load(cell[i] + tap), w, sum[i]);
    }
#pragma GCC unroll 8
    for (int64_t i = 0; i < n; i++) {
        sum[i] += bias;
        if (d->rectify)
            sum[i] = vec_rectify(sum[i]);
        vec_store(y + d->output[p + i] * LANES, sum[i]);
    }
}

static ISA_TARGET void depthwise_forward_lanes(const struct depthwise *d,
                                               const real *x, real *y)
{
    int64_t p = 0;

    for (; p + OUTPUTS_AT_ONCE <= d->positions; p += OUTPUTS_AT_ONCE)
        depthwise_outputs(d, x, y, p, OUTPUTS_AT_ONCE);
    for (; p + 4 <= d->positions; p += 4)
        depthwise_outputs(d, x, y, p, 4);
    for (; p < d->positions; p++)
        depthwise_outputs(d, x, y, p, 1);
}

/* Taps t .. t + n. */
ISA_INLINE void depthwise_taps(const struct depthwise *d, const real *x,
                               const real *dy, real *grad, int64_t t,
                               const int n)
{
    const real *shifted[TAPS_AT_ONCE];
    vec sum[TAPS_AT_ONCE];

#pragma GCC unroll 9
    for (int64_t i = 0; i < n; i++) {
        shifted[i] = x + d->tap[t + i] * LANES;
        sum[i] = vec_splat(0);
    }
    for (int64_t p = 0; p < d->positions; p++) {
        const vec v = vec_load(dy + d->output[p] * LANES);
        const int64_t cell = d->position[p] * LANES;
#pragma GCC unroll 9
        for (int64_t i = 0; i < n; i++)
            sum[i] = vec_fma(vec_load(shifted[i] + cell), v, sum[i]);
    }
#pragma GCC unroll 9
    for (int64_t i = 0; i < n; i++) {
        real *const to = grad + (t + i) * LANES;
        vec_store(to, vec_load(to) + sum[i]);
    }
}

static ISA_TARGET void depthwise_weight_lanes(const struct depthwise *d,
                                              const real *x, const real *dy,
                                              real *grad)
{
    int64_t t = 0;

    for (; t + TAPS_AT_ONCE <= d->taps; t += TAPS_AT_ONCE)
        depthwise_taps(d, x, dy, grad, t, TAPS_AT_ONCE);
    for (; t + 4 <= d->taps; t += 4)
        depthwise_taps(d, x, dy, grad, t, 4);
    for (; t < d->taps; t++)
        depthwise_taps(d, x, dy, grad, t, 1);
}
