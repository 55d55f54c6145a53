/*
 * im2col.h - unroll the windows of an image into columns, and back.
 *
 * With the columns side by side a convolution is one matrix product
 * (Chellapilla, Puri, Simard 2006).  The columns of a whole image seldom fit
 * into a cache, so both functions work on a range of output positions
 * (row-major: position oy * out_w + ox).
 */
#ifndef TENSOR_IM2COL_H
#define TENSOR_IM2COL_H

#include <stdint.h>

#include "tensor/real.h"
#include "tensor/window.h"

/* A block of columns: row (c * kernel_h + ky) * kernel_w + kx, `stride` numbers
 * from one row to the next. */
struct columns {
    real *at;
    int64_t stride;
};

/*
 * im2col - col[row(c, ky, kx)][p - positions.begin] = the input that tap (ky,
 * kx) of output position p meets in channel c; 0 for padding.
 *
 * x    [channels, in_h, in_w]                        read
 * col  [channels * taps, positions], rows strided    overwritten; no alias of x
 */
void im2col(const struct window *w, int64_t channels, const real *x,
            struct range positions, struct columns col);

/*
 * col2im - the adjoint: add every element of col to the input it came from;
 * those of padding are dropped.
 *
 * col  [channels * taps, positions], rows strided    read
 * dx   [channels, in_h, in_w]                        added to; no alias of col
 */
void col2im(const struct window *w, int64_t channels, struct columns col,
            struct range positions, real *dx);

#endif
