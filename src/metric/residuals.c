/*
 * residuals.c - what outputs miss of their targets: r2, rmse, mae, mse.
 *
 *   mse = mean of (t - y)^2, rmse = its root, mae = mean of |t - y|, over all
 *   outputs
 *   r2 = 1 - sum (t - y)^2 / sum (t - mean of t)^2, per output; then the mean
 *
 * r2 is NaN when a target never varies; of inputs as targets those that do are
 * averaged.  Targets are summed around those of the
 * set's first sample, so that a large common part does not eat the digits of
 * the variance, and so that all parts of a set sum around the same.
 */
#include <math.h>

#include "metric/metric.h"

/* Of all outputs, and of every one behind these. */
enum { ROWS, ROWS_OF_INPUTS, FIRST };
enum { SHIFT, SHIFTED, SHIFTED_SQUARES, SQUARES, ABSOLUTE, SUMS };

static void add(const struct metric *m, const struct metric_rows *of)
{
    double *sums = m->sums;

    for (int64_t i = 0; i < of->rows; i++)
        for (int64_t k = 0; k < of->width; k++) {
            double *s = sums + FIRST + k * SUMS;
            const double t = (double)metric_targets(of, i)[k];
            if (i == 0 && sums[ROWS] == 0)
                s[SHIFT] = of->by_row ? t : (double)of->targets[k];
            const double shifted = t - s[SHIFT];
            const double off = t - (double)of->y[i * of->width + k];
            s[SHIFTED] += shifted;
            s[SHIFTED_SQUARES] += shifted * shifted;
            s[SQUARES] += off * off;
            s[ABSOLUTE] += fabs(off);
        }
    sums[ROWS] += (double)of->rows;
    sums[ROWS_OF_INPUTS] += of->by_row ? (double)of->rows : 0;
}

static double mean_of(const struct metric *m, int which)
{
    double sum = 0;

    for (int64_t k = 0; k < m->width; k++)
        sum += m->sums[FIRST + k * SUMS + which];
    return sum / (m->sums[ROWS] * (double)m->width);
}

static double spread_of(const struct metric *m, const double *s)
{
    return s[SHIFTED_SQUARES] - s[SHIFTED] * s[SHIFTED] / m->sums[ROWS];
}

/* Inputs are many, and some never vary: of these there is nothing to explain.
 */
static double r2_of_inputs(const struct metric *m)
{
    double sum = 0, count = 0;

    for (int64_t k = 0; k < m->width; k++) {
        const double *s = m->sums + FIRST + k * SUMS;
        const double spread = spread_of(m, s);
        sum += spread > 0 ? 1 - s[SQUARES] / spread : 0;
        count += spread > 0;
    }
    return count > 0 ? sum / count : (double)NAN;
}

static double r2_at(const struct metric *m, int64_t k)
{
    const double *s = m->sums + FIRST + k * SUMS;
    const double spread = spread_of(m, s);

    return spread > 0 ? 1 - s[SQUARES] / spread : (double)NAN;
}

struct residuals residuals_of(const struct metric *m, int64_t k)
{
    const double *s = m->sums + FIRST + k * SUMS;

    return (struct residuals){
        .r2 = r2_at(m, k),
        .rmse = sqrt(s[SQUARES] / m->sums[ROWS]),
        .mae = s[ABSOLUTE] / m->sums[ROWS],
    };
}

static double r2(const struct metric *m)
{
    double sum = 0;

    if (m->sums[ROWS_OF_INPUTS] > 0)
        return r2_of_inputs(m);
    for (int64_t k = 0; k < m->width; k++)
        sum += r2_at(m, k);
    return sum / (double)m->width;
}

static double rmse(const struct metric *m)
{
    return sqrt(mean_of(m, SQUARES));
}

static double mae(const struct metric *m)
{
    return mean_of(m, ABSOLUTE);
}

static double mse(const struct metric *m)
{
    return mean_of(m, SQUARES);
}

#define OF_OUTPUTS                                                             \
    .takes = 1U << TARGET_REAL | 1U << TARGET_INPUTS, .of_outputs = true,      \
    .sums = FIRST, .sums_per_output = SUMS, .add = add

const struct metric_ops r2_metric = {
    .kind = {.name = "r2",
             .doc = "Share of the targets' variance that the outputs explain, "
                    "the mean of all outputs; of inputs, of those that vary.",
             .aka = "r2_score r_squared"},
    OF_OUTPUTS,
    .min = -(double)INFINITY,
    .max = 1,
    .value = r2,
};

const struct metric_ops rmse_metric = {
    .kind = {.name = "rmse",
             .doc = "Root of the mean squared error of all outputs.",
             .aka = "root_mean_squared_error"},
    OF_OUTPUTS,
    .small_is_good = true,
    .max = (double)INFINITY,
    .value = rmse,
};

const struct metric_ops mae_metric = {
    .kind = {.name = "mae",
             .doc = "Mean absolute error of all outputs.",
             .aka = "mean_absolute_error"},
    OF_OUTPUTS,
    .small_is_good = true,
    .max = (double)INFINITY,
    .value = mae,
};

const struct metric_ops mse_metric = {
    .kind = {.name = "mse",
             .doc = "Mean squared error of all outputs.",
             .aka = "mean_squared_error squared_error"},
    OF_OUTPUTS,
    .small_is_good = true,
    .max = (double)INFINITY,
    .value = mse,
};
