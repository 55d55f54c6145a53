/*
 * isa_lines.h - the matrices of the Winograd transforms, applied to one line.
 *
 * x has one vector every `p` vectors, y every `q`.  A transform is given by the
 * points at which polynomials are interpolated (Winograd 1980; Lavin and Gray
 * 2016, section 4).  F(2x2) has their 0, +-1 and infinity; F(3x3) has +-1/2,
 * +-5/4 and infinity; F(4x4) has 0, +-5/8, +-3/2 and infinity instead of their
 * 0, +-1, +-2 and infinity: powers of the points, which amplify rounding
 * errors, then stay between 1/4 and 4, and the error falls to less than half.
 * All numbers in the matrices B' and A' are exact in binary.  Tiles of five
 * inputs have theirs in isa_lines_five.h, those of seven and eight in
 * isa_lines_pairs.h.
 */
#pragma once

#include <stdint.h>

#include "tensor/isa_vec.h"

/* vec_scaled - a * x + y, a a constant: no multiplication by 1 or -1. */
ISA_INLINE vec vec_scaled(real a, vec x, vec y)
{
    if (a == 1)
        return y + x;
    if (a == -1)
        return y - x;
    return vec_fma(vec_splat(a), x, y);
}

/* (X^2 - t^2) (X^2 - u^2) over every other of 5 cells. */
ISA_INLINE vec squares_over(real t, real u, const vec *x, int64_t d)
{
    const real t2 = t * t, u2 = u * u;

    return vec_scaled(t2 * u2, x[0],
                      vec_scaled(-(t2 + u2), x[2 * d], x[4 * d]));
}

/* B' = [1 0 -1 0; 0 1 1 0; 0 -1 1 0; 0 1 0 -1]. */
ISA_INLINE void line_input_2(const vec *x, int64_t p, vec *y, int64_t q)
{
    y[0] = x[0] - x[2 * p];
    y[q] = x[p] + x[2 * p];
    y[2 * q] = x[2 * p] - x[p];
    y[3 * q] = x[p] - x[3 * p];
}

/* B. */
ISA_INLINE void line_d_input_2(const vec *x, int64_t p, vec *y, int64_t q)
{
    y[0] = x[0];
    y[q] = x[p] - x[2 * p] + x[3 * p];
    y[2 * q] = x[p] + x[2 * p] - x[0];
    y[3 * q] = -x[3 * p];
}

/* A' = [1 1 1 0; 0 1 -1 -1]. */
ISA_INLINE void line_output_2(const vec *x, int64_t p, vec *y, int64_t q)
{
    y[0] = x[0] + x[p] + x[2 * p];
    y[q] = x[p] - x[2 * p] - x[3 * p];
}

/* A. */
ISA_INLINE void line_d_output_2(const vec *x, int64_t p, vec *y, int64_t q)
{
    y[0] = x[0];
    y[q] = x[0] + x[p];
    y[2 * q] = x[0] - x[p];
    y[3 * q] = -x[p];
}

/* G = [1 0 0; 1/2 1/2 1/2; 1/2 -1/2 1/2; 0 0 1]. */
ISA_INLINE void line_filter_2(const vec *x, int64_t p, vec *y, int64_t q)
{
    const vec half = vec_splat((real)0.5);
    const vec even = half * (x[0] + x[2 * p]), odd = half * x[p];

    y[0] = x[0];
    y[q] = even + odd;
    y[2 * q] = even - odd;
    y[3 * q] = x[2 * p];
}

/* G'. */
ISA_INLINE void line_d_filter_2(const vec *x, int64_t p, vec *y, int64_t q)
{
    const vec half = vec_splat((real)0.5);
    const vec even = half * (x[p] + x[2 * p]), odd = half * (x[p] - x[2 * p]);

    y[0] = x[0] + even;
    y[q] = odd;
    y[2 * q] = even + x[3 * p];
}

/*
 * F(4x4).  With p = 5/8 and q = 3/2, and the derivatives of
 * x (x^2 - p^2) (x^2 - q^2) at the points 0, p and q,
 *
 *   N0 = p^2 q^2,  Np = 2 p^2 (p^2 - q^2),  Nq = 2 q^2 (q^2 - p^2):
 *
 *   B' = [p^2q^2 0 -(p^2+q^2) 0 1 0;
 *         0 -pq^2 -q^2 p 1 0; 0 pq^2 -q^2 -p 1 0;
 *         0 -p^2q -p^2 q 1 0; 0 p^2q -p^2 -q 1 0;
 *         0 p^2q^2 0 -(p^2+q^2) 0 1]
 *   G  = [1 0 0]/N0; [1 p p^2]/Np; [1 -p p^2]/Np;
 *        [1 q q^2]/Nq; [1 -q q^2]/Nq; [0 0 1]
 *   A' = [1 1 1 1 1 0; 0 p -p q -q 0; 0 p^2 p^2 q^2 q^2 0;
 *         0 p^3 -p^3 q^3 -q^3 1]
 */
