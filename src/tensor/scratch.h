/*
 * scratch.h - places in the scratch memory of a call.
 *
 * Memory is laid out by walking once over what is needed; the end of the walk
 * is the size to ask for.
 */
#pragma once

#include <stdint.h>

#include "base/num.h"
#include "tensor/kernels.h"

/* scratch_take - the place of `reals` reals, on the boundary of a vector. */
static inline int64_t scratch_take(int64_t *at, int64_t reals)
{
    const int64_t start = *at;

    *at += num_ceil_div(reals, KERNEL_MAX_LANES) * KERNEL_MAX_LANES;
    return start;
}
