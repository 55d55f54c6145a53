/*
 * layer.h - the contract of a layer type.
 *
 * One file per type, one line in registry.c: the folder is as large as there
 * are types.  A layer knows its parameters, shapes and arithmetic; it knows no
 * graph, no YAML text, no memory.  infer declares what the layer needs, the
 * graph's plan provides it, forward and backward use exactly what stands in
 * `struct pass` and nothing else.
 *
 * A batch goes through the network in slices, by several threads, so a call
 * sees the samples of one slice.  What a layer must know of the whole
 * batch are sums, which it declares with spec_sums: every slice leaves its own
 * (gather), they are added up in slice order, and one thread turns the totals
 * into what all slices then read (settle).
 *
 * All tensors are row-major with the batch outermost; shapes leave the batch
 * axis out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "activation/activation.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/rng.h"
#include "conf/registry.h"
#include "conv/conv.h"
#include "init/init.h"
#include "tensor/blocked.h"
#include "tensor/kernels.h"
#include "tensor/real.h"
#include "tensor/shape.h"

enum {
    LAYER_MAX_INPUTS = 64,
    LAYER_MAX_PARAMS = 4,
    LAYER_WHY_BYTES = 200,
    LAYER_PREPARED_BYTES = 2304,
};

/* What is computed: y, the gradients dx and of the parameters. */
enum layer_pass { LAYER_FORWARD, LAYER_DATA, LAYER_WEIGHTS, LAYER_PASSES };

enum direction { FORWARD, BACKWARD, DIRECTIONS };

/* A trained tensor, or a saved but untrained one: running statistics. */
struct param_spec {
    const char *name; /* PyTorch's word: "weight", "bias", "running_mean" */
    struct shape shape;
    struct variant init; /* trained: of init_kinds */
    double value;        /* untrained: all elements at the start */
    bool regularizable;  /* l1 and l2 apply */
    bool is_magnitude;   /* of a buffer: no number is below 0 */
};

/* What all layers of a graph compute with; given to infer in the spec. */
struct layer_engine {
    const struct kernels *kern;
    const struct conv_ops *convolution; /* the one for all convolutions that
                                           it fits; NULL: the fastest */
};

/* What infer declares.  Filled by the calls below, never by index. */
struct layer_spec {
    struct layer_engine engine; /* the graph's, before infer */
    bool frozen;                /* likewise: nothing of the layer is trained */
    struct shape out;
    struct param_spec params[LAYER_MAX_PARAMS];
    int64_t param_count;
    struct param_spec buffers[LAYER_MAX_PARAMS];
    int64_t buffer_count;
    struct variant nonlinearity; /* of activation_kinds; kind NULL: linear.
                                    The graph applies it to y in place after
                                    forward, unless layer_applies, and its
                                    derivative to dy before backward, unless
                                    layer_takes_dy */
    struct variant behind; /* rectify of the nonlinearity layer behind this one,
                              applied here; kind NULL: none; see graph.c */
    bool applied;          /* its nonlinearity is the `behind` of its input */
    uint64_t in_place;     /* bit k: y may be x[k], and dx[k] dy */
    enum {
        VIEW_NEVER,
        VIEW_INFERENCE, /* y is x[0]; in training it may be, as by in_place */
        VIEW_ALWAYS,
    } view;
    bool reads_blocked; /* x and dx may be blocked, see tensor/blocked.h */
    enum layout_written {
        WRITES_PLAIN,
        WRITES_AS_READ, /* y and dy as x and dx, all of them */
        WRITES_EITHER,
    } writes;
    bool masks_dy;              /* see layer_masks_dy */
    bool x_blocked, y_blocked;  /* decided by the graph, after infer */
    int64_t cache_per_sample;   /* bytes kept from forward to backward */
    int64_t work_bytes;         /* scratch of one call, per worker, training */
    int64_t infer_work_bytes;   /* the same for inference */
    int64_t laid[DIRECTIONS];   /* reals that ops.lay leaves for forward and for
                                  backward; 0: it is not called */
    int64_t unlaid[DIRECTIONS]; /* reals that a call for which it was not called
                                   needs at the end of its scratch */
    bool is_affine;             /* see ops.affine */
    bool blas[LAYER_PASSES];    /* the passes that need gemm_load */
    int64_t macs;               /* multiply-adds, forward, per sample */
    _Alignas(16) unsigned char prepared[LAYER_PREPARED_BYTES]; /* by infer */
    int64_t normalized; /* values of a sample that share a mean with each other
                           and, where there are sums, with those of the batch;
                           0: no mean is taken */
    int64_t sums[DIRECTIONS]; /* numbers that a slice leaves, in training */
    const char *why_key; /* on refusal: the key to blame, NULL: the layer */
    char why[LAYER_WHY_BYTES];
};

