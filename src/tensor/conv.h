/*
 * conv.h - convolution of images with a bank of filters, and its gradients.
 *
 *   y[n,o,i,j] = bias[o] + sum over c,u,v of weight[o,c,u,v]
 *                * x[n, first(o) + c, i*stride + u*dilation - pad, j*...]
 *
 * (cross-correlation: filters are not flipped).  Reads outside x count as zero.
 * With groups, filter o sees only the input channels of its own group.
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

/* The data of one call.  C/G channels and O/G filters per group. */
struct conv_call {
    int64_t samples;
    const real *x;      /* [samples, C, H, W] */
    const real *weight; /* [O, C/G, KH, KW] */
    const real *bias;   /* [O] or NULL; forward */
    bool rectify;       /* forward: max(0, .) after the bias */
    real *y;            /* [samples, O, OH, OW]; forward: overwritten */
    const real *dy;     /* [samples, O, OH, OW]; backward: read */
    real *dx;           /* [samples, C, H, W], overwritten; or NULL */
    real *weight_grad;  /* as weight; backward: added to */
    real *bias_grad;    /* as bias, added to; or NULL */
    real *work;         /* conv_work bytes, 64-byte aligned */
};

#endif
