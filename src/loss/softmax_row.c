/*
 * softmax_row.c - exponentials of a row's scores.
 */
#include "loss/softmax_row.h"

#include <math.h>

static int64_t argmax(const real *row, int64_t width)
{
    int64_t best = 0;

    for (int64_t j = 1; j < width; j++)
        best = row[j] > row[best] ? j : best;
    return best;
}

/* log sum_j exp(z[j]) = max + log(1 + rest), and rest may be tiny. */
double softmax_row_cost(const struct loss_rows *of, int64_t n)
{
    const real *row = of->z + n * of->width;
    const int64_t best = argmax(row, of->width);
    const double max = (double)row[best];
    double rest = 0;

    for (int64_t j = 0; j < of->width; j++)
        if (j != best)
            rest += exp((double)row[j] - max);
    return max - (double)row[of->labels[n]] + log1p(rest);
}

struct softmax_row softmax_row_of(const struct loss_rows *of, int64_t n)
{
    const real *row = of->z + n * of->width;
    struct softmax_row r = {.row = n, .label = of->labels[n]};

    r.max = (double)row[argmax(row, of->width)];
    r.of_label = exp((double)row[r.label] - r.max);
    for (int64_t j = 0; j < of->width; j++)
        r.others += j == r.label ? 0 : exp((double)row[j] - r.max);
    r.sum = r.others + r.of_label;
    return r;
}

void softmax_row_gradient(const struct softmax_row *r,
                          const struct loss_rows *of, double factor, real *dz)
{
    const real *row = of->z + r->row * of->width;
    real *out = dz + r->row * of->width;
    const double share = factor / r->sum;

    for (int64_t j = 0; j < of->width; j++)
        out[j] = (real)(share * exp((double)row[j] - r->max));
    out[r->label] = (real)(-share * r->others);
}
