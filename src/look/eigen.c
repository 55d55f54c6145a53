/*
 * eigen.c - Jacobi's method: every rotation makes one pair of elements 0.
 */
#include "look/eigen.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

enum { MOST_SWEEPS = 60 }; /* ten are many */

static void swap(double *a, double *b)
{
    const double moved = *a;

    *a = *b;
    *b = moved;
}

/* Rows p and q of [n, n] become c p - s q and s p + c q. */
static void turn_rows(int64_t n, double *a, int64_t p, int64_t q, double c,
                      double s)
{
    for (int64_t k = 0; k < n; k++) {
        const double x = a[p * n + k], y = a[q * n + k];
        a[p * n + k] = c * x - s * y;
        a[q * n + k] = s * x + c * y;
    }
}

static void turn_columns(int64_t n, double *a, int64_t p, int64_t q, double c,
                         double s)
{
    for (int64_t k = 0; k < n; k++) {
        const double x = a[k * n + p], y = a[k * n + q];
        a[k * n + p] = c * x - s * y;
        a[k * n + q] = s * x + c * y;
    }
}

/* The smaller of the two angles that make a[p, q] 0. */
static void rotate(int64_t n, double *a, double *vectors, int64_t p, int64_t q)
{
    const double tau = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
    const double t =
        (tau < 0 ? -1 : 1) / (fabs(tau) + hypot(1, tau)); /* its tangent */
    const double c = 1 / hypot(1, t), s = t * c;

    turn_rows(n, a, p, q, c, s);
    turn_columns(n, a, p, q, c, s);
    a[p * n + q] = 0;
    a[q * n + p] = 0;
    turn_rows(n, vectors, p, q, c, s);
}

/* False: nothing was left to do but what is below `least`. */
static bool sweep(int64_t n, double *a, double *vectors, double least)
{
    bool turned = false;

    for (int64_t p = 0; p < n; p++)
        for (int64_t q = p + 1; q < n; q++) {
            const double size =
                sqrt(fabs(a[p * n + p])) * sqrt(fabs(a[q * n + q]));
            if (fabs(a[p * n + q]) <= fmax(size * DBL_EPSILON / 4, least))
                continue;
            rotate(n, a, vectors, p, q);
            turned = true;
        }
    return turned;
}

static void sort(int64_t n, double *values, double *vectors)
{
    for (int64_t i = 0; i < n; i++) {
        int64_t most = i;
        for (int64_t k = i + 1; k < n; k++)
            if (values[k] > values[most])
                most = k;
        swap(&values[i], &values[most]);
        for (int64_t k = 0; k < n; k++)
            swap(&vectors[i * n + k], &vectors[most * n + k]);
    }
}

void eigen_symmetric(int64_t n, double *a, double *values, double *vectors)
{
    double largest = 0;

    for (int64_t i = 0; i < n * n; i++) {
        vectors[i] = i % (n + 1) == 0;
        largest = fmax(largest, fabs(a[i]));
    }
    const double least = largest * DBL_EPSILON * DBL_EPSILON;
    for (int i = 0; i < MOST_SWEEPS && sweep(n, a, vectors, least); i++)
        ;
    for (int64_t i = 0; i < n; i++)
        values[i] = a[i * n + i];
    sort(n, values, vectors);
}
