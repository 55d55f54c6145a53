/*
 * isa_sum.h - sums of a row and of blocked planes, and what of a row rectify
 * lets pass; see kernels.h.
 */
#pragma once

#include <stdint.h>

#include "tensor/isa_vec.h"

enum { SUM_VECTORS = 4, SUM_STEP = SUM_VECTORS * LANES };

/* Element i goes to partial sum i % (4 * LANES); they are added in pairs. */
static ISA_TARGET real sum_row(const real *row, int64_t count)
{
    vec part[SUM_VECTORS] = {vec_splat(0), vec_splat(0), vec_splat(0),
                             vec_splat(0)};
    int64_t i = 0;

    for (; i + SUM_STEP <= count; i += SUM_STEP) {
#pragma GCC unroll 4
        for (int64_t j = 0; j < SUM_VECTORS; j++)
            part[j] += vec_load(row + i + j * LANES);
    }
    for (int64_t j = 0; i < count; j++, i += LANES)
        part[j] += count - i < LANES ? vec_load_part(row + i, count - i)
                                     : vec_load(row + i);
    part[0] = (part[0] + part[1]) + (part[2] + part[3]);
    for (int64_t half = LANES / 2; half > 0; half /= 2)
        for (int64_t j = 0; j < half; j++)
            part[0][j] += part[0][j + half];
    return part[0][0];
}

static ISA_TARGET void mask_row(const real *dy, const real *y, int64_t count,
                                real *to)
{
    int64_t i = 0;

    for (; i + LANES <= count; i += LANES)
        vec_store(to + i,
                  (vec)((vec_mask)vec_load(dy + i) & (vec_load(y + i) > 0)));
    for (; i < count; i++)
        to[i] = y[i] > 0 ? dy[i] : 0;
}

/* Pixel i goes to partial sum i % 4; they are added in pairs. */
static ISA_TARGET void sum_lanes(const real *blocked, int64_t pixels,
                                 int64_t count, real *sums)
{
    vec part[SUM_VECTORS] = {vec_splat(0), vec_splat(0), vec_splat(0),
                             vec_splat(0)};
    int64_t i = 0;

    for (; i + SUM_VECTORS <= pixels; i += SUM_VECTORS) {
#pragma GCC unroll 4
        for (int64_t j = 0; j < SUM_VECTORS; j++)
            part[j] += vec_load(blocked + (i + j) * LANES);
    }
    for (int64_t j = 0; i < pixels; i++, j++)
        part[j] += vec_load(blocked + i * LANES);
    part[0] = (part[0] + part[1]) + (part[2] + part[3]);
    vec_store_part(sums, vec_load_part(sums, count) + part[0], count);
}
