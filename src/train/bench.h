/*
 * bench.h - how long the calls of every layer take in a real step.
 *
 * Random images and labels go through the training step and through inference
 * exactly as fit and predict run them; a clock watches the calls.
 */
#pragma once

#include "train/limit.h"
#include "train/step.h"

enum bench_pass { /* the calls of training, and inference */
                  BENCH_FORWARD = RUN_FORWARD,
                  BENCH_BACKWARD = RUN_BACKWARD,
                  BENCH_UPDATE = RUN_UPDATE,
                  BENCH_INFERENCE,
                  BENCH_PASSES,
};

struct bench_config {
    struct step_config step;
    bool training;  /* false: inference alone */
    double seconds; /* to spend, about; three batches are run at least */
};

/* Medians over the batches, in seconds.  A call's is the time that all threads
 * together spent in it, divided by their number, so that the calls and what is
 * between them add up to the batch. */
struct bench {
    double *calls;                  /* [graph.count][BENCH_PASSES]; 0: none */
    double training, inference;     /* of a whole batch; training 0: not run */
    struct exchange_spent exchange; /* of a whole batch in training */
    int64_t threads;
    struct limits limits; /* the better of before and after */
};

/* bench_run - the results live on `arena`; several processes train together,
 * and infer each for itself.  ERR_MEMORY. */
MUST_USE enum status bench_run(struct bench *out, const struct bench_config *c,
                               const struct graph *g, const struct exchange *x,
                               struct arena *arena, struct err *e);

/* bench_bytes - bytes that a call reads and writes of a batch's tensors, for
 * layers without multiply-adds, which the memory bounds: inputs once, or twice
 * where there are sums of them; outputs; what is kept for backward.  0: not
 * counted. */
double bench_bytes(const struct graph *g, int64_t node, enum bench_pass pass,
                   int64_t batch);

/* bench_flops - floating point operations of a call with a batch of `batch`
 * samples, a multiply-add being two: a gradient costs as much as the forward
 * pass, there are one or two of them, one where the layer is frozen; a batch
 * gradient is part of the update.
 * 0: not counted. */
double bench_flops(const struct graph *g, int64_t node, enum bench_pass pass,
                   int64_t batch);

/* bench_least - the seconds that a thread at its limit would need for those of
 * the algorithm that the plan chose, fewer in Winograd's.  0: not counted. */
double bench_least(const struct graph *g, int64_t node, enum bench_pass pass,
                   int64_t batch, struct limits limits);
