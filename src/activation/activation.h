/*
 * activation.h - nonlinearities: element-wise functions and softmax.
 *
 * Flat arrays; no graph, no layers.  One file per function or one row.
 */
#pragma once

#include <stdint.h>

#include "conf/registry.h"
#include "tensor/real.h"

struct activation_ops {
    struct kind kind;
    bool by_row;           /* softmax: couples the elements of a sample */
    bool backward_reads_z; /* f' is no function of f(z) */

    /* y[0 .. rows*width) holds z and becomes f(z), in place.  NaN travels. */
    void (*forward)(const void *config, int64_t rows, int64_t width, real *y);

    /* dy becomes dz = dy * f'(z), in place, computed from y = f(z); for those
     * that say backward_reads_z from z, which stands in y's place and which
     * somebody must keep. */
    void (*backward)(const void *config, int64_t rows, int64_t width,
                     const real *y, real *dy);
};

extern const struct kind *const activation_kinds[]; /* ended by NULL */

/* activation_of - the ops behind a variant of activation_kinds; those of linear
 * when its kind is NULL. */
const struct activation_ops *activation_of(struct variant v);

/* activation_is_linear - is it the identity? */
static inline bool activation_is_linear(struct variant v)
{
    return activation_of(v) == activation_of((struct variant){0});
}

/* For layers that apply it while they write their output. */
extern const struct activation_ops rectify_activation;
