/*
 * r2.c - the share of the targets' variance that the outputs explain.
 *
 *   r2 = 1 - sum (t - y)^2 / sum (t - mean of t)^2, per output; then the mean
 *
 * NaN when a target never varies.  Targets are summed around those of the set's
 * first sample, so that a large common part does not eat the digits of the
 * variance, and so that all parts of a set sum around the same.
 */
#include <math.h>

#include "metric/metric.h"

enum { SHIFTED, SHIFTED_SQUARES, SQUARES, SUMS }; /* behind the count */

static void add(const struct metric_rows *of, double *sums)
{
    for (int64_t i = 0; i < of->rows; i++)
        for (int64_t k = 0; k < of->width; k++) {
            double *s = sums + 1 + k * SUMS;
            const double t = (double)of->targets[of->ids[i] * of->width + k];
            const double shifted = t - (double)of->targets[k];
            const double off = t - (double)of->y[i * of->width + k];
            s[SHIFTED] += shifted;
            s[SHIFTED_SQUARES] += shifted * shifted;
            s[SQUARES] += off * off;
        }
    sums[0] += (double)of->rows;
}

static double value(int64_t width, const double *sums)
{
    double sum = 0;

    for (int64_t k = 0; k < width; k++) {
        const double *s = sums + 1 + k * SUMS;
        const double spread =
            s[SHIFTED_SQUARES] - s[SHIFTED] * s[SHIFTED] / sums[0];
        sum += spread > 0 ? 1 - s[SQUARES] / spread : (double)NAN;
    }
    return sum / (double)width;
}

const struct metric_ops r2_metric = {
    .kind = {.name = "r2",
             .doc = "Share of the targets' variance that the outputs explain, "
                    "the mean of all outputs."},
    .takes = 1U << TARGET_REAL,
    .of_outputs = true,
    .min = -(double)INFINITY,
    .max = 1,
    .sums = 1,
    .sums_per_output = SUMS,
    .add = add,
    .value = value,
};
