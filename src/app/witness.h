/*
 * witness.h - the objective of a network in double precision, in a program that
 * computes in single.
 *
 * The sources of the network are compiled a second time with `real` double, as
 * for the tests of gradients, and linked into one object of which these
 * functions alone can be seen (see the Makefile).  So no type that holds a real
 * crosses over, and the network is told by its document.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "data/dataset.h"

struct witness;

/* What the objective is of. */
struct witness_batch {
    const char *document;        /* resolved configuration */
    const struct dataset *set;   /* its samples 0, 1, .. are the batch, as they
                                  are: normalized */
    const double *class_weights; /* [classes] of the loss; NULL: all alike */
    int64_t threads;
};

/* witness_new - for batches of this kind; `weights` [count] are those that the
 * objective is computed with, laid out as the program's and rounded to nothing.
 * ERR_MEMORY, ERR_INTERNAL: the network is another one. */
MUST_USE enum status witness_new(struct witness **out,
                                 const struct witness_batch *batch,
                                 const float *weights, int64_t count,
                                 struct err *e);
void witness_free(struct witness *w); /* NULL is allowed */

/* witness_objective - the loss of the batch in training, penalty included, with
 * weight `at` moved by `by`. */
double witness_objective(struct witness *w, int64_t at, double by);
