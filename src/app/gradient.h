/*
 * gradient.h - is the gradient that trains a network that of its loss?
 *
 * The gradient of one batch, as the training step computes it in single
 * precision, against central differences (f(w + h) - f(w - h)) / 2h of the
 * objective in double precision (witness.h), h = 2^-25: so small that hardly a
 * unit passes a kink of its nonlinearity on the way.  The weights are moved at
 * random by a hundredth, so that no unit stands exactly where its nonlinearity
 * has no derivative, as rectify at 0 does wherever an image is empty and biases
 * are 0.
 *
 * An element's error is |gradient - difference| divided by the largest of both,
 * of the root mean square of its parameter's gradient, and of a hundredth of
 * that of the largest parameter's: what is zero in theory, as a bias before
 * batch normalization, is rounding in both.
 */
#pragma once

#include "app/samples.h"
#include "document/experiment.h"

enum { GRADIENT_CHECKED = 4 }; /* elements of every parameter */

/* The largest error that rounding may make. */
extern const double gradient_tolerance;

/* The worst element of a parameter. */
struct gradient_row {
    const struct param *param;
    int64_t checked; /* elements */
    int64_t at;
    double gradient, difference, error;
};

struct gradient_check {
    struct gradient_row *rows; /* [count] trained parameters */
    int64_t count, samples;
    int64_t worst; /* a row; -1: nothing is trained */
};

/* Who is told how far it is. */
struct gradient_progress {
    void (*done)(void *context, int64_t done, int64_t total);
    void *context;
};

/* gradient_run - check the network of x with `weights` [weight_size] on the
 * first samples of the training part, as many as a batch has.  The rows live on
 * `arena`.  ERR_MEMORY; ERR_DIVERGED: the loss is no number. */
MUST_USE enum status gradient_run(struct gradient_check *out,
                                  const struct experiment *x,
                                  const struct samples *samples,
                                  const real *weights, struct pool *pool,
                                  const struct gradient_progress *progress,
                                  struct arena *arena, struct err *e);
