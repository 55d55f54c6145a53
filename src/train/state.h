/*
 * state.h - everything that training changes: what a model file keeps.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "graph/graph.h"
#include "metric/columns.h"
#include "train/average.h"
#include "update/update.h"

/* One line of the epoch table.  NaN where a number does not exist. */
struct history_row {
    int64_t epoch;                      /* from 1 */
    double train_loss, valid_loss;      /* the objective: penalty included */
    double metrics[METRIC_MAX_COLUMNS]; /* of the run's columns */
    double train_data_loss, valid_data_loss, penalty;
    double learning_rate;
    double gradient_norm;          /* mean over the updates, before they were
                                      clipped; NaN: not measured, no key */
    double dur, images_per_second; /* seconds; never saved */
};

/* A mean over batches in the making: sum of weighted values and of weights. */
struct batch_mean {
    double sum, weight;
};

/* Where in the running epoch training stands; all 0 between epochs. */
struct epoch_position {
    int64_t batches; /* done in this epoch */
    struct batch_mean loss, data_loss;
    double gradient_norm; /* sum over the updates; NaN: not of all of them */
};

/* Since when nothing has become better. */
struct waiting {
    double best;   /* value of the last epoch that was better; NaN: none was */
    int64_t since; /* that epoch, or a later one from which epochs count */
};

/* What plateau and early stopping make of the history: see train/monitor.h. */
struct watched {
    bool known;   /* as far as the history goes */
    bool reduces; /* plateau is waiting */
    bool stops;   /* early stopping is waiting, */
    bool stopped; /* and need not wait any more */
    struct waiting plateau, stopping;
    double rate; /* where plateau has brought the learning rate */
};

struct train_state {
    real *params;      /* [weight_size] in training: the last ones */
    real *best_params; /* of best_epoch; undefined while 0 */
    real *slots[UPDATE_MAX_SLOTS];  /* NULL where the rule has fewer */
    struct average average;         /* of the last ones */
    int64_t epoch;                  /* finished epochs */
    struct epoch_position position; /* in epoch + 1 */
    int64_t best_epoch;             /* 0: none yet */
    int64_t judged_from; /* epochs after this one were judged as those to come
                            are: by one monitor, or not at all; 0: all were */
    int64_t update_count;
    struct history_row *history; /* [history_count], by epoch, the last one's
                                    last; of every epoch in a run that has not
                                    been resumed after very many */
    int64_t history_count;
    size_t history_room;
    const struct metric_columns *columns; /* of the history */
    struct watched watched;
};

/* state_new - memory for graph and rule (`update` NULL: no slots), all 0.
 * `columns`, of the history, live as long; NULL: it stays empty.  Who wants an
 * average fills it with average_new. */
MUST_USE enum status state_new(struct train_state *s, const struct graph *g,
                               const struct update_ops *update,
                               const struct metric_columns *columns,
                               struct err *e);
void state_free(struct train_state *s);

/* state_current - the weights of now to validate and to predict with: the last
 * ones or their average, which is valid until it is asked for again. */
const real *state_current(const struct train_state *s, const struct graph *g);

/* state_keep_best - they become the best ones. */
void state_keep_best(struct train_state *s, const struct graph *g);

/* state_predicting - the weights to predict with: the best ones, or those of
 * now while there are none. */
const real *state_predicting(const struct train_state *s,
                             const struct graph *g);

/* state_best - the row of the best epoch; NULL while there is none. */
const struct history_row *state_best(const struct train_state *s);

/* state_append - add a row to the history: its epoch is finished. */
MUST_USE enum status state_append(struct train_state *s,
                                  const struct history_row *row, struct err *e);
