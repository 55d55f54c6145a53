/*
 * network.h - a trained network as inference runs it, for whoever writes it in
 * another form.
 *
 * What only scales and shifts is folded into the layers before it, outputs lie
 * where the memory plan of a single sample puts them, and beside it stand a few
 * samples with what `predict` makes of them, by which every form is verified.
 * Knows no form.
 */
#pragma once

#include "app/model.h"
#include "graph/fold.h"
#include "graph/plan.h"
#include "train/infer.h"

struct network {
    const struct model *model; /* in float32 */
    struct model plain;        /* it, unless it is the one that was read */
    struct graph own;          /* the model's, which allows folding */
    struct fold fold;          /* fold.graph is what is to be written */
    struct plan plan;          /* of it, for a sample */
    const real *weights;       /* [fold.graph.weight_size] */
    int64_t inputs;            /* numbers of a sample */
    int64_t outputs;     /* of an answer: two where one stands for a pair */
    const real *raw;     /* [REFERENCE_SAMPLES, inputs] as files hold them */
    const real *answers; /* [REFERENCE_SAMPLES, outputs] as predict gives
                              them: probabilities, scores, or numbers */
    double rounding; /* the largest difference between these answers and those
                        of the model as it is, in bfloat16; 0: it is float32 */
    struct arena arena;
};

/*
 * network_open - of the model of file `path`, which must still compute what it
 * computed when it was saved.  `folds`: what can be folded is.  Always to be
 * given back with network_close.
 * ERR_DATA: it does not, or what it computes is not finite; ERR_MEMORY.
 */
MUST_USE enum status network_open(struct network *n, const struct model *m,
                                  const char *path, bool folds,
                                  struct pool *pool, struct err *e);
void network_close(struct network *n);

/* How far an output may lie from what it stands for. */
#define NETWORK_TOLERANCE 1e-5

/* What becomes of the network's last outputs, in this order. */
struct network_answer {
    struct variant nonlinearity; /* kind NULL: none */
    bool is_pair;  /* {1 - p, p} of a probability, {0, s} of a score */
    bool probable; /* is it a probability? */
    struct normalization raw; /* y std + mean; count 0: it stays */
};
struct network_answer network_answer_of(const struct model *m);

/* network_answers - what `m` makes of REFERENCE_SAMPLES raw samples, as predict
 * has it: y [REFERENCE_SAMPLES, experiment_width].  ERR_MEMORY. */
MUST_USE enum status network_answers(const struct model *m, struct pool *pool,
                                     const real *raw, real *y, struct err *e);

/* network_logits - the same before the last nonlinearity; {0, z} of a pair, of
 * which softmax makes what predict gives. */
MUST_USE enum status network_logits(const struct model *m, struct pool *pool,
                                    const real *raw, real *y, struct err *e);