/* How outputs look at inputs along both axes, for the audit. */
struct layer_window {
    enum {
        WINDOW_NONE,  /* element-wise: passes field and jump through */
        WINDOW_CONV,  /* judged for capacity and coverage */
        WINDOW_POOL,  /* widens the field, judged for coverage display only */
        WINDOW_WHOLE, /* every output sees the whole image: dense */
    } kind;
    struct pair size, stride, dilation, pad; /* pad: leading cells */
    struct pair spread; /* cells of the output for one of the input: the stride
                           of a transposed convolution, the factor of an
                           upscaling, whose size is then in cells of the
                           output; {0, 0}: 1 */
    bool lopsided;      /* pad same of an even filter: one cell more after */
};

struct layer; /* ops, bound config, shapes */

/* The data of one call: a run of samples through one layer. */
struct pass {
    int64_t batch;        /* samples in this call, >= 1 */
    bool training;        /* noise on */
    const real *const *x; /* [inputs][batch, in...]   read; blocked where
                             spec.x_blocked, and y where spec.y_blocked */
    real *y;              /* [batch, out...]          forward: overwritten
                               without reading; backward: read if
                               backward_reads_y or layer_masks_dy, the
                               nonlinearity applied */
    const real *dy;       /* [batch, out...]          backward: read; already
                               passed through the nonlinearity's derivative,
                               unless layer_takes_dy or layer_masks_dy */
    real *const *dx; /* [inputs], NULL where nobody needs it; overwritten.  The
                        one that is dy (see in_place) must be the last that the
                        layer writes, or dy is gone */
    const real *const *param;  /* [param_count]          read */
    real *const *grad;         /* [param_count]            accumulated into; all
                                 are NULL where nobody needs them, and [0] may
                                 be, see batch_gradient */
    const real *const *buffer; /* [buffer_count] read */
    const double *sums[DIRECTIONS]; /* [spec.sums] read: what settle left of the
                                       whole batch; NULL: not settled yet, or
                                       inference, which has no batch */
    void *cache;        /* batch * cache_per_sample bytes, 64-byte aligned;
                           NULL when backward will not be called */
    void *work;         /* work_bytes, 64-byte aligned, content undefined */
    real *laid;         /* [spec.laid] what lay left for this direction, or lay
                           is to leave; NULL: it was not called */
    struct crew crew;   /* who may compute parts of the call, where there are
                           fewer samples than threads */
    struct rng_key rng; /* of (seed, "layer/NAME") */
    uint64_t epoch;     /* from 1 */
    const int64_t *samples; /* [batch] the samples' numbers in the data set:
                               with epoch and element, the random counter */
};

/* The end of a batch's sums, once for all slices and on one thread. */
struct settle {
    enum direction direction;
    int64_t batch;         /* samples of the whole batch */
    double *sums;          /* [spec.sums] the slices' totals on entry; on return
                              what the passes of this direction, and backward
                              those of forward, find in `sums` */
    const double *forward; /* [spec.sums] what forward's settle left */
    const real *const *param; /* [param_count] read */
    real *const *buffer;      /* [buffer_count] forward: may be updated */
    real *const *grad; /* [param_count] backward: gradients that are sums over
                          the batch are added here, and not in backward; each
                          may be NULL as in a pass; NULL: somebody else adds
                          them */
};

/* What a batch gradient is computed from. */
struct batch_pass {
    int64_t batch;      /* samples */
    int64_t slice_rows; /* sums run over so many samples each, and then over
                           these partial sums in order: the same bits as if
                           every slice had left its own */
    const real *x;      /* [batch, in..]   what forward read, the first input */
    const real *dy;     /* [batch, out..]  what backward was given; both are
                           readable for BATCH_SLACK reals beyond their end */
    int64_t first, count; /* rows of the parameter */
    real *grad;           /* [count, row]    overwritten */
};

