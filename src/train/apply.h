/*
 * apply.h - the gradients of a batch move the weights.
 *
 * Weights are cut into chunks, each a thread's work: its gradient is summed
 * over the slices, the penalty's is added and the rule applied while the
 * numbers are in cache.  With g the gradient of all trained weights, the
 * penalty's included, and w_r a filter of a convolution or a unit of a dense
 * layer:
 *
 *   clip_norm c   g *= c / |g|      where |g| > c, before the rule
 *   max_norm m    w_r *= m / |w_r|  where |w_r| > m, after it
 *
 * Norms are L2, of sums in double in an order that depends on the network
 * alone, as the cut into chunks does.  A clipped gradient waits for its norm in
 * a copy of its own.  Ref: Pascanu, Mikolov, Bengio 2013; Srivastava et al.
 * 2014, section 5.1.  Knows no samples and no loss.
 */
#pragma once

#include <stdbool.h>

#include "graph/run.h"
#include "train/exchange.h"
#include "train/norms.h"
#include "train/state.h"
#include "update/update.h"

struct apply {
    const struct graph *g;
    const struct exchange *x;
    struct penalty penalty;
    double clip_norm, max_norm; /* 0: none */
    bool measures;              /* gradient_norm is asked for */
    struct variant rule;
    int64_t chunk_count, limit_count;
    struct chunk *chunks;
    struct weight_sums *sums; /* [chunk_count] */
    double *squares;      /* [chunk_count] of the gradient; NULL: nobody asks */
    real *gradient;       /* [param_size] with clip_norm: the whole one */
    struct chunk *limits; /* [limit_count] whole rows that max_norm is of */
    const struct run_watch *watches; /* [threads]; NULL: nobody watches */
};

/* What the slices of a batch left. */
struct apply_batch {
    struct run run;  /* of any slice: plan, memory of the batch */
    int64_t rows;    /* of the batch */
    real *gradients; /* [slices][grad_size] of the own slices; overwritten */
    int64_t slices;  /* own ones; when 0, room for one all the same */
    unsigned char *work; /* [threads][work_bytes], apply_work at least */
    size_t work_bytes;
    double learning_rate, momentum;
};

struct apply_result {
    double penalty;       /* of the weights before the update */
    double gradient_norm; /* before it was clipped; NaN: not measured */
    bool finite;          /* all weights were, and are, numbers */
};

/* apply_work - bytes of scratch that a thread needs. */
size_t apply_work(const struct graph *g);

/* apply_limits - are there rows that max_norm is of? */
bool apply_limits(const struct graph *g);

/* apply_open - cut the weights; g, x, penalty, the norms and the rule are set,
 * and where clip_norm is, `gradient` has its memory.  The arena is to be
 * checked. */
void apply_open(struct apply *a, struct arena *arena);

/* apply_prepare - what the exchange needs for batches of the plan.
 * ERR_MEMORY. */
MUST_USE enum status apply_prepare(const struct apply *a, const struct plan *p,
                                   struct err *e);

/* apply_run - one update of state->params and slots. */
struct apply_result apply_run(struct apply *a, struct train_state *state,
                              const struct apply_batch *batch);

/* apply_penalty - the penalty of the weights as they are; *finite says whether
 * all of them are numbers. */
double apply_penalty(struct apply *a, const real *params, bool *finite);

/* apply_gradient_square - the square of the norm of a parameter's gradient in
 * the last apply_run, where it was measured. */
double apply_gradient_square(const struct apply *a, const struct param *p);

/* apply_bad_gradient - the parameter nearest to the output whose gradient,
 * summed and with the penalty's, was not finite in the last apply_run; NULL:
 * none. */
const struct param *apply_bad_gradient(const struct apply *a);
