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
    bool probable; /* as a last one: its outputs are probabilities */
    bool by_row;   /* softmax: couples the elements of a sample */

    /* Is f' no function of f(z)?  NULL: it always is one. */
    bool (*reads_z)(const void *config);

    /* y[0 .. rows*width) holds z and becomes f(z), in place.  NaN travels.  It
     * lies within 1e-6 of itself. */
    void (*forward)(const void *config, int64_t rows, int64_t width, real *y);

    /* dy becomes dz = dy * f'(z), in place, computed from y = f(z), or where
     * it reads_z from z, which stands in y's place and which somebody keeps. */
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

/* activation_gives_probabilities - of a last layer: how probable its classes
 * are? */
static inline bool activation_gives_probabilities(struct variant v)
{
    return activation_of(v)->probable;
}

/* activation_reads_z - must z be kept for the backward of `v`? */
static inline bool activation_reads_z(struct variant v)
{
    const struct activation_ops *ops = activation_of(v);

    return ops->reads_z && ops->reads_z(v.config);
}

/* activation_value - a parameter of it by its key, a number. */
double activation_value(struct variant v, const char *key);

/* A reads_z that is true. */
bool activation_always(const void *config);

/* For layers that apply it while they write their output. */
extern const struct activation_ops rectify_activation;
