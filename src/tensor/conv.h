/*
 * conv.h - convolution of images with a bank of filters, and its gradients.
 *
 *   y[n,o,i,j] = bias[o] + sum over c,u,v of weight[o,c,u,v]
 *                * x[n, first(o) + c, i*stride + u*dilation - pad, j*...]
 *
 * (cross-correlation: filters are not flipped).  Reads outside x count as zero.
 * With groups, filter o sees only the input channels of its own group.
 *
 * Computed as matrix products over blocks of columns that stay in the
 * second-level cache.  A block is a range of positions of one sample, or, to
 * keep products large in training, several whole samples of a small image.
 */
#ifndef TENSOR_CONV_H
#define TENSOR_CONV_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/real.h"
#include "tensor/window.h"

struct conv {
    struct window window;
    int64_t channels, filters, groups; /* groups divides the other two */
};

/* How the work is cut into blocks. */
struct conv_cut {
    int64_t samples; /* of a block */
    int64_t columns; /* of a block and sample; all of them if samples > 1 */
};

/* conv_cut - `alone`: one sample at a time, so that the bits of its result do
 * not depend on its company. */
struct conv_cut conv_cut(const struct conv *c, bool alone);

/* conv_work - bytes of scratch that forward and backward need. */
int64_t conv_work(const struct conv *c, struct conv_cut cut);

/* The data of one call.  C/G channels and O/G filters per group. */
struct conv_call {
    int64_t samples;    /* 1 .. cut.samples */
    const real *x;      /* [samples, C, H, W] */
    const real *weight; /* [O, C/G, KH, KW] */
    const real *bias;   /* [O] or NULL; forward */
    real *y;            /* [samples, O, OH, OW]; forward: overwritten */
    const real *dy;     /* [samples, O, OH, OW]; backward: read */
    real *dx;           /* [samples, C, H, W], overwritten; or NULL */
    real *weight_grad;  /* as weight; backward: added to */
    real *bias_grad;    /* as bias, added to; or NULL */
    real *work;         /* conv_work bytes, 64-byte aligned */
};

/* Total functions; no tensor of a call may alias another. */
void conv_forward(const struct conv *c, struct conv_cut cut,
                  const struct conv_call *call);
void conv_backward(const struct conv *c, struct conv_cut cut,
                   const struct conv_call *call);

#endif