enum { BATCH_SLACK = 16 };

/* What a layer is for, as pictures colour it; those that are not said to be of
 * another family arrange values. */
enum layer_family {
    FAMILY_SHAPE,
    FAMILY_INPUT,
    FAMILY_CONVOLUTION,
    FAMILY_POOLING,
    FAMILY_DENSE,
    FAMILY_NOISE,
    FAMILY_NORMALIZATION,
    FAMILY_ACTIVATION,
    FAMILY_MERGE,
    LAYER_FAMILIES
};

struct layer_ops {
    struct kind kind; /* name, doc, fields, config_size */
    enum layer_family family;
    int64_t min_inputs, max_inputs; /* 0: an input layer */
    bool backward_reads_x, backward_reads_y;
    bool fuses_rectify; /* forward applies rectify itself, where it is the
                           nonlinearity; backward gets dz as ever, unless
                           layer_masks_dy */
    bool fuses_slope;   /* gather and backward get dy instead, and find out
                           without y where rectify lets it pass */
    bool random;        /* draws numbers when training */
    bool cancels_bias;  /* a constant added to x does not reach y */
    bool activates;     /* a nonlinearity, and nothing else */
    bool drops;         /* zeroes inputs when training, scales the rest */
    bool is_linear;     /* channel c of y is row c of the first parameter times
                           x plus, where there is a second, its number c; then
                           the nonlinearity */

    /*
     * Build time: check the config against the input shapes, declare output,
     * parameters, memory.  The only call that may fail: `return
     * layer_refuse(spec, key, "...")` (ERR_CONFIG).  `in` has `inputs` shapes.
     */
    enum status (*infer)(const void *config, const struct shape *in,
                         int64_t inputs, struct layer_spec *spec);

    /* Run time: total functions; no allocation, no output, no failure.  The
     * bits of a sample's y in inference (training false) must not depend on
     * the other samples of the batch or on its place among them. */
    void (*forward)(const struct layer *l, const struct pass *p);
    void (*backward)(const struct layer *l, const struct pass *p);

    /* Optional, called where spec.laid is not 0: brings the parameters of `p`
     * into the form in which that direction reads them, part `part` of
     * LAY_PARTS of p->laid, which is overwritten; uses p->work. */
    void (*lay)(const struct layer *l, const struct pass *p, enum direction d,
                int64_t part);

    /*
     * For layers with sums; both NULL for others.  gather overwrites sums
     * [spec.sums[d]] with those of the pass's samples: forward from x, before
     * forward is called; backward from dy, and x and y where backward reads
     * them, before backward is called.  Neither is called in inference.
     */
    void (*gather)(const struct layer *l, const struct pass *p,
                   enum direction d, double *sums);
    void (*settle)(const struct layer *l, const struct settle *s);

    /* Of what computes otherwise in training than in inference: change a copy
     * of the config so that training too computes what inference does. */
    void (*still)(void *config);

    /*
     * Optional: the gradient of the first parameter, whose shape is [rows,
     * row], depends on x and dy alone.  Then nobody keeps one per slice: x and
     * dy of the whole batch are kept instead, which are much smaller, and rows
     * of the gradient are computed where the update uses them up.  backward is
     * called with grad[0] NULL, except where there is no batch around it.
     */
    void (*batch_gradient)(const struct layer *l, const struct batch_pass *p);

    /*
     * Optional, called where spec.is_affine: in inference channel c, along the
     * first axis, of y is nonlinearity(scale[c] * x + shift[c]), so that it may
     * become part of a linear layer before it.  Fills both [channels].
     */
    void (*affine)(const struct layer *l, const real *const *param,
                   const real *const *buffer, double *scale, double *shift);

    /* For the audit; NULL: element-wise. */
    struct layer_window (*window)(const void *config);

    /* How a pass is computed, for bench: "im2col"; NULL: there is one way. */
    const char *(*algorithm)(const struct layer *l, enum layer_pass pass);

    /* The multiply-adds of a sample, as that way computes them; NULL: those of
     * spec.macs in every pass. */
    double (*macs)(const struct layer *l, enum layer_pass pass);
};

