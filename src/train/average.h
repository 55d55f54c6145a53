/*
 * average.h - a second set of weights that follows the first.
 *
 *   a = d a + (1 - d) w    from 0, after every update, of trained weights
 *   a / (1 - d^t)          after t updates, what is used
 *
 * Computed in double and rounded once, as d and 1 - d rounded to single
 * precision do not add up to 1.  Frozen weights and buffers are those of the
 * first set.  Ref: Polyak and Juditsky 1992; the correction is that of Kingma
 * and Ba 2015, section 3.
 */
#pragma once

#include "conf/registry.h"
#include "graph/graph.h"

/* What `train.average` chooses from; ended by NULL. */
extern const struct kind *const average_kinds[];

struct average {
    double decay; /* d; 0: there is none */
    real *sums;   /* [param_size] a */
    real *values; /* [weight_size] of average_values */
};

/* average_decay - of a variant of average_kinds; 0: its kind is NULL. */
double average_decay(struct variant v);

/* average_new - memory for the weights of g, all 0; decay 0: none is taken. */
MUST_USE enum status average_new(struct average *a, const struct graph *g,
                                 double decay, struct err *e);
void average_free(struct average *a);

/* average_add - the weights [offset, offset + count) of `params` have made an
 * update. */
void average_add(const struct average *a, const real *params, int64_t offset,
                 int64_t count);

/* average_values - the set to use after `updates` of them, the last of which
 * left `params`; valid until the next call.  Before the first it is `params`.
 */
const real *average_values(const struct average *a, const struct graph *g,
                           const real *params, int64_t updates);
