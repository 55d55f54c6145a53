/*
 * dot.h - rows times rows, with bits that depend on the two rows alone.
 *
 * The form of a dense layer, whose weights have a row per unit: both operands
 * are read along their rows, so nothing is packed or turned.
 */
#pragma once

#include <stdint.h>

#include "tensor/kernels.h"
#include "tensor/real.h"

/*
 * dot_rows - y[n,u] = bias[u] + sum over k of x[n,k] * w[u,k].
 *
 * Every sum adds the same terms in the same order whatever `rows` and n are.
 *
 * rows, units   extents of y
 * k             terms of a sum
 */
struct dot {
    int64_t rows, units, k;
    const real *x;    /* [rows, k]     read */
    const real *w;    /* [units, k]    read */
    const real *bias; /* [units]       read; or NULL */
    real *y;          /* [rows, units] overwritten; must not alias x or w */
};

void dot_rows(const struct kernels *kern, const struct dot *d);
