/*
 * margin.h - losses that are a mean over a row's outputs of a function of how
 * far an output lies on its right side.
 *
 *   m = z where the answer is yes, -z where it is no
 *   loss = sum_j f(m[j]) / width
 *   d loss / d z[j] = +-f'(m[j]) / width
 *
 * Of several labels each output has an answer of its own; of two classes one
 * output says yes to the second.  Sums run in double, in the order of the row.
 * Private to loss/.
 */
#pragma once

#include "loss/loss.h"

/* f and f' at a margin; the value is NaN there. */
struct margin {
    double value, slope;
};
typedef struct margin margin_fn(const void *config, double margin);

void margin_value(margin_fn *f, const void *config, const struct loss_rows *of,
                  double *row_loss);

/* dz[j] = scale * d loss / d z[j]; may alias of->z. */
void margin_gradient(margin_fn *f, const void *config,
                     const struct loss_rows *of, double scale, real *dz);
