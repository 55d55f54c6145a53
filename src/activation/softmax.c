/*
 * softmax.c - softmax over the elements of each row.
 *
 * The sums run in double, in the order of the row, so a row's bits depend on
 * that row alone.
 */
#include <tgmath.h>

#include "activation/activation.h"

/* Subtracting the row's maximum leaves the quotient as it is and keeps every
 * exponential in [0, 1].  A NaN reaches the sum and through it the whole row.
 */
static void softmax_forward(const void *config, int64_t rows, int64_t width,
                            real *y)
{
    (void)config;
    for (int64_t n = 0; n < rows; n++) {
        real *row = y + n * width;
        real max = row[0];
        double sum = 0;

        for (int64_t j = 1; j < width; j++)
            max = row[j] > max ? row[j] : max;
        for (int64_t j = 0; j < width; j++) {
            row[j] = exp(row[j] - max);
            sum += (double)row[j];
        }
        for (int64_t j = 0; j < width; j++)
            row[j] = (real)((double)row[j] / sum);
    }
}

/* d y[j] / d z[k] = y[j] * ([j = k] - y[k]), so dz = y * (dy - <y, dy>). */
static void softmax_backward(const void *config, int64_t rows, int64_t width,
                             const real *y, real *dy)
{
    (void)config;
    for (int64_t n = 0; n < rows; n++) {
        const real *probs = y + n * width;
        real *row = dy + n * width;
        double dot = 0;

        for (int64_t j = 0; j < width; j++)
            dot += (double)probs[j] * (double)row[j];
        for (int64_t j = 0; j < width; j++)
            row[j] = (real)((double)probs[j] * ((double)row[j] - dot));
    }
}

const struct activation_ops softmax_activation = {
    .kind = {.name = "softmax",
             .doc = "Softmax over the units of each sample: positive, sum 1."},
    .probable = true,
    .by_row = true,
    .forward = softmax_forward,
    .backward = softmax_backward,
};
