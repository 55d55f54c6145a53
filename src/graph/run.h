/*
 * run.h - a slice of a batch through the network, segment by segment.
 *
 * Runs in memory that a plan laid out, on the calling thread and the crew that
 * shares the work of its layers, if there is one; total functions.
 * An inference plan has one segment, as has a network without sums.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"
#include "graph/graph.h"
#include "graph/plan.h"

struct run;

enum run_call { RUN_FORWARD = FORWARD, RUN_BACKWARD = BACKWARD, RUN_UPDATE };

/* Told of every layer's call, for measuring and for looking for faults: before
 * it, and after it when y (forward) or dx and the parameters' gradients
 * (backward) are there.  `r` is NULL after what leaves no tensor: the sums of a
 * slice for a call to come, an update. */
struct run_watch {
    void *context;
    void (*before)(void *context); /* NULL: not */
    void (*after)(void *context, const struct run *r, int64_t node,
                  enum run_call call);
};

/* watch_begin, watch_end - tell of a call, unless `w` is NULL. */
static inline void watch_begin(const struct run_watch *w)
{
    if (w && w->before)
        w->before(w->context);
}

static inline void watch_end(const struct run_watch *w, const struct run *r,
                             int64_t node, enum run_call call)
{
    if (w)
        w->after(w->context, r, node, call);
}

struct run {
    const struct graph *graph;
    const struct plan *plan; /* its `training` decides: noise, caches, sums */
    struct plan_memory memory;
    void *work;            /* plan.work_bytes, 64-byte aligned */
    struct crew crew;      /* see struct pass */
    const real *params;    /* [weight_size] */
    real *laid;            /* [plan.laid] of run_lay */
    int64_t rows;          /* samples, at most plan.rows.slice */
    const int64_t *ids;    /* [rows] their numbers in the data set; training */
    uint64_t epoch;        /* training: from 1 */
    int64_t segment;       /* of the plan, 0 .. cut_count */
    double *sums;          /* [plan.most_sums] of this slice, that the cut after
                              the segment asks for; NULL: they are not wanted */
    const double *settled; /* [plan.sum_count] of the cuts before */
    const struct run_watch *watch; /* NULL: nobody */
};

/* run_output - the output of `node`, rows of layer_writes, from its forward
 * call until its last reader's; of one that another is folded into (fold.h),
 * the other's. */
const real *run_output(const struct run *r, int64_t node);

/* run_input - where the samples go before segment 0: [rows, in...]. */
real *run_input(const struct run *r);

/* run_lays - into how many parts it is cut to lay out parameters for all calls
 * to come.  run_lay - one of them; of the run graph, plan, params, laid, work
 * and watch are read. */
int64_t run_lays(const struct plan *p);
void run_lay(const struct run *r, int64_t part);

/*
 * run_forward - the forward calls of the segment.
 *
 * returns [rows, out..]  from plan.loss_segment on: the output before the
 *                        output nonlinearity; valid, and may be overwritten,
 *                        until the next call
 */
real *run_forward(const struct run *r);

/* run_gradient - d loss / d output [rows, out..] of `node`, until its backward
 * call, of a node with a batch gradient until the end of the batch; NULL when
 * there is nothing to train.  The last node's is the caller's to fill in
 * plan.loss_segment. */
real *run_gradient(const struct run *r, int64_t node);

/* run_backward - the backward calls of the segment: add the gradients of the
 * samples to `grads` [grad_size], those of frozen layers left out; NULL: nobody
 * wants them. */
void run_backward(const struct run *r, real *grads);

/* run_batch_gradient - rows [first, first + count) of the gradient that `node`
 * computes from the whole batch, whose slices have all come to the end and
 * whose first row is the run's; `batch` samples.  grad [count, row] is
 * overwritten. */
void run_batch_gradient(const struct run *r, int64_t node, int64_t batch,
                        int64_t first, int64_t count, real *grad);

/*
 * run_settle - the end of segment r->segment, after all slices of a batch of
 * `batch` samples have come there.
 *
 * r        graph, plan, params and segment are read
 * settled  [sum_count]    the cut's totals become what r->settled gives to the
 *                         segments after it
 * weights  [weight_size]  the buffers may be updated
 * grads    [grad_size]    sums that are gradients are added; NULL: they are not
 */
void run_settle(const struct run *r, int64_t batch, double *settled,
                real *weights, real *grads);
