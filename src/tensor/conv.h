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

#include "tensor/kernels.h"
#include "tensor/real.h"
#include "tensor/window.h"

/* How a convolution is computed. */
enum conv_algorithm {
    CONV_AUTO,      /* a wish: whatever is fastest */
    CONV_DIRECT,    /* direct.h: any convolution */
    CONV_IM2COL,    /* conv_gemm.h: any convolution */
    CONV_DEPTHWISE, /* depthwise.h: a filter per channel */
    CONV_WINOGRAD2, /* winograd.h, tiles of 2x2 outputs, and so on */
    CONV_WINOGRAD3,
    CONV_WINOGRAD4,
    CONV_ALGORITHMS,
};

struct conv {
    struct window window;
    int64_t channels, filters, groups; /* groups divides the other two */
    enum conv_algorithm wish; /* used where it can compute the convolution */
};

/* The passes that are chosen for: y, dx and the weights' gradient. */
enum conv_pass { CONV_FORWARD, CONV_DATA, CONV_WEIGHTS, CONV_PASSES };

/* conv_fits - can the algorithm compute the convolution? */
bool conv_fits(const struct conv *c, enum conv_algorithm a);

/* conv_tile - outputs along an edge of a Winograd algorithm's tiles. */
int64_t conv_tile(enum conv_algorithm a);

/* conv_choose - the algorithm of a pass: the wish, or the fastest by a model of
 * its cost.  A function of the convolution and the kernels' vectors alone, so
 * that neither bits nor choices depend on the batch. */
enum conv_algorithm conv_choose(const struct kernels *kern,
                                const struct conv *c, enum conv_pass pass);

/* conv_algorithm_name - "auto", "direct", "winograd2", .... */
const char *conv_algorithm_name(enum conv_algorithm a);

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
    real *weight_grad;  /* as weight; backward: added to; or NULL */
    real *bias_grad;    /* as bias, added to; or NULL */
    real *work;         /* conv_work bytes, 64-byte aligned */
};

/* conv_work - bytes of scratch of a call of any number of samples. */
int64_t conv_work(const struct kernels *kern, const struct conv *c,
                  bool backward);

/* Total functions; no tensor of a call may alias another.  The bits of a
 * sample's y depend on that sample alone. */
void conv_forward(const struct kernels *kern, const struct conv *c,
                  const struct conv_call *call);
void conv_backward(const struct kernels *kern, const struct conv *c,
                   const struct conv_call *call);

#endif
