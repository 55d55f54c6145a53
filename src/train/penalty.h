/*
 * penalty.h - l1 * sum |w| + l2 * sum w^2 over regularizable weights.
 *
 * No factor 1/2 and no division by the batch size, as nolearn has it.
 */
#ifndef TRAIN_PENALTY_H
#define TRAIN_PENALTY_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/real.h"

struct penalty {
    double l1, l2;
};

/* Sums over a run of weights; they add up. */
struct weight_sums {
    double absolute, square;
};

/* weight_sums_of - sums in double, in a fixed order of eight interleaved
 * partial sums (the order is part of the result's bits). */
struct weight_sums weight_sums_of(const real *w, int64_t count);

double penalty_value(const struct penalty *p, struct weight_sums sums);

/* penalty_gradient - g[i] += l1 * sign(w[i]) + 2 * l2 * w[i]; sign(0) = 0. */
void penalty_gradient(const struct penalty *p, const real *w, int64_t count,
                      real *g);

#endif
