/*
 * slopes.h - how the logarithm of a probability depends on the input.
 *
 *   dx = d log p / d x
 *
 * p is what inference computes: nothing is dropped, batch normalization takes
 * the running statistics.  Softmax and sigmoid are differentiated together with
 * the logarithm, so that a confident output keeps its digits.
 *
 * Ref: Simonyan, Vedaldi, Zisserman: Deep Inside Convolutional Networks, 2013,
 * who take the score before the softmax; the logarithm is nolearn's.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/pool.h"
#include "graph/graph.h"

/* Samples, and the outputs whose probability is meant. */
struct slope_rows {
    int64_t count;
    const real *x;     /* [count, in..] normalized */
    const int64_t *of; /* [count] outputs, below the network's; of a pair 0 or
                          1: the first or the second class */
    bool pair;         /* the one output stands for two classes: p is that of
                          the second, 1 - p of the first */
};

/* slopes_of - dx [count, in..], overwritten.  The outputs of `g` must be
 * probabilities.  The same bits for any number of threads.  ERR_MEMORY. */
MUST_USE enum status slopes_of(const struct graph *g, const real *weights,
                               const struct slope_rows *rows, real *dx,
                               struct pool *pool, struct err *e);
