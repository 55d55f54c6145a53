/*
 * run.h - a slice of a batch through the network, forward and backward.
 *
 * Runs on the calling thread in memory that a plan laid out; total functions.
 */
#ifndef GRAPH_RUN_H
#define GRAPH_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "graph/graph.h"
#include "graph/plan.h"

struct run;

enum run_call { RUN_FORWARD, RUN_BACKWARD, RUN_UPDATE };

/* Told of every layer's call, for measuring and for looking for faults: before
 * it, and after it when y (forward) or dx and the parameters' gradients
 * (backward) are there.  Of an update tells who makes it; `r` is NULL then. */
struct run_watch {
    void *context;
    void (*before)(void *context);
    void (*after)(void *context, const struct run *r, int64_t node,
                  enum run_call call);
};

/* Where x and dy of a whole batch are kept for late gradients, see layer.h. */
struct run_late {
    real *const *x, *const *dy; /* [graph.count], NULL for the other nodes */
    int64_t first;              /* row of the batch that this run starts at */
};

struct run {
    const struct graph *graph;
    const struct plan *plan;       /* its `training` decides: noise, caches */
    unsigned char *lane;           /* plan.lane_bytes, 64-byte aligned */
    const real *params;            /* [param_size] */
    real *buffers;                 /* [buffer_size]; training may update them */
    uint64_t epoch;                /* training: from 1 */
    const struct run_watch *watch; /* NULL: nobody */
    struct run_late late;          /* x NULL: nothing is kept */
};

/* run_output - the output [batch, out..] of `node`, from its forward call until
 * its last reader's. */
const real *run_output(const struct run *r, int64_t node);

/* run_input - where the samples go: [batch, in...]. */
real *run_input(const struct run *r);

/*
 * run_forward - the output of `batch` samples that stand at run_input.
 *
 * samples [batch]        their numbers in the data set; training only
 * returns [batch, out..] before the output nonlinearity; valid, and may be
 *                        overwritten, until the next call
 */
real *run_forward(const struct run *r, int64_t batch, const int64_t *samples);

/* run_output_gradient - where the caller puts d loss / d output before
 * run_backward; NULL when there is nothing to train. */
real *run_output_gradient(const struct run *r);

/* run_backward - add the gradients of the last run_forward's samples to `grads`
 * [grad_size], and keep what late ones are computed from. */
void run_backward(const struct run *r, int64_t batch, const int64_t *samples,
                  real *grads);

#endif
