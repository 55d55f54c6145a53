/*
 * pool2d.h - the maximum of sliding windows, and its gradient.
 *
 * Padding never wins.  NaN travels: a window that holds one gives NaN.  The
 * gradient goes to one cell, the first maximum in row-major order (the last NaN
 * where there are some).
 */
#ifndef TENSOR_POOL2D_H
#define TENSOR_POOL2D_H

#include <stdint.h>

#include "tensor/kernels.h"
#include "tensor/real.h"
#include "tensor/window.h"

/* maxpool_index_bytes - of the place of a maximum in its window. */
int64_t maxpool_index_bytes(const struct window *w);

/*
 * maxpool_forward - over `planes` planes (samples times channels).
 *
 * Every window must hold at least one cell of the input (pad < kernel).
 *
 * x      [planes, in_h, in_w]    read
 * y      [planes, out_h, out_w]  overwritten; must not alias x
 * index  [planes, out_h, out_w] of maxpool_index_bytes: overwritten; or NULL
 */
void maxpool_forward(const struct kernels *kern, const struct window *w,
                     int64_t planes, const real *x, real *y, void *index);

/*
 * maxpool_backward - dx = for each input, the sum of dy of the windows it won.
 *
 * dy     [planes, out_h, out_w]  read
 * index  what maxpool_forward wrote
 * dx     [planes, in_h, in_w]    overwritten; must not alias dy
 */
void maxpool_backward(const struct kernels *kern, const struct window *w,
                      int64_t planes, const real *dy, const void *index,
                      real *dx);

#endif
