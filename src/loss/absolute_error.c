/*
 * absolute_error.c - the mean over a row's outputs of |y - target|.
 *
 *   f(d) = |d|, f'(d) = sign(d), 0 at 0
 */
#include <math.h>

#include "loss/pointwise.h"

static struct point distance(const void *config, double off)
{
    (void)config;
    return (struct point){fabs(off), off == 0 ? 0 : off / fabs(off)};
}

static void value(const void *config, const struct loss_rows *of,
                  double *row_loss)
{
    pointwise_value(distance, config, of, row_loss);
}

static void gradient(const void *config, const struct loss_rows *of,
                     double scale, real *dy)
{
    pointwise_gradient(distance, config, of, scale, dy);
}

const struct loss_ops absolute_error_loss = {
    .kind = {.name = "absolute_error",
             .doc = "For regression: the distance of output and target, its "
                    "mean over the outputs; outliers pull less than under "
                    "squared_error.",
             .aka = "mae mean_absolute_error l1_loss l1loss"},
    .takes = 1U << TARGET_REAL | 1U << TARGET_INPUTS,
    .value = value,
    .gradient = gradient,
};
