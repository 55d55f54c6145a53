/*
 * runs.h - the histories of trained models as curves over epochs.
 */
#pragma once

#include "figure/figure.h"
#include "train/state.h"

struct kernels;

enum { RUN_MAX_COLUMNS = 2 };

/* A run: some columns of its history. */
struct run_curves {
    const char *name;                       /* of its file */
    int64_t count;                          /* of epochs */
    const double *epochs;                   /* [count] from 1 on, rising */
    const double *columns[RUN_MAX_COLUMNS]; /* [count]; NaN: not measured */
    int64_t best;                           /* the row of the best epoch; -1 */
};

/* run_losses_of - training and validation loss of a run; on `arena`, to be
 * checked. */
void run_losses_of(struct run_curves *r, const char *name,
                   const struct train_state *s, struct arena *arena);

/* run_losses_read - the same of a model file.  ERR_DATA: it was never trained;
 * and as model_read fails. */
MUST_USE enum status run_losses_read(struct run_curves *r, const char *path,
                                     const struct kernels *kern,
                                     struct arena *arena, struct err *e);

/*
 * run_metric_read - the column of a model's history that `word` means, its key
 * ("valid_accuracy", "learning_rate") or a metric's without "valid_".  *key is
 * its whole key.
 *
 * ERR_USAGE, naming those that there are, when the history has no number of it
 * or `word` is NULL; else as run_losses_read.
 */
MUST_USE enum status run_metric_read(struct run_curves *r, const char *path,
                                     const char *word, const char **key,
                                     const struct kernels *kern,
                                     struct arena *arena, struct err *e);

/* losses_figure - training and validation loss per epoch, the best epoch of
 * each run marked: of several runs, a colour each, training is dashed.  On
 * `arena`, to be checked. */
void losses_figure(struct figure *f, const struct run_curves *runs,
                   int64_t count, struct arena *arena);

/* metric_figure - the first column, called `key`, likewise. */
void metric_figure(struct figure *f, const char *key,
                   const struct run_curves *runs, int64_t count,
                   struct arena *arena);
