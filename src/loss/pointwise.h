/*
 * pointwise.h - losses that are a mean over a row's outputs of a function of
 * one output and its target.
 *
 *   loss = sum_j f(y[j] - t[j]) / width
 *   d loss / d y[j] = f'(y[j] - t[j]) / width
 *
 * Differences and sums run in double, in the order of the row.  Private to
 * loss/.
 */
#pragma once

#include "loss/loss.h"

/* f and f' at a difference; both NaN there. */
struct point {
    double value, slope;
};
typedef struct point point_fn(const void *config, double off);

void pointwise_value(point_fn *f, const void *config,
                     const struct loss_rows *of, double *row_loss);

/* dy[j] = scale * d loss / d y[j]; may alias of->z. */
void pointwise_gradient(point_fn *f, const void *config,
                        const struct loss_rows *of, double scale, real *dy);
