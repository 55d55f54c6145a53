/*
 * isa_lines_seven.h - lines of isa_lines.h for tiles of seven inputs: three
 * pairs of points and infinity.
 *
 * F(5x5, 3x3), suffix 5, has points of its own.  Suffixes 6s and 45s are those
 * of F(6x6, 3x3) and F(4x4, 5x5) without 0: tiles with one output less that
 * share their transformed filters.  For that, the rows of B' have the factor
 * z by which the slope z W'(z) of n = 8 differs from W'(z).
 */
#pragma once

#include <stdint.h>

#include "tensor/isa_lines_pairs.h"
#include "tensor/isa_vec.h"

/* B' and B of F(5x5, 3x3). */
ISA_INLINE void line_input_5(const vec *x, int64_t p, vec *y, int64_t q)
{
    pairs_input(pairs_5, x, p, y, q);
    y[6 * q] = pairs_all(pairs_5, x, p);
}

/* B of infinity and of what `z` has of the pairs. */
ISA_INLINE void seven_d_input(struct pairs points, const vec *z, vec top,
                              vec *y, int64_t q)
{
    y[0] = vec_scaled(all_0(points), top, z[0]);
    y[q] = z[1];
    y[2 * q] = vec_scaled(all_2(points), top, z[2]);
    y[3 * q] = z[3];
    y[4 * q] = vec_scaled(all_4(points), top, z[4]);
    y[5 * q] = z[5];
    y[6 * q] = top;
}

ISA_INLINE void line_d_input_5(const vec *x, int64_t p, vec *y, int64_t q)
{
    struct halves h = halves_of(x, p);
    vec z[2 * PAIRS];

#pragma GCC unroll 3
    for (int i = 0; i < PAIRS; i++)
        h.diff[i] *= vec_splat(pairs_5.t[i]);
    pairs_d_input(pairs_5, h.diff, h.sum, z);
    seven_d_input(pairs_5, z, x[6 * p], y, q);
}

/* B' and B with the factor z: for a pair of points z (linear + z constant). */
ISA_INLINE void line_input_6s(const vec *x, int64_t p, vec *y, int64_t q)
{
#pragma GCC unroll 3
    for (int i = 0; i < PAIRS; i++) {
        const real z = pairs_6.x[i] * pairs_6.t[i];
        const vec constant =
            vec_splat(z * pairs_6.t[i]) * pairs_others(pairs_6, i, x, p);
        const vec linear = pairs_others(pairs_6, i, x + p, p);
        y[2 * i * q] = vec_scaled(z, linear, constant);
        y[(2 * i + 1) * q] = vec_scaled(-z, linear, constant);
    }
    y[6 * q] = pairs_all(pairs_6, x, p);
}

ISA_INLINE void line_d_input_6s(const vec *x, int64_t p, vec *y, int64_t q)
{
    struct halves h = halves_of(x, p);
    vec z[2 * PAIRS];

#pragma GCC unroll 3
    for (int i = 0; i < PAIRS; i++) {
        const real factor = pairs_6.x[i] * pairs_6.t[i];
        h.sum[i] *= vec_splat(factor * pairs_6.t[i]);
        h.diff[i] *= vec_splat(factor);
    }
    pairs_d_input(pairs_6, h.sum, h.diff, z);
    seven_d_input(pairs_6, z, x[6 * p], y, q);
}

ISA_INLINE void line_input_45s(const vec *x, int64_t p, vec *y, int64_t q)
{
    line_input_6s(x, p, y, q);
}

ISA_INLINE void line_d_input_45s(const vec *x, int64_t p, vec *y, int64_t q)
{
    line_d_input_6s(x, p, y, q);
}

/* A' with `m` rows and A. */
ISA_INLINE void seven_output(struct pairs points, const int m, const vec *x,
                             int64_t p, vec *y, int64_t q)
{
    vec z[5];

    pairs_powers(points, m, x, p, z);
    z[m - 1] += x[6 * p];
#pragma GCC unroll 5
    for (int k = 0; k < m; k++)
        y[k * q] = z[k];
}

ISA_INLINE void seven_d_output(struct pairs points, const int m, const vec *x,
                               int64_t p, vec *y, int64_t q)
{
    pairs_values(points, m, x, p, y, q);
    y[6 * q] = x[(m - 1) * p];
}

#define SEVEN_LINES(name, points, m)                                           \
    ISA_INLINE void line_output_##name(const vec *x, int64_t p, vec *y,        \
                                       int64_t q)                              \
    {                                                                          \
        seven_output(points, m, x, p, y, q);                                   \
    }                                                                          \
                                                                               \
    ISA_INLINE void line_d_output_##name(const vec *x, int64_t p, vec *y,      \
                                         int64_t q)                            \
    {                                                                          \
        seven_d_output(points, m, x, p, y, q);                                 \
    }

SEVEN_LINES(5, pairs_5, 5)
SEVEN_LINES(6s, pairs_6, 5)
SEVEN_LINES(45s, pairs_6, 3)

/* G and G' of F(5x5, 3x3). */
ISA_INLINE void line_filter_5(const vec *x, int64_t p, vec *y, int64_t q)
{
    vec z[2 * PAIRS];

    pairs_values(pairs_5, 3, x, p, z, 1);
    pairs_scale(pairs_5, -1, z, 1, y, q);
    y[6 * q] = x[2 * p];
}

ISA_INLINE void line_d_filter_5(const vec *x, int64_t p, vec *y, int64_t q)
{
    vec z[2 * PAIRS], powers[3];

    pairs_scale(pairs_5, -1, x, p, z, 1);
    pairs_powers(pairs_5, 3, z, 1, powers);
    y[0] = powers[0];
    y[q] = powers[1];
    y[2 * q] = powers[2] + x[6 * p];
}
