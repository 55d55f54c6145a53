/*
 * rmse.c - the root of the mean over samples and outputs of (target -
 * output)^2.
 */
#include <math.h>

#include "metric/metric.h"

/* The number of rows stands before a sum per output. */
static void add(const struct metric_rows *of, double *sums)
{
    for (int64_t i = 0; i < of->rows; i++)
        for (int64_t k = 0; k < of->width; k++) {
            const double off = (double)of->targets[of->ids[i] * of->width + k] -
                               (double)of->y[i * of->width + k];
            sums[1 + k] += off * off;
        }
    sums[0] += (double)of->rows;
}

static double value(int64_t width, const double *sums)
{
    double squares = 0;

    for (int64_t k = 0; k < width; k++)
        squares += sums[1 + k];
    return sqrt(squares / (sums[0] * (double)width));
}

const struct metric_ops rmse_metric = {
    .kind = {.name = "rmse",
             .doc = "Root of the mean squared error of all outputs."},
    .takes = 1U << TARGET_REAL,
    .of_outputs = true,
    .small_is_good = true,
    .max = (double)INFINITY,
    .sums = 1,
    .sums_per_output = 1,
    .add = add,
    .value = value,
};
