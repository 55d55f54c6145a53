/*
 * categorical_crossentropy.c - softmax and cross-entropy as one function of z.
 *
 *   loss = log sum_j exp(z[j]) - z[label]
 *   d loss / d z[j] = softmax(z)[j] - [j = label]
 *
 * Both are arranged so that the small differences of a confident row keep their
 * digits.  Sums run in double, in the order of the row; a NaN anywhere in a row
 * reaches its loss and its gradient.
 */
#include <math.h>

#include "loss/loss.h"

static int64_t argmax(const real *row, int64_t width)
{
    int64_t best = 0;

    for (int64_t j = 1; j < width; j++)
        best = row[j] > row[best] ? j : best;
    return best;
}

/* With the largest z taken out of the sum, log sum_j exp(z[j]) = max +
 * log(1 + rest), and rest may be tiny. */
static void value(const void *config, const struct loss_rows *of,
                  double *row_loss)
{
    const int64_t width = of->width;

    (void)config;
    for (int64_t n = 0; n < of->rows; n++) {
        const real *row = of->z + n * width;
        const int64_t best = argmax(row, width);
        const double max = (double)row[best];
        double rest = 0;

        for (int64_t j = 0; j < width; j++)
            if (j != best)
                rest += exp((double)row[j] - max);
        row_loss[n] = max - (double)row[of->labels[n]] + log1p(rest);
    }
}

/* The label's softmax - 1 is minus the sum of the others', without
 * cancellation. */
static void gradient(const void *config, const struct loss_rows *of,
                     double scale, real *dz)
{
    const int64_t width = of->width;

    (void)config;
    for (int64_t n = 0; n < of->rows; n++) {
        const real *row = of->z + n * width;
        real *out = dz + n * width;
        const int64_t label = of->labels[n];
        const double max = (double)row[argmax(row, width)];
        const double of_label = exp((double)row[label] - max);
        double others = 0;

        for (int64_t j = 0; j < width; j++) {
            const double term = exp((double)row[j] - max);
            others += j == label ? 0 : term;
            out[j] = (real)term;
        }
        const double factor = scale / (others + of_label);
        for (int64_t j = 0; j < width; j++)
            out[j] = (real)(factor * (double)out[j]);
        out[label] = (real)(-factor * others);
    }
}

const struct loss_ops categorical_crossentropy_loss = {
    .kind = {.name = "categorical_crossentropy",
             .doc = "Minus the logarithm of the probability of the true "
                    "class; the last layer is a softmax.",
             .aka = "cross_entropy crossentropy cross_entropy_loss nll "
                    "nll_loss log_loss softmax_loss softmax_with_loss "
                    "sparse_categorical_crossentropy"},
    .takes = 1U << TARGET_CLASS,
    .activation = "softmax",
    .value = value,
    .gradient = gradient,
};
