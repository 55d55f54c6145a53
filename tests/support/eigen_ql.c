/*
 * eigen_ql.c - Householder and QL.
 */
#include "support/eigen_ql.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { MOST_STEPS = 100 };

/* a = H a H and q = q H with H = 1 - 2 v v^T, v of length 1. */
static void reflect(int64_t n, double *a, double *q, const double *v)
{
    for (int64_t i = 0; i < n; i++) {
        double along = 0, turned = 0;
        for (int64_t k = 0; k < n; k++) {
            along += a[i * n + k] * v[k];
            turned += q[i * n + k] * v[k];
        }
        for (int64_t k = 0; k < n; k++) {
            a[i * n + k] -= 2 * along * v[k];
            q[i * n + k] -= 2 * turned * v[k];
        }
    }
    for (int64_t k = 0; k < n; k++) {
        double along = 0;
        for (int64_t i = 0; i < n; i++)
            along += a[i * n + k] * v[i];
        for (int64_t i = 0; i < n; i++)
            a[i * n + k] -= 2 * along * v[i];
    }
}

/* a = q^T a q becomes tridiagonal. */
static void tridiagonal(int64_t n, double *a, double *q, double *v)
{
    for (int64_t c = 0; c + 2 < n; c++) {
        double square = 0;
        for (int64_t i = 0; i < n; i++) {
            v[i] = i > c ? a[i * n + c] : 0;
            square += v[i] * v[i];
        }
        v[c + 1] += v[c + 1] < 0 ? -sqrt(square) : sqrt(square);
        square = 0;
        for (int64_t i = 0; i < n; i++)
            square += v[i] * v[i];
        for (int64_t i = 0; square > 0 && i < n; i++)
            v[i] /= sqrt(square);
        if (square > 0)
            reflect(n, a, q, v);
    }
}

/* Columns i and i + 1 of q. */
static void turn(int64_t n, double *q, int64_t i, double c, double s)
{
    for (int64_t k = 0; k < n; k++) {
        const double x = q[k * n + i], y = q[k * n + i + 1];
        q[k * n + i] = c * x - s * y;
        q[k * n + i + 1] = s * x + c * y;
    }
}

/* One implicit step on rows l..m of the tridiagonal d, e. */
static void ql_step(int64_t n, double *d, double *e, double *q, int64_t l,
                    int64_t m)
{
    const double half = (d[l + 1] - d[l]) / (2 * e[l]);
    const double root = hypot(half, 1);
    double g = d[m] - d[l] + e[l] / (half + (half < 0 ? -root : root));
    double s = 1, c = 1, p = 0;

    for (int64_t i = m - 1; i >= l; i--) {
        const double f = s * e[i], b = c * e[i], r = hypot(f, g);
        e[i + 1] = r;
        if (r <= 0) {
            d[i + 1] -= p;
            e[m] = 0;
            return;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        const double t = (d[i] - g) * s + 2 * c * b;
        p = s * t;
        d[i + 1] = g + p;
        g = c * t - b;
        turn(n, q, i, c, s);
    }
    d[l] -= p;
    e[l] = g;
    e[m] = 0;
}

static bool ql(int64_t n, double *d, double *e, double *q)
{
    for (int64_t l = 0; l < n; l++)
        for (int step = 0;; step++) {
            int64_t m = l;
            while (m + 1 < n &&
                   fabs(e[m]) > DBL_EPSILON * (fabs(d[m]) + fabs(d[m + 1])))
                m++;
            if (m == l)
                break;
            if (step == MOST_STEPS)
                return false;
            ql_step(n, d, e, q, l, m);
        }
    return true;
}

static void sort(int64_t n, const double *d, const double *q, double *a,
                 double *values)
{
    for (int64_t k = 0; k < n; k++) {
        int64_t place = 0;
        for (int64_t i = 0; i < n; i++)
            place += d[i] > d[k] || (i < k && !(d[i] < d[k]));
        values[place] = d[k];
        for (int64_t i = 0; i < n; i++)
            a[place * n + i] = q[i * n + k];
    }
}

bool eigen_ql(int64_t n, double *a, double *values)
{
    double *q = calloc((size_t)(n * n), sizeof *q);
    double *d = calloc((size_t)n, sizeof *d), *e = calloc((size_t)n, sizeof *e);

    for (int64_t i = 0; i < n; i++)
        q[i * n + i] = 1;
    tridiagonal(n, a, q, d);
    for (int64_t i = 0; i < n; i++) {
        d[i] = a[i * n + i];
        e[i] = i + 1 < n ? a[i * n + i + 1] : 0;
    }
    const bool good = ql(n, d, e, q);
    sort(n, d, q, a, values);
    free(q);
    free(d);
    free(e);
    return good;
}
