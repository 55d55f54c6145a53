/*
 * loss.c - the mean loss of a sample, without penalty.
 */
#include <math.h>

#include "metric/metric.h"

enum { LOSS, COUNT, SUMS };

static void add(const void *config, const struct metric_rows *of, double *sums)
{
    (void)config;
    for (int64_t i = 0; i < of->rows; i++)
        sums[LOSS] += of->scores[i].loss;
    sums[COUNT] += (double)of->rows;
}

static double value(const void *config, int64_t width, const double *sums)
{
    (void)config;
    (void)width;
    return sums[LOSS] / sums[COUNT];
}

const struct metric_ops loss_metric = {
    .kind = {.name = "loss",
             .doc = "Mean loss of a sample, without the penalty."},
    .takes = 1U << TARGET_CLASS | 1U << TARGET_REAL,
    .is_row_mean = true,
    .small_is_good = true,
    .max = (double)INFINITY,
    .sums = SUMS,
    .add = add,
    .value = value,
};
