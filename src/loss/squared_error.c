/*
 * squared_error.c - the mean over a row's outputs of (y - target)^2.
 *
 *   f(d) = d^2, f'(d) = 2 d
 *
 * No factor 1/2: the mean over all elements of a batch is the mean over its
 * rows.
 */
#include "loss/pointwise.h"

static struct point square(const void *config, double off)
{
    (void)config;
    return (struct point){off * off, 2 * off};
}

static void value(const void *config, const struct loss_rows *of,
                  double *row_loss)
{
    pointwise_value(square, config, of, row_loss);
}

static void gradient(const void *config, const struct loss_rows *of,
                     double scale, real *dy)
{
    pointwise_gradient(square, config, of, scale, dy);
}

const struct loss_ops squared_error_loss = {
    .kind = {.name = "squared_error",
             .doc = "For regression: the square of output minus target, its "
                    "mean over the outputs; no factor 1/2.",
             .aka = "mse mse_loss mean_squared_error l2_loss euclidean_loss"},
    .takes = 1U << TARGET_REAL | 1U << TARGET_INPUTS,
    .value = value,
    .gradient = gradient,
};
