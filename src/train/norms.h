/*
 * norms.h - sums over runs of weights: penalties, and what norms hold.
 *
 * In double, in a fixed order of eight interleaved partial sums, which is part
 * of the result's bits.  Knows no network.
 */
#pragma once

#include <stdint.h>

#include "tensor/real.h"

/* The two sums over a run of weights; they add up. */
struct weight_sums {
    double absolute, square;
};

struct weight_sums weight_sums_of(const real *w, int64_t count);

/* The terms l1 * sum |w| + l2 * sum w^2 over the regularizable weights, to
 * which those of their layers are added. */
struct penalty {
    double l1, l2;
};

double penalty_value(struct penalty p, struct weight_sums sums);

/* penalty_gradient - g[i] += l1 * sign(w[i]) + 2 * l2 * w[i]; sign(0) = 0. */
void penalty_gradient(struct penalty p, const real *w, int64_t count, real *g);

/* norms_scale - w[i] *= factor, in place, rounded once. */
void norms_scale(real *w, int64_t count, double factor);

/* norms_limit - rows w [rows, width] whose L2 norm is above `most` are scaled
 * down to it, in place; one whose norm is no number stays. */
void norms_limit(real *w, int64_t rows, int64_t width, double most);
