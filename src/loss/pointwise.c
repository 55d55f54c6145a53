/*
 * pointwise.c - the loops over rows and outputs.
 */
#include "loss/pointwise.h"

void pointwise_value(point_fn *f, const void *config,
                     const struct loss_rows *of, double *row_loss)
{
    const int64_t width = of->width;

    for (int64_t n = 0; n < of->rows; n++) {
        const real *y = of->z + n * width;
        const float *target = loss_targets(of, n);
        double sum = 0;

        for (int64_t j = 0; j < width; j++)
            sum += f(config, (double)y[j] - (double)target[j]).value;
        row_loss[n] = sum / (double)width;
    }
}

void pointwise_gradient(point_fn *f, const void *config,
                        const struct loss_rows *of, double scale, real *dy)
{
    const int64_t width = of->width;
    const double share = scale / (double)width;

    for (int64_t n = 0; n < of->rows; n++) {
        const real *y = of->z + n * width;
        const float *target = loss_targets(of, n);

        for (int64_t j = 0; j < width; j++)
            dy[n * width + j] =
                (real)(share *
                       f(config, (double)y[j] - (double)target[j]).slope);
    }
}