/* In the row of most layers. */
#define ONE_INPUT .min_inputs = 1, .max_inputs = 1

/* A layer with everything decided, as forward and backward see it. */
struct layer {
    const struct layer_ops *ops;
    const char *name;
    const void *config;
    int64_t inputs;
    const struct shape *in; /* [inputs] */
    struct layer_spec spec;
};

REGISTRY_DECLARE(layer)
const struct layer_ops *layer_find(const char *name); /* NULL: there is none */

/* layer_window_of - how it looks at its input. */
static inline struct layer_window layer_window_of(const struct layer *l)
{
    return l->ops->window ? l->ops->window(l->config)
                          : (struct layer_window){.kind = WINDOW_NONE};
}

/* layer_macs - multiply-adds of a sample in a pass, as they are computed. */
static inline double layer_macs(const struct layer *l, enum layer_pass pass)
{
    return l->ops->macs ? l->ops->macs(l, pass) : (double)l->spec.macs;
}

/* layer_applies - does its forward itself apply the nonlinearity, or is there
 * none? */
static inline bool layer_applies(const struct layer *l)
{
    return !l->spec.nonlinearity.kind || l->spec.applied ||
           (l->ops->fuses_rectify &&
            activation_of(l->spec.nonlinearity) == &rectify_activation);
}

/* layer_takes_dy - does its backward itself apply the nonlinearity's
 * derivative, or is there none? */
static inline bool layer_takes_dy(const struct layer *l)
{
    return !l->spec.nonlinearity.kind || l->spec.applied ||
           (l->ops->fuses_slope && layer_applies(l));
}

/* layer_masks_dy - does its backward get dy all the same, with y, and masks it
 * by rectify's slope itself, while it reads it? */
static inline bool layer_masks_dy(const struct layer *l)
{
    return l->spec.masks_dy && l->spec.y_blocked && l->spec.nonlinearity.kind &&
           activation_of(l->spec.nonlinearity) == &rectify_activation;
}

/* Declarations for infer.  `regularizable` weights carry l1 and l2; buffers
 * begin with `value`, and no number of a magnitude is ever below 0. */
void spec_param(struct layer_spec *s, const char *name, struct shape shape,
                struct variant init, bool regularizable);
void spec_buffer(struct layer_spec *s, const char *name, struct shape shape,
                 double value, bool is_magnitude);
void spec_cache(struct layer_spec *s, int64_t bytes_per_sample);
void spec_work(struct layer_spec *s, int64_t training_bytes,
               int64_t inference_bytes);

/* spec_in_place - y may be x[k] and dx[k] may be dy: forward and backward read
 * an element before they write it, of input k and of nothing behind it. */
void spec_in_place(struct layer_spec *s, int64_t k);

/* spec_view - y has the elements of x[0] in their order: where the two are one,
 * there is nothing to do.  So has dx[0] those of dy.  VIEW_INFERENCE: in
 * training it is in_place and no more. */
void spec_view(struct layer_spec *s, bool in_training);

/* spec_blocked - x may be blocked, and y as `writes` says.  Of images alone. */
void spec_blocked(struct layer_spec *s, enum layout_written writes);

/* layer_reads, layer_writes - the layout of x[k] and dx[k]; of y and dy. */
struct layout layer_reads(const struct layer *l, int64_t k);
struct layout layer_writes(const struct layer *l);

/* pass_on - `count` elements as they are, unless they are there already. */
void pass_on(const real *from, real *to, int64_t count);

/* spec_prepared - room for what infer decides and forward and backward read:
 * geometry, algorithms.  `size` bytes, no pointer into them. */
void *spec_prepared(struct layer_spec *s, size_t size);

/* spec_sums - numbers that a slice leaves for the batch in each direction; 0:
 * none. */
void spec_sums(struct layer_spec *s, int64_t forward, int64_t backward);

/* layer_refuse - say why the config does not fit the input: "filter 5x5 does
 * not fit its 3x3 input (pad 0)".  Returns ERR_CONFIG. */
enum status layer_refuse(struct layer_spec *s, const char *key, const char *fmt,
                         ...) PRINTF_LIKE(3, 4);
