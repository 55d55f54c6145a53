/*
 * pool2d.h - maxima and means of windows over images, and their gradients.
 *
 * Max: padding never wins.  NaN travels: a window with one gives NaN.  The
 * gradient goes to one cell, the first maximum in row-major order (the last NaN
 * where there are some).  Means: a window's sum, row by row, over the number of
 * its cells inside the image, or of all of them, padding counted as zeros.
 *
 * All passes take some planes (samples times channels) at a time, in either
 * layout, and no number of a plane depends on its neighbours.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tensor/kernels.h"
#include "tensor/real.h"
#include "tensor/window.h"

enum pool_mode { POOL_MAX, POOL_MEAN, POOL_MEAN_PADDED };

struct pool2d {
    const struct kernels *kern;
    struct window window; /* every window holds at least one cell */
    bool adaptive; /* only `in` and `out` count: output i of an axis looks at
                      the inputs floor(i*in/out) .. ceil((i+1)*in/out) - 1 */
    enum pool_mode mode;
    int64_t y_stride; /* reals from plane to plane of y and dy */

    /* Set by pool2d_prepare. */
    int64_t band_rows; /* most rows of the image at once */
    int64_t widest;    /* most columns of a window inside the image */
    int64_t work;      /* bytes of scratch of a call */
    int64_t index;     /* bytes of the places of a plane's maxima; 0: mean */
};

/* pool2d_prepare - decide what a call needs; y_stride 0 becomes the number of
 * a plane's outputs. */
void pool2d_prepare(struct pool2d *p);

/* The data of one call. */
struct pool2d_call {
    int64_t samples, channels; /* planes */
    bool x_blocked, y_blocked; /* of x and dx, y and dy, which then is y_stride
                                  its outputs; see tensor/blocked.h */
    const real *x;  /* [planes, in_h, in_w]             forward: read */
    real *y;        /* [planes] of y_stride, the first [out_h, out_w]:
                       forward: overwritten */
    const real *dy; /* as y                             backward: read */
    real *dx;       /* as x          backward: overwritten, or added to */
    bool adds;      /* backward: is dx added to? */
    void *index;    /* [planes] of `index` bytes: max, forward: overwritten, or
                       NULL; backward: read, by a call of the same samples,
                       channels and layouts */
    void *work;     /* `work` bytes, 64-byte aligned */
};

/* None of the arrays of a call may alias another. */
void pool2d_forward(const struct pool2d *p, const struct pool2d_call *call);
void pool2d_backward(const struct pool2d *p, const struct pool2d_call *call);
