/*
 * accuracy.c - the share of samples whose class is the most likely one.
 */
#include <math.h>

#include "metric/metric.h"

enum { HITS, COUNT, SUMS };

/* The 97.5 % point of the standard normal distribution. */
static const double z95 = 1.959963984540054;

static void add(const void *config, const struct metric_rows *of, double *sums)
{
    (void)config;
    for (int64_t i = 0; i < of->rows; i++)
        sums[HITS] += of->scores[i].predicted == of->scores[i].label;
    sums[COUNT] += (double)of->rows;
}

static double value(const void *config, int64_t width, const double *sums)
{
    (void)config;
    (void)width;
    return sums[HITS] / sums[COUNT];
}

/* Wilson: Probable Inference, the Law of Succession, and Statistical Inference,
 * 1927. */
static void interval(const double *sums, double interval[2])
{
    const double n = sums[COUNT], p = sums[HITS] / n, zz = z95 * z95;
    const double centre = (p + zz / (2 * n)) / (1 + zz / n);
    const double half =
        z95 / (1 + zz / n) * sqrt(p * (1 - p) / n + zz / (4 * n * n));

    /* Rounding must not put the share itself outside. */
    interval[0] = fmin(fmax(centre - half, 0), p);
    interval[1] = fmax(fmin(centre + half, 1), p);
}

const struct metric_ops accuracy_metric = {
    .kind = {.name = "accuracy",
             .doc = "Share of the samples whose class is the most likely one."},
    .takes = 1U << TARGET_CLASS,
    .is_row_mean = true,
    .max = 1,
    .column = "valid acc",
    .sums = SUMS,
    .add = add,
    .value = value,
    .interval = interval,
};
