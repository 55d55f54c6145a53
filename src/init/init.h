/*
 * init.h - initial values of parameters, Lasagne's formulas.
 *
 * fan: weights are [n1, n2, receptive...]: n1 outputs, n2 inputs (per group),
 * receptive = product of the rest (1 for dense).  Ref: Glorot and Bengio 2010,
 * eq. 16; He et al. 2015, eq. 10.
 */
#pragma once

#include "base/rng.h"
#include "conf/registry.h"
#include "tensor/real.h"
#include "tensor/shape.h"

struct init_ops {
    struct kind kind;
    int64_t min_axes; /* fewest axes of a shape that it has a meaning for: 2
                         where it needs n1 and n2; 0: any.  The graph refuses
                         parameters that have fewer. */

    /* value[0 .. shape_count(shape)) is overwritten; element i depends only on
     * (key, i, shape, config) and is the same for every type of `real` up to
     * rounding. */
    void (*fill)(const void *config, struct rng_key key, struct shape shape,
                 real *value);
};

REGISTRY_DECLARE(init)

/* constant: 0 and 1, for layers whose start is no choice. */
extern const struct variant init_zeros, init_ones;

/* init_fill - fill `value` by a variant of init_kinds. */
void init_fill(struct variant v, struct rng_key key, struct shape shape,
               real *value);
