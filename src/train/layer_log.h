/*
 * layer_log.h - how the layers fare while they are trained, for whoever wants
 * to see it; where nobody does it is not there.
 *
 *   weight_norm    |w|, L2 over the layer's learnable numbers, after the
 *   update_norm    |w - w'|            last update of the epoch, in which
 *   gradient_norm  |g|                 w' became w: penalty included, before
 *                                      it was clipped
 *   dead           share of the layer's units (channels of an image) whose
 *                  output after rectify was never above 0 in any cell for any
 *                  training sample of the epoch
 *
 * What does not exist is NaN: norms of layers without learnable numbers,
 * update_norm and gradient_norm of frozen ones, dead where there is no rectify
 * and in an epoch that was not trained in one go.  The numbers are the same for
 * any number of threads and processes.
 */
#pragma once

#include "base/text.h"
#include "train/step.h"

struct layer_row {
    const char *name;
    double weight_norm, update_norm, gradient_norm, dead;
};

struct layer_log {
    struct layer_row *rows; /* [count] of layers with any of these */
    int64_t count;
    struct layer_watch *watch;
};

/* layer_log_new - for training steps of `g` on `threads` threads, which must
 * measure the norm of the gradient.  ERR_MEMORY. */
MUST_USE enum status layer_log_new(struct layer_log *log, const struct graph *g,
                                   int64_t threads, struct err *e);
/* layer_log_bytes - what it takes, for the memory plan. */
size_t layer_log_bytes(const struct graph *g);
void layer_log_free(struct layer_log *log); /* all 0 is allowed */

/* layer_log_watches - for step_watch. */
const struct run_watch *layer_log_watches(const struct layer_log *log);

/* layer_log_begin - an epoch begins, or what is left of one. */
void layer_log_begin(struct layer_log *log, bool is_whole);

/* layer_log_before - the last update of the epoch is next: weights
 * [param_size] before it. */
void layer_log_before(struct layer_log *log, const real *weights);

/* layer_log_after - and after it, which fills the rows. */
void layer_log_after(struct layer_log *log, const struct step *s,
                     const real *weights);

/* layer_log_warn - append a line for every layer that has stopped to learn or
 * does not converge, of each kind once in the life of the log. */
void layer_log_warn(struct layer_log *log, struct text *out);
