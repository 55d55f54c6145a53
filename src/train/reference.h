/*
 * reference.h - outputs for fixed inputs, by which a model file proves that it
 * computes what it computed when it was saved.
 */
#ifndef TRAIN_REFERENCE_H
#define TRAIN_REFERENCE_H

#include "train/infer.h"

enum { REFERENCE_SAMPLES = 4 };

/* The name of the outputs' tensor in a model file. */
extern const char reference_name[];

/* reference_outputs - y [REFERENCE_SAMPLES, out..] of normally distributed
 * inputs that are a function of the seed; never of training data.  `y` is taken
 * from `arena`.  ERR_MEMORY. */
MUST_USE enum status reference_outputs(const struct graph *g, struct pool *pool,
                                       const struct weights *w,
                                       struct arena *arena, real **y,
                                       struct err *e);

#endif
