/*
 * objective.c - the last nonlinearity and the loss, in one piece or in two.
 */
#include "train/objective.h"

#include <math.h>

#include "activation/activation.h"

void objective_output(const struct graph *g, int64_t rows, real *z)
{
    const struct variant last = g->output_nonlinearity;

    activation_of(last)->forward(last.config, rows, shape_count(g->out), z);
}

bool objective_losses(struct variant loss, const struct graph *g,
                      const struct loss_rows *of, real *z, double *losses)
{
    const struct loss_ops *ops = loss_of(loss);

    if (!ops || !ops->activation)
        objective_output(g, of->rows, z);
    for (int64_t i = 0; i < of->rows && !ops; i++)
        losses[i] = (double)NAN;
    if (ops)
        ops->value(loss.config, of, losses);
    return !ops || !ops->activation;
}

void objective_gradient(struct variant loss, const struct graph *g,
                        const struct loss_rows *of, double scale, real *dz)
{
    const struct loss_ops *ops = loss_of(loss);
    const struct variant last = g->output_nonlinearity;

    ops->gradient(loss.config, of, scale, dz);
    if (!ops->activation)
        activation_of(last)->backward(last.config, of->rows, of->width, of->z,
                                      dz);
}

void objective_weigh(const double *class_weights, const struct loss_rows *of,
                     double *losses, real *dz)
{
    for (int64_t i = 0; i < of->rows; i++) {
        const double weight = class_weights[of->labels[i]];

        losses[i] *= weight;
        for (int64_t k = i * of->width; dz && k < (i + 1) * of->width; k++)
            dz[k] = (real)(weight * (double)dz[k]);
    }
}

void objective_keep(const real *x, int64_t count, float *targets)
{
    for (int64_t i = 0; i < count; i++)
        targets[i] = (float)x[i];
}
