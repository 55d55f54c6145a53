/*
 * isa_lines.h - the matrices of the Winograd transforms, applied to one line.
 *
 * x has one vector every `p` vectors, y every `q`.  F(2x2) as in Lavin and Gray
 * 2016, section 4.1.  F(4x4) interpolates at 0, +-5/8, +-3/2 and infinity
 * instead of their 0, +-1, +-2 and infinity: powers of the points, which
 * amplify rounding errors, then stay between 1/4 and 4, and the error falls to
 * a third.
 */
#ifndef TENSOR_ISA_LINES_H
#define TENSOR_ISA_LINES_H

#include "tensor/isa_vec.h"

/* vec_scaled - a * x + y. */
ISA_INLINE vec vec_scaled(real a, vec x, vec y)
{
    return vec_fma(vec_splat(a), x, y);
}

/* B' = [1 0 -1 0; 0 1 1 0; 0 -1 1 0; 0 1 0 -1]. */
ISA_INLINE void line_input_2(const vec *x, const int p, vec *y, const int q)
{
    y[0] = x[0] - x[2 * p];
    y[q] = x[p] + x[2 * p];
    y[2 * q] = x[2 * p] - x[p];
    y[3 * q] = x[p] - x[3 * p];
}

/* B. */
ISA_INLINE void line_d_input_2(const vec *x, const int p, vec *y, const int q)
{
    y[0] = x[0];
    y[q] = x[p] - x[2 * p] + x[3 * p];
    y[2 * q] = x[p] + x[2 * p] - x[0];
    y[3 * q] = -x[3 * p];
}

/* A' = [1 1 1 0; 0 1 -1 -1]. */
ISA_INLINE void line_output_2(const vec *x, const int p, vec *y, const int q)
{
    y[0] = x[0] + x[p] + x[2 * p];
    y[q] = x[p] - x[2 * p] - x[3 * p];
}

/* A. */
ISA_INLINE void line_d_output_2(const vec *x, const int p, vec *y, const int q)
{
    y[0] = x[0];
    y[q] = x[0] + x[p];
    y[2 * q] = x[0] - x[p];
    y[3 * q] = -x[p];
}

/* G = [1 0 0; 1/2 1/2 1/2; 1/2 -1/2 1/2; 0 0 1]. */
ISA_INLINE void line_filter_2(const vec *x, const int p, vec *y, const int q)
{
    const vec half = vec_splat((real)0.5);
    const vec even = half * (x[0] + x[2 * p]), odd = half * x[p];

    y[0] = x[0];
    y[q] = even + odd;
    y[2 * q] = even - odd;
    y[3 * q] = x[2 * p];
}

/* G'. */
ISA_INLINE void line_d_filter_2(const vec *x, const int p, vec *y, const int q)
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
 *
 * All numbers in B' and A' are exact in binary.
 */
#define POINT_P ((real)0.625)
#define POINT_Q ((real)1.5)
#define P2      (POINT_P * POINT_P)
#define Q2      (POINT_Q * POINT_Q)
#define OVER_0  (1 / (P2 * Q2))
#define OVER_P  (1 / (2 * P2 * (P2 - Q2)))
#define OVER_Q  (1 / (2 * Q2 * (Q2 - P2)))

/* B'. */
ISA_INLINE void line_input_4(const vec *x, const int p, vec *y, const int q)
{
    const vec even_p = vec_scaled(-Q2, x[2 * p], x[4 * p]);
    const vec odd_p = vec_scaled(-Q2, x[p], x[3 * p]);
    const vec even_q = vec_scaled(-P2, x[2 * p], x[4 * p]);
    const vec odd_q = vec_scaled(-P2, x[p], x[3 * p]);

    y[0] =
        vec_scaled(P2 * Q2, x[0], vec_scaled(-(P2 + Q2), x[2 * p], x[4 * p]));
    y[q] = vec_scaled(POINT_P, odd_p, even_p);
    y[2 * q] = vec_scaled(-POINT_P, odd_p, even_p);
    y[3 * q] = vec_scaled(POINT_Q, odd_q, even_q);
    y[4 * q] = vec_scaled(-POINT_Q, odd_q, even_q);
    y[5 * q] =
        vec_scaled(P2 * Q2, x[p], vec_scaled(-(P2 + Q2), x[3 * p], x[5 * p]));
}

