/*
 * trial.h - one layer with memory of its own, called the way the graph does.
 */
#pragma once

#include "layer/layer.h"

enum { TRIAL_MOST_INPUTS = 4 };

struct trial {
    struct layer layer; /* layer.spec.why after a refusal */
    struct shape in[TRIAL_MOST_INPUTS];
    int64_t batch;
    int64_t slice; /* samples of a call; the whole batch at first */
    int64_t in_count, out_count; /* of the whole batch, all inputs */
    real *x,
        *dx; /* [in_count]: one input after the other, each [batch, in..] */
    real *y, *z, *dy, *dz; /* z: y before the nonlinearity that the layer does
                              not apply itself; dz: dy behind it */
    int64_t heir;          /* input whose dx lies on dz; -1 at first: none */
    real *param[LAYER_MAX_PARAMS], *grad[LAYER_MAX_PARAMS];
    real *buffer[LAYER_MAX_PARAMS];
    double *sums[DIRECTIONS], *slice_sums;
    int64_t param_size[LAYER_MAX_PARAMS];
    void *cache, *work;
    int64_t *samples; /* 0, 1, ... */
};

/* What is tried. */
struct trial_setup {
    const char *type; /* of the registry, or "sum" and "norm" of fake_layers */
    const void *config;
    const struct shape *in; /* [inputs] */
    int64_t inputs, batch;
    const struct conv_ops *convolution; /* NULL: auto */
};

/* trial_set_up - infer, and take memory.  The status is infer's. */
enum status trial_set_up(struct trial *t, const struct trial_setup *setup);

/* trial_open - the same for one input and `batch` samples. */
enum status trial_open(struct trial *t, const char *type, const void *config,
                       struct shape in, int64_t batch);

/* trial_open_as - the same with a wish for the convolution. */
enum status trial_open_as(struct trial *t, const char *type, const void *config,
                          struct shape in, int64_t batch,
                          const struct conv_ops *convolution);

/* trial_kernels - the instruction set that CNNCTL_KERNELS names, else the best;
 * trials compute with it. */
const struct kernels *trial_kernels(void);
void trial_close(struct trial *t);

/* trial_fill - x, parameters and dy become numbers in [-1, 1) of `seed`, no two
 * elements of x nearer than 1 / in_count; buffers at most 1/2 above their
 * values; gradients become 0; y and dx NaN. */
void trial_fill(struct trial *t, uint64_t seed);

/* trial_block - after trial_fill: x and dx, and y and dy, become blocked (see
 * tensor/blocked.h), and the counts what they have then; lanes beyond the
 * channels are NaN. */
void trial_block(struct trial *t, bool x, bool y);

/* trial_forward - all samples, slice by slice; _part - without sums, the
 * samples first .. first + batch. */
void trial_forward(struct trial *t, bool training);
void trial_forward_part(struct trial *t, bool training, int64_t first,
                        int64_t batch);

/* trial_backward - from dy to dx and grad, slice by slice; dx only if
 * `wants_dx`. */
void trial_backward(struct trial *t, bool wants_dx);
