/*
 * isa_peak.h - multiply-adds and nothing else; see kernels.h.
 */
#pragma once

#include <stdint.h>

#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

/* Lane l of chain i begins at i * LANES + l.  The factor is the sum's, so that
 * where a multiply-add is two operations neither is the same in every round. */
static ISA_TARGET real chain_sums(int64_t rounds, real factor, real term)
{
    const vec a = vec_splat(factor), b = vec_splat(term);
    vec sum[KERNEL_CHAINS];

#pragma GCC unroll 12
    for (int64_t i = 0; i < KERNEL_CHAINS; i++)
        for (int64_t j = 0; j < LANES; j++)
            sum[i][j] = (real)(i * LANES + j);
    for (int64_t k = 0; k < rounds; k++) {
#pragma GCC unroll 12
        for (int64_t i = 0; i < KERNEL_CHAINS; i++)
            sum[i] = vec_fma(sum[i], a, b);
    }
    return vec_total(sum, KERNEL_CHAINS);
}
