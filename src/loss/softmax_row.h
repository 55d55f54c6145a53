/*
 * softmax_row.h - one row of scores under softmax, for the losses that are
 * fused with it.
 *
 * With the largest z taken out, every term is at most 1 and the small
 * differences of a confident row keep their digits.  Sums run in double, in the
 * order of the row; a NaN anywhere in a row reaches its loss and its gradient.
 * Private to loss/.
 */
#pragma once

#include "loss/loss.h"

struct softmax_row {
    int64_t label;
    double others;   /* sum of exp(z[j] - max) over j != label */
    double of_label; /* exp(z[label] - max) */
    double sum;      /* of both */
};

/* softmax_row_cost - -log softmax(z)[label] of row n. */
double softmax_row_cost(const struct loss_rows *of, int64_t n);

/* softmax_row_of - the sums of row n; the exponentials are left in `terms`
 * [width], which may be the row itself; NULL: nobody wants them. */
struct softmax_row softmax_row_of(const struct loss_rows *of, int64_t n,
                                  real *terms);

/* softmax_row_gradient - terms become factor * (softmax(z)[j] - [j = label]).
 * The label's is minus the sum of the others', without cancellation. */
void softmax_row_gradient(const struct softmax_row *r, int64_t width,
                          double factor, real *terms);
