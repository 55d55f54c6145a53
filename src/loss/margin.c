/*
 * margin.c - the loops over rows and outputs.
 */
#include "loss/margin.h"

/* 1 where the answer to output j of row n is yes, -1 where it is no. */
static double side_of(const struct loss_rows *of, int64_t n, int64_t j)
{
    const bool yes =
        of->targets ? loss_targets(of, n)[j] > 0 : of->labels[n] == 1;

    return yes ? 1 : -1;
}

void margin_value(margin_fn *f, const void *config, const struct loss_rows *of,
                  double *row_loss)
{
    for (int64_t n = 0; n < of->rows; n++) {
        const real *z = of->z + n * of->width;
        double sum = 0;

        for (int64_t j = 0; j < of->width; j++)
            sum += f(config, side_of(of, n, j) * (double)z[j]).value;
        row_loss[n] = sum / (double)of->width;
    }
}

void margin_gradient(margin_fn *f, const void *config,
                     const struct loss_rows *of, double scale, real *dz)
{
    const double share = scale / (double)of->width;

    for (int64_t n = 0; n < of->rows; n++) {
        const real *z = of->z + n * of->width;

        for (int64_t j = 0; j < of->width; j++) {
            const double side = side_of(of, n, j);
            dz[n * of->width + j] =
                (real)(share * side * f(config, side * (double)z[j]).slope);
        }
    }
}
