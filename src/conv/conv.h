/*
 * conv.h - convolution of images with a bank of filters, and its gradients.
 *
 *   y[n,o,i,j] = bias[o] + sum over c,u,v of weight[o,c,u,v]
 *                * x[n, first(o) + c, i*stride + u*dilation - pad, j*...]
 *
 * (cross-correlation: filters are not flipped).  Reads outside x count as zero.
 * With groups, filter o sees only the input channels of its own group.
 *
 * An algorithm is a row of CONV_LIST and a file; which one computes a pass is
 * decided once, by a model of its cost.  Knows no layers and no batches.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"
#include "tensor/kernels.h"
#include "tensor/real.h"
#include "tensor/window.h"

/* Every algorithm, the preferred first where costs are equal; naive.c, which
 * fits all and is the definition, is last and taken by its name alone. */
#define CONV_LIST(X)                                                           \
    X(depthwise)                                                               \
    X(direct)                                                                  \
    X(im2col)                                                                  \
    X(winograd2) X(winograd3) X(winograd4) X(winograd5) X(winograd6) X(naive)

struct conv_ops;

struct conv {
    struct window window;
    int64_t channels, filters, groups; /* groups divides the other two */
    const struct conv_ops *wish; /* used where it fits; NULL: the fastest */
    bool transposed; /* the gradient dx is what a layer puts out: a sample's
                        bits in it depend on that sample alone */
};

/* The passes that are chosen for: y, dx and the weights' gradient. */
enum conv_pass { CONV_FORWARD, CONV_DATA, CONV_WEIGHTS, CONV_PASSES };

/* The data of one call.  C/G channels and O/G filters per group. */
struct conv_call {
    int64_t samples;
    const real *x;      /* [samples, C, H, W] */
    const real *weight; /* [O, C/G, KH, KW] */
    const real *bias;   /* [O] or NULL; forward */
    bool rectify;       /* forward: max(0, .) after the bias */
    bool x_blocked;     /* x and dx are blocked, see tensor/blocked.h */
    bool y_blocked;     /* y and dy are */
    real *y;            /* [samples, O, OH, OW]; forward: overwritten */
    const real *dy;     /* [samples, O, OH, OW]; backward: read */
    const real *over;   /* as dy, blocked; backward, where conv_masks: dy counts
                           where this is above 0; NULL: everywhere */
    real *dx;           /* [samples, C, H, W], overwritten; or NULL */
    real *weight_grad;  /* as weight; backward: added to; or NULL */
    real *bias_grad;    /* as bias, added to; or NULL */
    real *work;         /* conv_work bytes, 64-byte aligned */
    struct crew crew;   /* who may compute parts of forward, or one of the
                           gradients */
    real *laid;         /* what conv_lay made of the weights, for forward or for
                           dx, which then leave those alone; NULL: it is done
                           on the way, in `work` */
};

/* A pass with all that is known about it before the first call. */
struct conv_task {
    const struct conv_ops *ops;
    const struct kernels *kern;
    struct conv conv;
    enum conv_pass pass;
    bool blocked;         /* the cost is that of blocked images */
    int64_t work;         /* reals of scratch of a call */
    int64_t laid;         /* and of the weights as forward or, in CONV_DATA, dx
                             reads them; 0: it reads them as they are */
    int64_t unlaid;       /* and of scratch beyond `work` where a call has to
                             lay them out: all, or 0 of an algorithm that does
                             so part by part within `work` */
    int64_t prepared[64]; /* the algorithm's own, see conv_keep */
};

/*
 * An algorithm.  All functions are total; no tensor of a call may alias
 * another, and the bits of a sample's y depend on that sample alone.
 */
struct conv_ops {
    const char *name; /* the word of engine.algorithm */
    bool by_blas;     /* gemm_load comes first */
    bool blocks;      /* x and y of a call may be blocked, either of them, where
                         no channels or filters of two groups share a vector; of
                         depthwise everywhere */
    bool sums_bias; /* backward adds to bias_grad with the weights' gradient */
    bool masks;     /* backward takes `over`, and adds to bias_grad then */
    int64_t tile;   /* winograd.c's: outputs along an edge of a tile */

    /* Can it compute the convolution?  NULL: any. */
    bool (*fits)(const struct conv_ops *ops, const struct conv *c);

    /*
     * Per sample, in multiply-adds at the speed of the kernels' own products;
     * NULL: infinite.  A function of all before `work`, so that neither
     * bits nor choices depend on the batch.  The constants are fitted to times
     * such as `make bench-conv` measures.
     */
    double (*cost)(const struct conv_task *t);