/* B. */
ISA_INLINE void line_d_input_4(const vec *x, const int p, vec *y, const int q)
{
    const vec sum_p = x[p] + x[2 * p], diff_p = x[p] - x[2 * p];
    const vec sum_q = x[3 * p] + x[4 * p], diff_q = x[3 * p] - x[4 * p];
    const vec zero = vec_splat(P2 * Q2) * x[0];
    const vec top = vec_splat(P2 * Q2) * x[5 * p];

    y[0] = zero;
    y[q] = vec_scaled(-POINT_P * Q2, diff_p,
                      vec_scaled(-P2 * POINT_Q, diff_q, top));
    y[2 * q] = vec_scaled(-(P2 + Q2), x[0],
                          vec_scaled(-Q2, sum_p, vec_splat(-P2) * sum_q));
    y[3 * q] = vec_scaled(
        POINT_P, diff_p,
        vec_scaled(POINT_Q, diff_q, vec_splat(-(P2 + Q2)) * x[5 * p]));
    y[4 * q] = x[0] + (sum_p + sum_q);
    y[5 * q] = x[5 * p];
}

/* A'. */
ISA_INLINE void line_output_4(const vec *x, const int p, vec *y, const int q)
{
    const vec sum_p = x[p] + x[2 * p], diff_p = x[p] - x[2 * p];
    const vec sum_q = x[3 * p] + x[4 * p], diff_q = x[3 * p] - x[4 * p];

    y[0] = x[0] + (sum_p + sum_q);
    y[q] = vec_scaled(POINT_P, diff_p, vec_splat(POINT_Q) * diff_q);
    y[2 * q] = vec_scaled(P2, sum_p, vec_splat(Q2) * sum_q);
    y[3 * q] = vec_scaled(P2 * POINT_P, diff_p,
                          vec_scaled(Q2 * POINT_Q, diff_q, x[5 * p]));
}

/* A. */
ISA_INLINE void line_d_output_4(const vec *x, const int p, vec *y, const int q)
{
    const vec even_p = vec_scaled(P2, x[2 * p], x[0]);
    const vec odd_p = vec_scaled(P2, x[3 * p], x[p]);
    const vec even_q = vec_scaled(Q2, x[2 * p], x[0]);
    const vec odd_q = vec_scaled(Q2, x[3 * p], x[p]);

    y[0] = x[0];
    y[q] = vec_scaled(POINT_P, odd_p, even_p);
    y[2 * q] = vec_scaled(-POINT_P, odd_p, even_p);
    y[3 * q] = vec_scaled(POINT_Q, odd_q, even_q);
    y[4 * q] = vec_scaled(-POINT_Q, odd_q, even_q);
    y[5 * q] = x[3 * p];
}

/* G. */
ISA_INLINE void line_filter_4(const vec *x, const int p, vec *y, const int q)
{
    const vec even_p = vec_splat(OVER_P) * vec_scaled(P2, x[2 * p], x[0]);
    const vec even_q = vec_splat(OVER_Q) * vec_scaled(Q2, x[2 * p], x[0]);

    y[0] = vec_splat(OVER_0) * x[0];
    y[q] = vec_scaled(POINT_P * OVER_P, x[p], even_p);
    y[2 * q] = vec_scaled(-POINT_P * OVER_P, x[p], even_p);
    y[3 * q] = vec_scaled(POINT_Q * OVER_Q, x[p], even_q);
    y[4 * q] = vec_scaled(-POINT_Q * OVER_Q, x[p], even_q);
    y[5 * q] = x[2 * p];
}

/* G'. */
ISA_INLINE void line_d_filter_4(const vec *x, const int p, vec *y, const int q)
{
    const vec sum_p = vec_splat(OVER_P) * (x[p] + x[2 * p]);
    const vec sum_q = vec_splat(OVER_Q) * (x[3 * p] + x[4 * p]);
    const vec diff_p = vec_splat(POINT_P * OVER_P) * (x[p] - x[2 * p]);
    const vec diff_q = vec_splat(POINT_Q * OVER_Q) * (x[3 * p] - x[4 * p]);

    y[0] = vec_scaled(OVER_0, x[0], sum_p + sum_q);
    y[q] = diff_p + diff_q;
    y[2 * q] = vec_scaled(P2, sum_p, vec_scaled(Q2, sum_q, x[5 * p]));
}

#endif
