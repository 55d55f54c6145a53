/*
 * mae.c - the mean over samples and outputs of |target - output|.
 */
#include <math.h>

#include "metric/metric.h"

/* The number of rows stands before a sum per output. */
static void add(const struct metric_rows *of, double *sums)
{
    for (int64_t i = 0; i < of->rows; i++)
        for (int64_t k = 0; k < of->width; k++)
            sums[1 + k] +=
                fabs((double)of->targets[of->ids[i] * of->width + k] -
                     (double)of->y[i * of->width + k]);
    sums[0] += (double)of->rows;
}

static double value(int64_t width, const double *sums)
{
    double absolute = 0;

    for (int64_t k = 0; k < width; k++)
        absolute += sums[1 + k];
    return absolute / (sums[0] * (double)width);
}

const struct metric_ops mae_metric = {
    .kind = {.name = "mae", .doc = "Mean absolute error of all outputs."},
    .takes = 1U << TARGET_REAL,
    .of_outputs = true,
    .small_is_good = true,
    .max = (double)INFINITY,
    .sums = 1,
    .sums_per_output = 1,
    .add = add,
    .value = value,
};
