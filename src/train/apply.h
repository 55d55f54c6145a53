/*
 * apply.h - the gradients of a batch move the weights.
 *
 * Weights are cut into chunks, each a thread's work: its gradient is summed
 * over the slices, the penalty's is added and the rule applied while the
 * numbers are in cache.  The cut depends on the network alone.  Knows no
 * samples and no loss.
 */
#pragma once

#include <stdbool.h>

#include "graph/run.h"
#include "train/exchange.h"
#include "train/state.h"
#include "update/update.h"

/* The terms l1 * sum |w| + l2 * sum w^2 over the regularizable weights. */
struct penalty {
    double l1, l2;
};

/* The two sums over a run of weights; they add up. */
struct weight_sums {
    double absolute, square;
};

struct apply {
    const struct graph *g;
    const struct exchange *x;
    struct penalty penalty;
    struct variant rule;
    int64_t chunk_count;
    struct chunk *chunks;
    struct weight_sums *sums;        /* [chunk_count] */
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
    double learning_rate;
};

/* apply_work - bytes of scratch that a thread needs. */
size_t apply_work(const struct graph *g);

/* apply_open - cut the weights; g, x, penalty and rule are set.  The arena is
 * to be checked. */
void apply_open(struct apply *a, struct arena *arena);

/* apply_run - one update of state->params and slots.  Returns the penalty of
 * the weights before it; *finite says whether all weights were, and are,
 * numbers. */
double apply_run(struct apply *a, struct train_state *state,
                 const struct apply_batch *batch, bool *finite);

/* apply_penalty - the penalty of the weights as they are; *finite says whether
 * all of them are numbers. */
double apply_penalty(struct apply *a, const real *params, bool *finite);

/* apply_bad_gradient - the parameter nearest to the output whose gradient,
 * summed and with the penalty's, was not finite in the last apply_run; NULL:
 * none. */
const struct param *apply_bad_gradient(const struct apply *a);
