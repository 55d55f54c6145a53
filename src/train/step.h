/*
 * step.h - one update: a batch forward and backward, one move of the weights.
 *
 * The batch is cut into slices of a fixed number of rows.  Each slice is
 * computed by one thread, or by several that share the work of its layers (see
 * step_crew), and leaves gradients of its own, which are added in slice order.
 * So the bits do not depend on the number of threads, and a slice needs nothing
 * of another: sample numbers in, partial sums out.  Where a layer needs sums
 * over the batch, all slices come to it before one goes on.
 */
#pragma once

#include <stdint.h>

#include "augment/augment.h"
#include "base/err.h"
#include "data/dataset.h"
#include "graph/graph.h"
#include "graph/run.h"
#include "loss/loss.h"
#include "train/apply.h"
#include "train/state.h"
#include "update/update.h"

struct step_config {
    int64_t batch_size; /* the largest batch */
    int64_t slices;     /* that a full batch is cut into */
    bool of_inputs;     /* what is to be learnt is the input */
    struct penalty penalty;
    double clip_norm, max_norm; /* of apply.h; 0: none */
    bool measures;              /* gradient_norm is asked for */
    size_t apart; /* bytes of a pixel of samples whose pixels are not in
                     memory; 0: they are */
    struct variant loss, update;
    struct augment_config augment;
};

struct step_sizes {                         /* bytes, for the memory plan */
    size_t gradients, activations, scratch; /* scratch: staged pixels too */
    size_t weights;                         /* as they are computed with */
    size_t lanes;                           /* copies of the activations, */
    bool of_slice; /* one per slice, which waits for others; else per thread */
};

struct step_batch {
    const struct dataset *set;
    const struct subset *part; /* that trains; NULL unless samples are mixed */
    const struct normalization *norm;
    const int64_t *ids;             /* [count] samples of the set */
    int64_t count;                  /* 1 .. batch_size */
    int64_t epoch;                  /* from 1 */
    double learning_rate, momentum; /* of update_step */
    bool only_loss;                 /* no backward pass and no update */
    const double *class_weights;    /* [classes] that a sample counts with;
                                       NULL: all alike */
};

struct step_result {
    double data_loss;     /* weighted mean over the batch, before the update */
    double penalty;       /* of the weights before the update */
    double gradient_norm; /* before it was clipped; NaN: not measured */
    bool finite;          /* the loss, and the weights after the update */
};

struct step;

/* step_sizes_of - what step_new will take for this many threads in each of so
 * many processes, in the one with most slices. */
MUST_USE enum status step_sizes_of(const struct step_config *c,
                                   const struct graph *g, int64_t threads,
                                   int64_t processes, struct step_sizes *out,
                                   struct err *e);

/* step_new - all memory of the training loop; nothing allocates after it.  `x`
 * lives as long as the step. */
MUST_USE enum status step_new(struct step **out, const struct step_config *c,
                              const struct graph *g, const struct exchange *x,
                              struct err *e);
void step_free(struct step *s); /* NULL is allowed */

/* step_load - to be called before step_run when the pixels of the set are
 * apart, else without effect: have the pixels of the batch.  Those of the next
 * one, the `left` samples that follow in batch->ids as far as a batch goes, are
 * read while step_run computes.  Fails as the set's store does. */
MUST_USE enum status step_load(struct step *s, const struct step_batch *batch,
                               int64_t left, struct err *e);

/* step_waited - seconds that step_load has taken so far. */
double step_waited(const struct step *s);

/* step_run - one update of state->params and slots.  When the loss is not
 * finite the weights have not been moved, though layers may have updated their
 * buffers. */
struct step_result step_run(struct step *s, struct train_state *state,
                            const struct step_batch *batch);

/* step_bad_gradient - the parameter nearest to the output whose gradient,
 * summed and with the penalty's, was not finite in the last step_run; NULL:
 * none. */
const struct param *step_bad_gradient(const struct step *s);

/* step_watch - from now on tell watches[worker] of every call, `watches` being
 * as many as the pool has threads; NULL: nobody.  Costs nothing when off. */
void step_watch(struct step *s, const struct run_watch *watches);

/* A slice of the batch that step_run has met last. */
struct step_slice {
    struct run run; /* its rows; run.rows 0: there is no such slice */
    bool is_own;    /* computed by this process */
    int64_t bad;    /* of its parameters with a gradient that step_run left not
                       finite, the one nearest to the output, batch gradients
                       left out; -1: none */
};

/* step_slice_of - slice number `slice`.  What the run shows of a node is the
 * memory of batch gradients alone. */
struct step_slice step_slice_of(struct step *s, const struct train_state *state,
                                const struct step_batch *batch, int64_t slice);

/* step_replay - compute its forward pass again, with the sums over the batch
 * that step_run has settled and `watch` watching.  No weight moves. */
void step_replay(struct step *s, const struct train_state *state,
                 const struct step_batch *batch, int64_t slice,
                 const struct run_watch *watch);

/* step_exchange - step_new's. */
const struct exchange *step_exchange(const struct step *s);

/* step_penalty - the penalty of the weights [weight_size]; *finite says whether
 * all of them are numbers. */
double step_penalty(struct step *s, const real *weights, bool *finite);

/* step_gradient - [param_size] the gradient of the last step_run, the penalty's
 * included, as it was applied; with clip_norm alone. */
const real *step_gradient(const struct step *s);

/* step_gradient_square - the square of the norm of a parameter's gradient in
 * the last step_run, where it was measured. */
double step_gradient_square(const struct step *s, const struct param *p);

/* Of the step itself: how a batch is cut. */
struct plan_rows step_rows_of(const struct step_config *c, int64_t threads);

/* step_slice_count - slices that a batch really has: 10 rows in 8 slices make 5
 * of 2. */
int64_t step_slice_count(const struct plan *p, int64_t rows);

/* step_crew - who computes slices and who the layers of one: where at least two
 * threads are there for each slice, they share the work of its layers, one
 * slice after the other. */
struct step_crew {
    struct crew slices, layers;
};
struct step_crew step_crew(int64_t slices, struct pool *pool,
                           size_t work_bytes);

/* step_lane_count - a slice that waits for others keeps its lane; else one per
 * thread is enough, and stays in its cache. */
size_t step_lane_count(const struct plan *p, int64_t slices, int64_t threads);

/* step_work_bytes - scratch of a thread: of a layer's call, or for a batch
 * gradient's chunk. */
size_t step_work_bytes(const struct plan *p, const struct graph *g);
