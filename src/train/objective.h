/*
 * objective.h - the last nonlinearity and the loss, in one piece or in two.
 *
 * The graph leaves its output before the last nonlinearity.  A loss that names
 * an activation has it built in; any other reads what the nonlinearity makes of
 * the output.
 */
#pragma once

#include "graph/graph.h"
#include "loss/loss.h"

/* objective_output - z [rows, out..] becomes y, what `predict` prints. */
void objective_output(const struct graph *g, int64_t rows, real *z);

/* objective_losses - of the rows whose outputs `of` and z are, NaN when the
 * loss has no kind.  z becomes what the loss reads: itself, or y; true: y. */
bool objective_losses(struct variant loss, const struct graph *g,
                      const struct loss_rows *of, real *z, double *losses);

/* objective_gradient - dz = scale * d loss / dz, `of` being what
 * objective_losses has read; dz overwritten, no alias of it. */
void objective_gradient(struct variant loss, const struct graph *g,
                        const struct loss_rows *of, double scale, real *dz);

/* objective_weigh - losses and dz (NULL: there is none), which are linear in
 * it, by the weight of each row's class. */
void objective_weigh(const double *class_weights, const struct loss_rows *of,
                     double *losses, real *dz);

/* objective_keep - x [count] becomes targets: what the first layers make of
 * their input is not waited for. */
void objective_keep(const real *x, int64_t count, float *targets);