#define P1_4     ((real)0.625)
#define Q1_4     ((real)1.5)
#define P2_4     (P1_4 * P1_4)
#define Q2_4     (Q1_4 * Q1_4)
#define OVER_0_4 (1 / (P2_4 * Q2_4))
#define OVER_P_4 (1 / (2 * P2_4 * (P2_4 - Q2_4)))
#define OVER_Q_4 (1 / (2 * Q2_4 * (Q2_4 - P2_4)))

/* B'. */
ISA_INLINE void line_input_4(const vec *x, int64_t p, vec *y, int64_t q)
{
    const vec even_p = vec_scaled(-Q2_4, x[2 * p], x[4 * p]);
    const vec odd_p = vec_scaled(-Q2_4, x[p], x[3 * p]);
    const vec even_q = vec_scaled(-P2_4, x[2 * p], x[4 * p]);
    const vec odd_q = vec_scaled(-P2_4, x[p], x[3 * p]);

    y[0] = squares_over(P1_4, Q1_4, x, p);
    y[q] = vec_scaled(P1_4, odd_p, even_p);
    y[2 * q] = vec_scaled(-P1_4, odd_p, even_p);
    y[3 * q] = vec_scaled(Q1_4, odd_q, even_q);
    y[4 * q] = vec_scaled(-Q1_4, odd_q, even_q);
    y[5 * q] = squares_over(P1_4, Q1_4, x + p, p);
}

/* B. */
ISA_INLINE void line_d_input_4(const vec *x, int64_t p, vec *y, int64_t q)
{
    const vec sum_p = x[p] + x[2 * p], diff_p = x[p] - x[2 * p];
    const vec sum_q = x[3 * p] + x[4 * p], diff_q = x[3 * p] - x[4 * p];
    const vec zero = vec_splat(P2_4 * Q2_4) * x[0];
    const vec top = vec_splat(P2_4 * Q2_4) * x[5 * p];

    y[0] = zero;
    y[q] =
        vec_scaled(-P1_4 * Q2_4, diff_p, vec_scaled(-P2_4 * Q1_4, diff_q, top));
    y[2 * q] = vec_scaled(-(P2_4 + Q2_4), x[0],
                          vec_scaled(-Q2_4, sum_p, vec_splat(-P2_4) * sum_q));
    y[3 * q] = vec_scaled(
        P1_4, diff_p,
        vec_scaled(Q1_4, diff_q, vec_splat(-(P2_4 + Q2_4)) * x[5 * p]));
    y[4 * q] = x[0] + (sum_p + sum_q);
    y[5 * q] = x[5 * p];
}

/* A'. */
ISA_INLINE void line_output_4(const vec *x, int64_t p, vec *y, int64_t q)
{
    const vec sum_p = x[p] + x[2 * p], diff_p = x[p] - x[2 * p];
    const vec sum_q = x[3 * p] + x[4 * p], diff_q = x[3 * p] - x[4 * p];

    y[0] = x[0] + (sum_p + sum_q);
    y[q] = vec_scaled(P1_4, diff_p, vec_splat(Q1_4) * diff_q);
    y[2 * q] = vec_scaled(P2_4, sum_p, vec_splat(Q2_4) * sum_q);
    y[3 * q] = vec_scaled(P2_4 * P1_4, diff_p,
                          vec_scaled(Q2_4 * Q1_4, diff_q, x[5 * p]));
}

/* A. */
ISA_INLINE void line_d_output_4(const vec *x, int64_t p, vec *y, int64_t q)
{
    const vec even_p = vec_scaled(P2_4, x[2 * p], x[0]);
    const vec odd_p = vec_scaled(P2_4, x[3 * p], x[p]);
    const vec even_q = vec_scaled(Q2_4, x[2 * p], x[0]);
    const vec odd_q = vec_scaled(Q2_4, x[3 * p], x[p]);

    y[0] = x[0];
    y[q] = vec_scaled(P1_4, odd_p, even_p);
    y[2 * q] = vec_scaled(-P1_4, odd_p, even_p);
    y[3 * q] = vec_scaled(Q1_4, odd_q, even_q);
    y[4 * q] = vec_scaled(-Q1_4, odd_q, even_q);
    y[5 * q] = x[3 * p];
}

/* G. */
ISA_INLINE void line_filter_4(const vec *x, int64_t p, vec *y, int64_t q)
{
    const vec even_p = vec_splat(OVER_P_4) * vec_scaled(P2_4, x[2 * p], x[0]);
    const vec even_q = vec_splat(OVER_Q_4) * vec_scaled(Q2_4, x[2 * p], x[0]);

    y[0] = vec_splat(OVER_0_4) * x[0];
    y[q] = vec_scaled(P1_4 * OVER_P_4, x[p], even_p);
    y[2 * q] = vec_scaled(-P1_4 * OVER_P_4, x[p], even_p);
    y[3 * q] = vec_scaled(Q1_4 * OVER_Q_4, x[p], even_q);
    y[4 * q] = vec_scaled(-Q1_4 * OVER_Q_4, x[p], even_q);
    y[5 * q] = x[2 * p];
}

