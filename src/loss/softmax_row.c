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

struct softmax_row softmax_row_of(const struct loss_rows *of, int64_t n,
                                  real *terms)
{
    const real *row = of->z + n * of->width;
    const double max = (double)row[argmax(row, of->width)];
    struct softmax_row r = {.label = of->labels[n]};

    r.of_label = exp((double)row[r.label] - max);
    for (int64_t j = 0; j < of->width; j++) {
        const double term = exp((double)row[j] - max);
        r.others += j == r.label ? 0 : term;
        if (terms)
            terms[j] = (real)term;
    }
    r.sum = r.others + r.of_label;
    return r;
}

void softmax_row_gradient(const struct softmax_row *r, int64_t width,
                          double factor, real *terms)
{
    const double share = factor / r->sum;

    for (int64_t j = 0; j < width; j++)
        terms[j] = (real)(share * (double)terms[j]);
    terms[r->label] = (real)(-share * r->others);
}