    /* Per sample, the multiply-adds that reach a product, without those of
     * channels that only fill a vector, of a prepared task; NULL: those of the
     * definition. */
    double (*macs)(const struct conv_task *t);

    /* Decides geometry and scratch: fills what follows `blocked`. */
    void (*prepare)(struct conv_task *t);

    /* Where task.laid is not 0: part `part` of LAY_PARTS of call->laid, which
     * may be empty, from weight; uses work. */
    void (*lay)(const struct conv_task *t, const struct conv_call *call,
                int64_t part);

    /* y from x, weight, bias and rectify; laid is there where task.unlaid
     * is. */
    void (*forward)(const struct conv_task *t, const struct conv_call *call);

    /* weight_grad and dx, each unless NULL, from x, weight and dy, laid being
     * there for dx; bias_grad is left alone, unless sums_bias and there is a
     * weight_grad, or the call has `over`.  By one thread: the call has no
     * crew. */
    void (*backward)(const struct conv_task *t, const struct conv_call *call);
};

enum { LAY_PARTS = 8 }; /* of weights that are laid out, in parallel */

/* Of the costs: what a weight laid out anew or transformed for a call costs,
 * and the samples that a call has, about. */
enum { CONV_RELAID = 12, CONV_SAMPLES = 8 };

#define CONV_DECLARE(name) extern const struct conv_ops conv_##name;
CONV_LIST(CONV_DECLARE)

/* "auto" and the names of all algorithms; ended by NULL. */
extern const char *const conv_words[];

/* conv_find - the algorithm of that name; NULL for another word or NULL. */
const struct conv_ops *conv_find(const char *name);

bool conv_fits(const struct conv_ops *ops, const struct conv *c);

/* conv_rounds - are its products in bfloat16 where the kernels' are? */
bool conv_rounds(const struct conv_ops *ops);

/* conv_suits - fits, and is exact enough by these kernels: in bfloat16 tiles of
 * 6 inputs along an edge at most, see winograd.h. */
bool conv_suits(const struct kernels *kern, const struct conv_ops *ops,
                const struct conv *c);

/* A convolution with everything decided: by the wish, or the least cost. */
struct conv_plan {
    struct conv_task task[CONV_PASSES];
};

struct conv_plan conv_plan(const struct kernels *kern, const struct conv *c);

/* conv_blocks - may x and y of its calls be blocked? */
bool conv_blocks(const struct conv_plan *p);

/* conv_masks - may backward have `over`, y and dy being blocked? */
bool conv_masks(const struct conv_plan *p);

/* conv_work - bytes of scratch of a call of any number of samples; the last
 * conv_unlaid reals of them are not touched where the weights are laid out. */
int64_t conv_work(const struct conv_plan *p, bool backward);
int64_t conv_unlaid(const struct conv_plan *p, bool backward);

/* conv_laid - reals of the weights laid out for forward, or for dx; 0: they are
 * read as they are. */
int64_t conv_laid(const struct conv_plan *p, bool backward);

/* conv_lay - part `part` of LAY_PARTS of call->laid from call->weight, for all
 * calls to come; uses work. */
void conv_lay(const struct conv_plan *p, bool backward,
              const struct conv_call *call, int64_t part);

/* conv_macs - multiply-adds per sample of a task of a plan, as it is computed.
 */
double conv_macs(const struct conv_task *t);

/* conv_parts - into how many parts forward is to be cut for the call's crew. */
int64_t conv_parts(const struct conv_task *t, const struct conv_call *call);

void conv_forward(const struct conv_plan *p, const struct conv_call *call);
void conv_backward(const struct conv_plan *p, const struct conv_call *call);

/* For the algorithms: what prepare decided, `size` bytes, into the task and
 * back to where a call can complete it. */
void conv_keep(struct conv_task *t, const void *prepared, size_t size);
void conv_recall(const struct conv_task *t, void *prepared, size_t size);

/* conv_turn - the convolution of dy that gives dx: of the weights' transpose,
 * filters turned by half a turn, and the rest of the padding; false: a stride,
 * or more padding than that, and there is none. */
bool conv_turn(const struct conv *c, struct conv *turned);

/* Where a group's part of a sample begins in x and dx, and in y and dy. */
int64_t conv_input_at(const struct conv *c, int64_t sample, int64_t group);
int64_t conv_output_at(const struct conv *c, int64_t sample, int64_t group);

/* The same in the layouts of a call. */
int64_t conv_x_at(const struct conv_task *t, const struct conv_call *call,
                  int64_t sample, int64_t group);
int64_t conv_y_at(const struct conv_task *t, const struct conv_call *call,
                  int64_t sample, int64_t group);
