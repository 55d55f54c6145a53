/*
 * isa_lines_pairs.h - what the lines for three pairs of points have in common.
 *
 * The points are +-t[0], +-t[1], +-t[2] and infinity, n = 7: F(5x5, 3x3), or
 * these and 0, n = 8: F(6x6, 3x3), suffix 6, F(4x4, 5x5), suffix 45, and F(2x2,
 * 7x7), suffix 27.  The lines themselves are in isa_lines_seven.h and
 * isa_lines_eight.h.  With the polynomials
 *
 *   W(X)   = (X^2 - t[0]^2) (X^2 - t[1]^2) (X^2 - t[2]^2)
 *   W_t(X) = W(X) / (X^2 - t^2) = c0 + c2 X^2 + X^4
 *
 * and n = 7, the rows of the matrices are, for each point z = t or -t,
 *
 *   B'  the coefficients of W_t(X) (X + z), and those of W for infinity
 *   G   [1 z .. z^(r-1)] / W'(z),           [0 .. 0 1] for infinity
 *   A   [1 z .. z^(m-1)],                   [0 .. 0 1] for infinity
 *
 * n = 8 has z W'(z) in place of W'(z), X W_t and X W in place of W_t and W, and
 * a first row for 0: the coefficients of W, [1 0 .. 0] / W(0) and [1 0 .. 0].
 *
 * Rows of B' are scaled, those of G by the inverse, by powers of 2, so that
 * most of the factors of n = 8 are 1, 2, 4 or 5.  The points are those of least
 * error among the multiples of 1/8 (n = 7) and 1/16 (n = 8) up to 2.
 */
#pragma once

#include <stdint.h>

#include "tensor/isa_lines.h"
#include "tensor/isa_vec.h"

enum { PAIRS = 3 };

/* Points, and the factors of the rows of B': of W_t, and then of X; z of (X +
 * z) has the product of the last with t. */
struct pairs {
    real t[PAIRS], whole[PAIRS], x[PAIRS];
};

static const struct pairs pairs_5 = {
    {(real)0.25, (real)0.875, (real)1.75}, {1, 1, 1}, {1, 1, 1}};
static const struct pairs pairs_6 = {{(real)0.5, 1, 2}, {1, 1, 4}, {2, 1, 1}};

/* The squares of a point and of the two that follow it in a circle. */
ISA_INLINE real square_of(struct pairs p, int i)
{
    return p.t[i % PAIRS] * p.t[i % PAIRS];
}

/* c0 and c2 of W_t for t = t[i]. */
ISA_INLINE real others_0(struct pairs p, int i)
{
    return square_of(p, i + 1) * square_of(p, i + 2);
}

ISA_INLINE real others_2(struct pairs p, int i)
{
    return -(square_of(p, i + 1) + square_of(p, i + 2));
}

/* The coefficients of W beside X^6. */
ISA_INLINE real all_0(struct pairs p)
{
    return -square_of(p, 0) * others_0(p, 0);
}

ISA_INLINE real all_2(struct pairs p)
{
    return others_0(p, 0) + others_0(p, 1) + others_0(p, 2);
}

ISA_INLINE real all_4(struct pairs p)
{
    return others_2(p, 0) - square_of(p, 0);
}

/* The coefficients of W_t with their factor. */
ISA_INLINE real factor_0(struct pairs p, int i)
{
    return p.whole[i] * others_0(p, i);
}

ISA_INLINE real factor_2(struct pairs p, int i)
{
    return p.whole[i] * others_2(p, i);
}

/* W_t by its factor over every other of 5 cells; c0 or that of X^4 is 1. */
ISA_INLINE vec pairs_others(struct pairs p, int i, const vec *x, int64_t d)
{
    const real c0 = factor_0(p, i), c2 = factor_2(p, i);

    if (c0 == 1)
        return vec_scaled(p.whole[i], x[4 * d], vec_scaled(c2, x[2 * d], x[0]));
    return vec_scaled(c0, x[0], vec_scaled(c2, x[2 * d], x[4 * d]));
}

/* 1 / W'(t) = -1 / W'(-t) for t = t[i], over the factors of the row of B'. */
ISA_INLINE real over_slope(struct pairs p, int i)
{
    return 1 / (p.whole[i] * p.x[i] * 2 * p.t[i] *
                (square_of(p, i) - square_of(p, i + 1)) *
                (square_of(p, i) - square_of(p, i + 2)));
}

/* W over every other of 7 cells. */
ISA_INLINE vec pairs_all(struct pairs p, const vec *x, int64_t d)
{
    return vec_scaled(all_0(p), x[0],
                      vec_scaled(all_2(p), x[2 * d],
                                 vec_scaled(all_4(p), x[4 * d], x[6 * d])));
}

