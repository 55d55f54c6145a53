/*
 * finite.h - where numbers stop being numbers.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tensor/real.h"

/* first_nonfinite - the index of the first NaN or infinity of x [count];
 * `count` when there is none. */
int64_t first_nonfinite(const real *x, int64_t count);

static inline bool all_finite(const real *x, int64_t count)
{
    return first_nonfinite(x, count) == count;
}
