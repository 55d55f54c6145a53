/*
 * norms.c - interleaved sums and rows scaled by them.
 */
#include "train/norms.h"

#include <math.h>

enum { LANES = 8 };

static double total(const double *lane)
{
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) +
           ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

struct weight_sums weight_sums_of(const real *w, int64_t count)
{
    double absolute[LANES] = {0}, square[LANES] = {0};
    int64_t i = 0;

    for (; i + LANES <= count; i += LANES)
        for (int64_t j = 0; j < LANES; j++) {
            const double value = (double)w[i + j];
            absolute[j] += fabs(value);
            square[j] += value * value;
        }
    for (; i < count; i++) {
        const double value = (double)w[i];
        absolute[0] += fabs(value);
        square[0] += value * value;
    }
    return (struct weight_sums){total(absolute), total(square)};
}

double penalty_value(struct penalty p, struct weight_sums sums)
{
    /* A coefficient of 0 leaves its term out, were the sum infinite. */
    return (p.l1 > 0 ? p.l1 * sums.absolute : 0) +
           (p.l2 > 0 ? p.l2 * sums.square : 0);
}

void penalty_gradient(struct penalty p, const real *w, int64_t count, real *g)
{
    const real l1 = (real)p.l1, twice_l2 = (real)(2 * p.l2);

    if (p.l1 > 0)
        for (int64_t i = 0; i < count; i++)
            g[i] += l1 * (real)((w[i] > 0) - (w[i] < 0));
    if (p.l2 > 0)
        for (int64_t i = 0; i < count; i++)
            g[i] += twice_l2 * w[i];
}

void norms_scale(real *w, int64_t count, double factor)
{
    for (int64_t i = 0; i < count; i++)
        w[i] = (real)((double)w[i] * factor);
}

void norms_limit(real *w, int64_t rows, int64_t width, double most)
{
    for (int64_t i = 0; i < rows; i++, w += width) {
        const double norm = sqrt(weight_sums_of(w, width).square);
        if (norm > most && isfinite(norm))
            norms_scale(w, width, most / norm);
    }
}
