/*
 * fit.h - the training loop: epochs of batches, validation, best weights.
 *
 * Knows no files and no terminal: an observer is told what happened and saves
 * and prints.  What the observer does never reaches the numbers.  The state is
 * complete whenever the observer is called: saved there and given to fit_run
 * again, training goes on as if it had never stopped.
 *
 * The folder is over 5,000 lines because what is validated, saved and resumed
 * byte for byte is the same state that a step moves: apart they would share all
 * of it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "data/dataset.h"
#include "graph/graph.h"
#include "train/exchange.h"
#include "train/layer_log.h"
#include "train/monitor.h"
#include "train/state.h"
#include "train/step.h"

struct fit_config {
    struct step_config step;
    int64_t max_epochs; /* the schedule's length is its own */
    bool shuffle;    /* a new order each epoch, a function of (seed, epoch) */
    bool batch_mean; /* epoch values are plain means over batches, as the
                          tutorial's table, not weighted by samples */
    struct watch_config watch;
    uint64_t seed;
    bool log; /* tell the observer of the layers; step.measures is on */
    const struct metric_columns *columns; /* what is measured every epoch */
    bool binary; /* the one output stands for two classes */
};

struct fit_data {
    struct subset train;
    struct subset valid; /* count 0: no validation, its values are NaN */
    const struct normalization *norm;
    const double *class_weights; /* [classes] of the loss in training; NULL: all
                                    alike */
    const struct normalization *scale; /* of dataset_scale; NULL: none */
};

/* What is trained, on what, and by whom. */
struct fit_job {
    const struct fit_config *config;
    const struct graph *graph;
    const struct fit_data *data;
    const struct exchange *exchange;
};

struct fit_observer {
    void *context;
    /* After each epoch, its row being the last of the history: save, print.
     * Not OK ends training with that status. */
    enum status (*epoch_done)(void *context, const struct train_state *s,
                              struct err *e);
    /* After each batch of epoch s->epoch + 1, s->position saying how many:
     * `done` of `total` samples of the epoch.  Not OK ends training with that
     * status. */
    enum status (*batch_done)(void *context, const struct train_state *s,
                              int64_t done, int64_t total, struct err *e);
    /* Before epoch_done, with config.log: how the layers fare.  The log lives
     * until training ends, its rows are those of the last epoch told of. */
    void (*layers_done)(void *context, struct layer_log *log);
};

/*
 * fit_run - train from where the state stands to max_epochs, or until nothing
 * has become better for so long that early stopping ends it: state->watched
 * says so.
 *
 * The state holds initial weights, or those of an interrupted run, on entry.
 * Returns ERR_DIVERGED when a loss or weight is not finite (the observer has
 * seen only sound epochs), ERR_MEMORY, what the observer returned, or as the
 * store of pixels that are apart fails.
 */
MUST_USE enum status fit_run(const struct fit_job *job,
                             struct train_state *state,
                             const struct fit_observer *observer,
                             struct err *e);

/* fit_dry_run - one batch through training and validation, no observer. */
MUST_USE enum status fit_dry_run(const struct fit_job *job,
                                 struct train_state *state, struct err *e);
