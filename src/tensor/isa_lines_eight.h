/*
 * isa_lines_eight.h - lines of isa_lines.h for tiles of eight inputs: F(6x6,
 * 3x3), F(4x4, 5x5) and F(2x2, 7x7); the points are pairs_6, 0 and infinity.
 */
#pragma once

#include <stdint.h>

#include "tensor/isa_lines_pairs.h"
#include "tensor/isa_vec.h"

/* B' and B of all. */
ISA_INLINE void line_input_6(const vec *x, int64_t p, vec *y, int64_t q)
{
    y[0] = pairs_all(pairs_6, x, p);
    pairs_input(pairs_6, x + p, p, y + q, q);
    y[7 * q] = pairs_all(pairs_6, x + p, p);
}

ISA_INLINE void line_d_input_6(const vec *x, int64_t p, vec *y, int64_t q)
{
    const vec zero = x[0], top = x[7 * p];
    struct halves h = halves_of(x + p, p);
    vec z[2 * PAIRS];

#pragma GCC unroll 3
    for (int i = 0; i < PAIRS; i++) {
        h.sum[i] *= vec_splat(pairs_6.x[i]);
        h.diff[i] *= vec_splat(pairs_6.x[i] * pairs_6.t[i]);
    }
    pairs_d_input(pairs_6, h.diff, h.sum, z);
    y[0] = vec_splat(all_0(pairs_6)) * zero;
    y[q] = vec_scaled(all_0(pairs_6), top, z[0]);
    y[2 * q] = vec_scaled(all_2(pairs_6), zero, z[1]);
    y[3 * q] = vec_scaled(all_2(pairs_6), top, z[2]);
    y[4 * q] = vec_scaled(all_4(pairs_6), zero, z[3]);
    y[5 * q] = vec_scaled(all_4(pairs_6), top, z[4]);
    y[6 * q] = z[5] + zero;
    y[7 * q] = top;
}

ISA_INLINE void line_input_45(const vec *x, int64_t p, vec *y, int64_t q)
{
    line_input_6(x, p, y, q);
}

ISA_INLINE void line_d_input_45(const vec *x, int64_t p, vec *y, int64_t q)
{
    line_d_input_6(x, p, y, q);
}

ISA_INLINE void line_input_27(const vec *x, int64_t p, vec *y, int64_t q)
{
    line_input_6(x, p, y, q);
}

ISA_INLINE void line_d_input_27(const vec *x, int64_t p, vec *y, int64_t q)
{
    line_d_input_6(x, p, y, q);
}

/* A' with `m` rows, A, G with `r` columns and G' of n = 8. */
ISA_INLINE void eight_output(const int m, const vec *x, int64_t p, vec *y,
                             int64_t q)
{
    vec z[6];

    pairs_powers(pairs_6, m, x + p, p, z);
    z[0] += x[0];
    z[m - 1] += x[7 * p];
#pragma GCC unroll 6
    for (int k = 0; k < m; k++)
        y[k * q] = z[k];
}

ISA_INLINE void eight_d_output(const int m, const vec *x, int64_t p, vec *y,
                               int64_t q)
{
    y[0] = x[0];
    pairs_values(pairs_6, m, x, p, y + q, q);
    y[7 * q] = x[(m - 1) * p];
}

ISA_INLINE void eight_filter(const int r, const vec *x, int64_t p, vec *y,
                             int64_t q)
{
    vec z[2 * PAIRS];

    pairs_values(pairs_6, r, x, p, z, 1);
    y[0] = vec_splat(1 / all_0(pairs_6)) * x[0];
    pairs_scale(pairs_6, 1, z, 1, y + q, q);
    y[7 * q] = x[(r - 1) * p];
}

ISA_INLINE void eight_d_filter(const int r, const vec *x, int64_t p, vec *y,
                               int64_t q)
{
    vec z[2 * PAIRS], powers[7];

    pairs_scale(pairs_6, 1, x + p, p, z, 1);
    pairs_powers(pairs_6, r, z, 1, powers);
    powers[0] = vec_scaled(1 / all_0(pairs_6), x[0], powers[0]);
    powers[r - 1] += x[7 * p];
#pragma GCC unroll 7
    for (int k = 0; k < r; k++)
        y[k * q] = powers[k];
}

#define EIGHT_LINES(name, m, r)                                                \
    ISA_INLINE void line_output_##name(const vec *x, int64_t p, vec *y,        \
                                       int64_t q)                              \
    {                                                                          \
        eight_output(m, x, p, y, q);                                           \
    }                                                                          \
                                                                               \
    ISA_INLINE void line_d_output_##name(const vec *x, int64_t p, vec *y,      \
                                         int64_t q)                            \
    {                                                                          \
        eight_d_output(m, x, p, y, q);                                         \
    }                                                                          \
                                                                               \
    ISA_INLINE void line_filter_##name(const vec *x, int64_t p, vec *y,        \
                                       int64_t q)                              \
    {                                                                          \
        eight_filter(r, x, p, y, q);                                           \
    }                                                                          \
                                                                               \
    ISA_INLINE void line_d_filter_##name(const vec *x, int64_t p, vec *y,      \
                                         int64_t q)                            \
    {                                                                          \
        eight_d_filter(r, x, p, y, q);                                         \
    }

EIGHT_LINES(6, 6, 3)
EIGHT_LINES(45, 4, 5)
EIGHT_LINES(27, 2, 7)
