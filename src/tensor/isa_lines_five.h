/*
 * isa_lines_five.h - lines of isa_lines.h for tiles of five inputs: two pairs
 * of points, +-p and +-q, and infinity.
 *
 * F(3x3), suffix 3, has p = 1/2 and q = 5/4.  With the derivatives of
 * W = (X^2 - p^2) (X^2 - q^2) at p and q, Np = 2 p (p^2 - q^2) and Nq = 2 q
 * (q^2 - p^2):
 *
 *   B' = [-pq^2 -q^2 p 1 0; pq^2 -q^2 -p 1 0;
 *         -p^2q -p^2 q 1 0; p^2q -p^2 -q 1 0; p^2q^2 0 -(p^2+q^2) 0 1]
 *   G  = [1 p p^2]/Np; -[1 -p p^2]/Np; [1 q q^2]/Nq; -[1 -q q^2]/Nq; [0 0 1]
 *   A' = [1 1 1 1 0; p -p q -q 0; p^2 p^2 q^2 q^2 1]
 *
 * Suffix 4s is F(4x4, 3x3) without its point 0: tiles with one output less that
 * share their transformed filters.  For that, the rows of B' have the factor z
 * by which the derivative of X W at a point z differs from that of W.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tensor/isa_lines.h"
#include "tensor/isa_vec.h"

#define P1_3     ((real)0.5)
#define Q1_3     ((real)1.25)
#define P2_3     (P1_3 * P1_3)
#define Q2_3     (Q1_3 * Q1_3)
#define OVER_P_3 (1 / (2 * P1_3 * (P2_3 - Q2_3)))
#define OVER_Q_3 (1 / (2 * Q1_3 * (Q2_3 - P2_3)))

/* B' for the points +-t beside +-u; with `factor`, times z. */
ISA_INLINE void five_pair(real t, real u, const bool factor, const vec *x,
                          int64_t p, vec *y, int64_t q)
{
    const vec even = vec_scaled(-(u * u), x[0], x[2 * p]);
    const vec odd = vec_scaled(-(u * u), x[p], x[3 * p]);

    if (factor) {
        const vec constant = vec_splat(t * t) * even;
        y[0] = vec_scaled(t, odd, constant);
        y[q] = vec_scaled(-t, odd, constant);
    } else {
        y[0] = vec_scaled(t, even, odd);
        y[q] = vec_scaled(-t, even, odd);
    }
}

/* B'. */
ISA_INLINE void five_input(real t, real u, const bool factor, const vec *x,
                           int64_t p, vec *y, int64_t q)
{
    five_pair(t, u, factor, x, p, y, q);
    five_pair(u, t, factor, x, p, y + 2 * q, q);
    y[4 * q] = squares_over(t, u, x, p);
}

/* A'. */
ISA_INLINE void five_output(real t, real u, const vec *x, int64_t p, vec *y,
                            int64_t q)
{
    const vec sum_t = x[0] + x[p], diff_t = x[0] - x[p];
    const vec sum_u = x[2 * p] + x[3 * p], diff_u = x[2 * p] - x[3 * p];

    y[0] = sum_t + sum_u;
    y[q] = vec_scaled(t, diff_t, vec_splat(u) * diff_u);
    y[2 * q] = vec_scaled(t * t, sum_t, vec_scaled(u * u, sum_u, x[4 * p]));
}

/* A. */
ISA_INLINE void five_d_output(real t, real u, const vec *x, int64_t p, vec *y,
                              int64_t q)
{
    const vec even_t = vec_scaled(t * t, x[2 * p], x[0]);
    const vec even_u = vec_scaled(u * u, x[2 * p], x[0]);

    y[0] = vec_scaled(t, x[p], even_t);
    y[q] = vec_scaled(-t, x[p], even_t);
    y[2 * q] = vec_scaled(u, x[p], even_u);
    y[3 * q] = vec_scaled(-u, x[p], even_u);
    y[4 * q] = x[2 * p];
}

