/*
 * squared_error.c - the mean over a row's outputs of (y - target)^2.
 *
 *   loss = sum_j (y[j] - t[j])^2 / width
 *   d loss / d y[j] = 2 (y[j] - t[j]) / width
 *
 * No factor 1/2: the mean over all elements of a batch is the mean over its
 * rows.  Differences and sums run in double, in the order of the row.
 */
#include "loss/loss.h"

static void value(const void *config, const struct loss_rows *of,
                  double *row_loss)
{
    const int64_t width = of->width;

    (void)config;
    for (int64_t n = 0; n < of->rows; n++) {
        const real *y = of->z + n * width;
        const float *target = of->targets + of->ids[n] * width;
        double sum = 0;

        for (int64_t j = 0; j < width; j++) {
            const double off = (double)y[j] - (double)target[j];
            sum += off * off;
        }
        row_loss[n] = sum / (double)width;
    }
}

static void gradient(const void *config, const struct loss_rows *of,
                     double scale, real *dy)
{
    const int64_t width = of->width;
    const double factor = 2 * scale / (double)width;

    (void)config;
    for (int64_t n = 0; n < of->rows; n++) {
        const real *y = of->z + n * width;
        const float *target = of->targets + of->ids[n] * width;

        for (int64_t j = 0; j < width; j++)
            dy[n * width + j] =
                (real)(factor * ((double)y[j] - (double)target[j]));
    }
}

const struct loss_ops squared_error_loss = {
    .kind = {.name = "squared_error",
             .doc = "For regression: the square of output minus target, its "
                    "mean over the outputs; no factor 1/2.",
             .aka = "mse mse_loss mean_squared_error l2_loss euclidean_loss"},
    .takes = 1U << TARGET_REAL,
    .value = value,
    .gradient = gradient,
};
