/*
 * fold.h - a network as inference runs it.
 *
 * A layer that only scales and shifts the channels of a linear layer's output
 * becomes part of that layer's weights: it costs nothing, and the result is the
 * same but for rounding.
 */
#pragma once

#include "graph/graph.h"

/* Node `affine` becomes part of node `linear`. */
struct fold_pair {
    int64_t linear, affine;
};

struct fold {
    const struct graph *of;
    struct graph graph; /* to be run, in inference alone: the same nodes, those
                           that are `affine` without a call; where each weight
                           lies, and those that are new behind the others */
    int64_t count;      /* 0: there is nothing to fold, graph is a copy */
    struct fold_pair *pairs; /* [count] */
    double *scale, *shift;   /* scratch, [channels] of any of them */
};

/* fold_build - what of `g`, which must outlive it, can be folded; nothing
 * unless g->folds.  Lives on `arena`.  ERR_MEMORY. */
MUST_USE enum status fold_build(struct fold *f, struct arena *arena,
                                const struct graph *g, struct err *e);

/* fold_weights - `folded` [graph.weight_size], overwritten, from the weights
 * [weight_size] of the network. */
void fold_weights(const struct fold *f, const real *weights, real *folded);