#define FIVE_LINES(name, t, u, factor)                                         \
    ISA_INLINE void line_input_##name(const vec *x, int64_t p, vec *y,         \
                                      int64_t q)                               \
    {                                                                          \
        five_input(t, u, factor, x, p, y, q);                                  \
    }                                                                          \
                                                                               \
    ISA_INLINE void line_output_##name(const vec *x, int64_t p, vec *y,        \
                                       int64_t q)                              \
    {                                                                          \
        five_output(t, u, x, p, y, q);                                         \
    }                                                                          \
                                                                               \
    ISA_INLINE void line_d_output_##name(const vec *x, int64_t p, vec *y,      \
                                         int64_t q)                            \
    {                                                                          \
        five_d_output(t, u, x, p, y, q);                                       \
    }

FIVE_LINES(3, P1_3, Q1_3, false)
FIVE_LINES(4s, P1_4, Q1_4, true)

/* B of F(3x3). */
ISA_INLINE void line_d_input_3(const vec *x, int64_t p, vec *y, int64_t q)
{
    const vec sum_p = x[0] + x[p], diff_p = x[0] - x[p];
    const vec sum_q = x[2 * p] + x[3 * p], diff_q = x[2 * p] - x[3 * p];
    const vec top = x[4 * p];

    y[0] = vec_scaled(
        -P1_3 * Q2_3, diff_p,
        vec_scaled(-P2_3 * Q1_3, diff_q, vec_splat(P2_3 * Q2_3) * top));
    y[q] = vec_scaled(-Q2_3, sum_p, vec_splat(-P2_3) * sum_q);
    y[2 * q] =
        vec_scaled(P1_3, diff_p,
                   vec_scaled(Q1_3, diff_q, vec_splat(-(P2_3 + Q2_3)) * top));
    y[3 * q] = sum_p + sum_q;
    y[4 * q] = top;
}

/* B with the factor z. */
ISA_INLINE void line_d_input_4s(const vec *x, int64_t p, vec *y, int64_t q)
{
    const vec sum_p = x[0] + x[p], diff_p = x[0] - x[p];
    const vec sum_q = x[2 * p] + x[3 * p], diff_q = x[2 * p] - x[3 * p];
    const vec top = x[4 * p];

    y[0] = vec_splat(P2_4 * Q2_4) * (top - (sum_p + sum_q));
    y[q] = vec_scaled(-P1_4 * Q2_4, diff_p, vec_splat(-P2_4 * Q1_4) * diff_q);
    y[2 * q] = vec_scaled(
        P2_4, sum_p, vec_scaled(Q2_4, sum_q, vec_splat(-(P2_4 + Q2_4)) * top));
    y[3 * q] = vec_scaled(P1_4, diff_p, vec_splat(Q1_4) * diff_q);
    y[4 * q] = top;
}

/* G of F(3x3). */
ISA_INLINE void line_filter_3(const vec *x, int64_t p, vec *y, int64_t q)
{
    const vec even_p = vec_splat(OVER_P_3) * vec_scaled(P2_3, x[2 * p], x[0]);
    const vec even_q = vec_splat(OVER_Q_3) * vec_scaled(Q2_3, x[2 * p], x[0]);

    y[0] = vec_scaled(P1_3 * OVER_P_3, x[p], even_p);
    y[q] = vec_scaled(P1_3 * OVER_P_3, x[p], -even_p);
    y[2 * q] = vec_scaled(Q1_3 * OVER_Q_3, x[p], even_q);
    y[3 * q] = vec_scaled(Q1_3 * OVER_Q_3, x[p], -even_q);
    y[4 * q] = x[2 * p];
}

/* G'. */
ISA_INLINE void line_d_filter_3(const vec *x, int64_t p, vec *y, int64_t q)
{
    const vec diff_p = vec_splat(OVER_P_3) * (x[0] - x[p]);
    const vec diff_q = vec_splat(OVER_Q_3) * (x[2 * p] - x[3 * p]);
    const vec sum_p = vec_splat(P1_3 * OVER_P_3) * (x[0] + x[p]);
    const vec sum_q = vec_splat(Q1_3 * OVER_Q_3) * (x[2 * p] + x[3 * p]);

    y[0] = diff_p + diff_q;
    y[q] = sum_p + sum_q;
    y[2 * q] = vec_scaled(P2_3, diff_p, vec_scaled(Q2_3, diff_q, x[4 * p]));
}