/* G'. */
ISA_INLINE void line_d_filter_4(const vec *x, int64_t p, vec *y, int64_t q)
{
    const vec sum_p = vec_splat(OVER_P_4) * (x[p] + x[2 * p]);
    const vec sum_q = vec_splat(OVER_Q_4) * (x[3 * p] + x[4 * p]);
    const vec diff_p = vec_splat(P1_4 * OVER_P_4) * (x[p] - x[2 * p]);
    const vec diff_q = vec_splat(Q1_4 * OVER_Q_4) * (x[3 * p] - x[4 * p]);

    y[0] = vec_scaled(OVER_0_4, x[0], sum_p + sum_q);
    y[q] = diff_p + diff_q;
    y[2 * q] = vec_scaled(P2_4, sum_p, vec_scaled(Q2_4, sum_q, x[5 * p]));
}

/*
 * F(2x2, 5x5), suffix 25: the points of F(4x4), so B is the same; A' has two
 * rows, G five columns:
 *
 *   G  = [1 0 0 0 0]/N0; [1 p p^2 p^3 p^4]/Np; [1 -p p^2 -p^3 p^4]/Np;
 *        [1 q q^2 q^3 q^4]/Nq; [1 -q q^2 -q^3 q^4]/Nq; [0 0 0 0 1]
 *   A' = [1 1 1 1 1 0; 0 p -p q -q 1]
 */
ISA_INLINE void line_input_25(const vec *x, int64_t p, vec *y, int64_t q)
{
    line_input_4(x, p, y, q);
}

ISA_INLINE void line_d_input_25(const vec *x, int64_t p, vec *y, int64_t q)
{
    line_d_input_4(x, p, y, q);
}

/* A'. */
ISA_INLINE void line_output_25(const vec *x, int64_t p, vec *y, int64_t q)
{
    const vec diff_p = x[p] - x[2 * p], diff_q = x[3 * p] - x[4 * p];

    y[0] = x[0] + ((x[p] + x[2 * p]) + (x[3 * p] + x[4 * p]));
    y[q] = vec_scaled(P1_4, diff_p, vec_scaled(Q1_4, diff_q, x[5 * p]));
}

/* A. */
ISA_INLINE void line_d_output_25(const vec *x, int64_t p, vec *y, int64_t q)
{
    y[0] = x[0];
    y[q] = vec_scaled(P1_4, x[p], x[0]);
    y[2 * q] = vec_scaled(-P1_4, x[p], x[0]);
    y[3 * q] = vec_scaled(Q1_4, x[p], x[0]);
    y[4 * q] = vec_scaled(-Q1_4, x[p], x[0]);
    y[5 * q] = x[p];
}

/* G. */
ISA_INLINE void line_filter_25(const vec *x, int64_t p, vec *y, int64_t q)
{
    const vec even_p =
        vec_scaled(P2_4, vec_scaled(P2_4, x[4 * p], x[2 * p]), x[0]);
    const vec even_q =
        vec_scaled(Q2_4, vec_scaled(Q2_4, x[4 * p], x[2 * p]), x[0]);
    const vec odd_p = vec_splat(P1_4) * vec_scaled(P2_4, x[3 * p], x[p]);
    const vec odd_q = vec_splat(Q1_4) * vec_scaled(Q2_4, x[3 * p], x[p]);

    y[0] = vec_splat(OVER_0_4) * x[0];
    y[q] = vec_splat(OVER_P_4) * (even_p + odd_p);
    y[2 * q] = vec_splat(OVER_P_4) * (even_p - odd_p);
    y[3 * q] = vec_splat(OVER_Q_4) * (even_q + odd_q);
    y[4 * q] = vec_splat(OVER_Q_4) * (even_q - odd_q);
    y[5 * q] = x[4 * p];
}

/* G'. */
ISA_INLINE void line_d_filter_25(const vec *x, int64_t p, vec *y, int64_t q)
{
    const vec sum_p = vec_splat(OVER_P_4) * (x[p] + x[2 * p]);
    const vec sum_q = vec_splat(OVER_Q_4) * (x[3 * p] + x[4 * p]);
    const vec diff_p = vec_splat(P1_4 * OVER_P_4) * (x[p] - x[2 * p]);
    const vec diff_q = vec_splat(Q1_4 * OVER_Q_4) * (x[3 * p] - x[4 * p]);

    y[0] = vec_scaled(OVER_0_4, x[0], sum_p + sum_q);
    y[q] = diff_p + diff_q;
    y[2 * q] = vec_scaled(P2_4, sum_p, vec_splat(Q2_4) * sum_q);
    y[3 * q] = vec_scaled(P2_4, diff_p, vec_splat(Q2_4) * diff_q);
    y[4 * q] = vec_scaled(P2_4 * P2_4, sum_p,
                          vec_scaled(Q2_4 * Q2_4, sum_q, x[5 * p]));
}