/* B' without the rows of 0 and infinity. */
ISA_INLINE void pairs_input(struct pairs p, const vec *x, int64_t d, vec *y,
                            int64_t q)
{
#pragma GCC unroll 3
    for (int i = 0; i < PAIRS; i++) {
        const vec constant = pairs_others(p, i, x, d);
        const vec linear = pairs_others(p, i, x + d, d);
        const real z = p.x[i] * p.t[i]; /* z or p.x[i] is 1 */
        if (z == 1) {
            y[2 * i * q] = vec_scaled(p.x[i], linear, constant);
            y[(2 * i + 1) * q] = vec_scaled(p.x[i], linear, -constant);
        } else {
            y[2 * i * q] = vec_scaled(z, constant, linear);
            y[(2 * i + 1) * q] = vec_scaled(-z, constant, linear);
        }
    }
}

/* The sums and differences of pairs of elements. */
struct halves {
    vec sum[PAIRS], diff[PAIRS];
};

ISA_INLINE struct halves halves_of(const vec *x, int64_t d)
{
    struct halves h;

#pragma GCC unroll 3
    for (int i = 0; i < PAIRS; i++) {
        h.sum[i] = x[2 * i * d] + x[(2 * i + 1) * d];
        h.diff[i] = x[2 * i * d] - x[(2 * i + 1) * d];
    }
    return h;
}

/* The sum of x[i] by c[i], the middle one first. */
ISA_INLINE vec pairs_sum(const real c[PAIRS], const vec x[PAIRS])
{
    return vec_scaled(c[0], x[0],
                      vec_scaled(c[2], x[2], vec_splat(c[1]) * x[1]));
}

/* B without the columns of 0 and infinity, for what the constant and the linear
 * factors of its rows are to be multiplied by: y [6]. */
ISA_INLINE void pairs_d_input(struct pairs p, const vec constant[PAIRS],
                              const vec linear[PAIRS], vec *y)
{
    const real low[PAIRS] = {factor_0(p, 0), factor_0(p, 1), factor_0(p, 2)};
    const real mid[PAIRS] = {factor_2(p, 0), factor_2(p, 1), factor_2(p, 2)};

    y[0] = pairs_sum(low, constant);
    y[1] = pairs_sum(low, linear);
    y[2] = pairs_sum(mid, constant);
    y[3] = pairs_sum(mid, linear);
    y[4] = pairs_sum(p.whole, constant);
    y[5] = pairs_sum(p.whole, linear);
}

/* y = the polynomial with `terms` coefficients x at t[0], -t[0], .. -t[2]. */
ISA_INLINE void pairs_values(struct pairs p, const int terms, const vec *x,
                             int64_t d, vec *y, int64_t q)
{
    const int last = terms - 1, even_end = last - last % 2;
    const int odd_end = last - 1 + last % 2;

#pragma GCC unroll 3
    for (int i = 0; i < PAIRS; i++) {
        vec even = x[even_end * d], odd = x[odd_end * d];
#pragma GCC unroll 3
        for (int k = even_end - 2; k >= 0; k -= 2)
            even = vec_scaled(square_of(p, i), even, x[k * d]);
#pragma GCC unroll 3
        for (int k = odd_end - 2; k > 0; k -= 2)
            odd = vec_scaled(square_of(p, i), odd, x[k * d]);
        y[2 * i * q] = vec_scaled(p.t[i], odd, even);
        y[(2 * i + 1) * q] = vec_scaled(-p.t[i], odd, even);
    }
}

/* The transpose: y [terms], to which infinity, and 0, are added. */
ISA_INLINE void pairs_powers(struct pairs p, const int terms, const vec *x,
                             int64_t d, vec *y)
{
    const struct halves h = halves_of(x, d);
    real power[PAIRS] = {1, 1, 1};

#pragma GCC unroll 7
    for (int k = 0; k < terms; k++) {
        y[k] = pairs_sum(power, k % 2 == 0 ? h.sum : h.diff);
#pragma GCC unroll 3
        for (int i = 0; i < PAIRS; i++)
            power[i] *= p.t[i];
    }
}

/* The rows of G scaled by 1 / W'(z); `parity` is -1 for n = 7, where the slope
 * at -t has the other sign, and z W'(z) is the slope where it is 1. */
ISA_INLINE void pairs_scale(struct pairs p, const int parity, const vec *x,
                            int64_t d, vec *y, int64_t q)
{
#pragma GCC unroll 3
    for (int i = 0; i < PAIRS; i++) {
        const real over = over_slope(p, i) / (parity < 0 ? 1 : p.t[i]);
        y[2 * i * q] = vec_splat(over) * x[2 * i * d];
        y[(2 * i + 1) * q] =
            vec_splat((real)parity * over) * x[(2 * i + 1) * d];
    }
}
