/*
 * infer.h - many samples through a network, deterministic and in parallel.
 *
 * Samples are cut into slices; a sample's output has the same bits whatever
 * shares its slice.  fit's validation, evaluate and predict all run here.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "base/pool.h"
#include "data/dataset.h"
#include "graph/graph.h"
#include "graph/run.h"
#include "loss/loss.h"
#include "metric/metric.h"

struct infer;

enum { INFER_ANY = INT32_MAX };

/* infer_new - for calls of at most `most` samples; INFER_ANY: of any number.
 * ERR_MEMORY. */
MUST_USE enum status infer_new(struct infer **out, const struct graph *g,
                               struct pool *pool, int64_t most, struct err *e);
void infer_free(struct infer *f); /* NULL is allowed */

/* What infer_new takes: weights as they are computed with, too. */
struct infer_bytes {
    size_t lanes, weights;
};

/* infer_bytes - for this many threads; for the memory plan. */
MUST_USE enum status infer_bytes(const struct graph *g, int64_t threads,
                                 int64_t most, struct infer_bytes *out,
                                 struct err *e);

/* infer_weights - what the next calls compute with: weights [weight_size],
 * which must stay as they are until then.  Not within a part of the pool. */
void infer_weights(struct infer *f, const real *weights);

/* infer_pair - from now on the one output of the network stands for two
 * classes: there are two outputs, of the first and of the second.  Of a
 * probability p these are 1 - p and p, of a score or logit s they are 0 and
 * s. */
void infer_pair(struct infer *f);

/* infer_watch - as step_watch. */
void infer_watch(struct infer *f, const struct run_watch *watches);

/* infer_shares - do all threads work on one layer's call at a time, where so
 * many samples are asked for?  Then one of them is watched. */
bool infer_shares(const struct infer *f, int64_t count);

/*
 * infer_outputs - outputs of `count` normalized samples.
 *
 * x  [count, in..]   read
 * y  [count, out..]  overwritten; the output nonlinearity applied:
 *                    probabilities where it is softmax; [count, 2] of a pair
 */
void infer_outputs(struct infer *f, int64_t count, const real *x, real *y);

/* infer_logits - the same before the output nonlinearity. */
void infer_logits(struct infer *f, int64_t count, const real *x, real *z);

/* What scores are computed with. */
struct scoring {
    const struct normalization *norm;
    struct variant loss; /* must fit the output nonlinearity; kind NULL: none
                            does, and the loss of a sample is NaN */
};

/*
 * infer_scores - what is known of every sample of a part with answers.
 *
 * scores  [part.count]         overwritten
 * y       [part.count, out..]  overwritten with the outputs, as infer_outputs
 *                              has them; NULL: nobody asks
 *
 * Fails only when the pixels of the samples are apart: as their store does.
 */
MUST_USE enum status infer_scores(struct infer *f, const struct subset *part,
                                  const struct scoring *with,
                                  struct score *scores, real *y, struct err *e);

/* infer_take_targets - the next infer_scores leaves inputs that are targets in
 * `targets` [part.count, in..]; of others it takes none.  Needed for their
 * losses. */
void infer_take_targets(struct infer *f, float *targets);

/* Outputs for fixed inputs, by which a model file proves that it computes what
 * it computed when it was saved. */
enum { REFERENCE_SAMPLES = 4 };

/* The name of the outputs' tensor in a model file. */
extern const char reference_name[];

/* reference_outputs - y [REFERENCE_SAMPLES, out..] of normally distributed
 * inputs that are a function of the seed; never of training data.  `y` is taken
 * from `arena`.  ERR_MEMORY. */
MUST_USE enum status reference_outputs(const struct graph *g, struct pool *pool,
                                       const real *weights, struct arena *arena,
                                       real **y, struct err *e);

/* infer_has_probabilities - are the outputs how probable the classes are? */
bool infer_has_probabilities(const struct graph *g);

/* infer_cut - above it an output says yes: 0.5 of probabilities, 0 of
 * scores. */
double infer_cut(const struct graph *g);

/* infer_argmax - index of the first maximum of y[0 .. width). */
int32_t infer_argmax(const real *y, int64_t width);
