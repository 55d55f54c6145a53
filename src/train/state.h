/*
 * state.h - everything that training changes: what a model file keeps.
 */
#ifndef TRAIN_STATE_H
#define TRAIN_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "graph/graph.h"
#include "update/update.h"

/* One line of the epoch table.  NaN where a number does not exist. */
struct history_row {
    int64_t epoch;                 /* from 1 */
    double train_loss, valid_loss; /* the objective: penalty included */
    double valid_accuracy;
    double train_data_loss, valid_data_loss, penalty;
    double learning_rate;
    double dur, images_per_second; /* seconds; never saved */
};

struct train_state {
    real *params, *buffers;           /* in training: the last ones */
    real *best_params, *best_buffers; /* what predict uses */
    real *slots[UPDATE_MAX_SLOTS];    /* NULL where the rule has fewer */
    int64_t epoch;                    /* finished epochs */
    int64_t best_epoch;               /* 0: none yet */
    double best_valid_loss;
    int64_t update_count;
    struct history_row *history; /* [epoch] */
    size_t history_room;
};

/* state_new - memory for graph and rule (`update` NULL: no slots), all 0. */
MUST_USE enum status state_new(struct train_state *s, const struct graph *g,
                               const struct update_ops *update, struct err *e);
void state_free(struct train_state *s);

/* state_keep_best - the weights of now become the best ones. */
void state_keep_best(struct train_state *s, const struct graph *g);

/* state_append - add a row to the history. */
MUST_USE enum status state_append(struct train_state *s,
                                  const struct history_row *row, struct err *e);

/* history_best_train, history_best_valid - does the last of `count` rows hold
 * the smallest loss so far?  Ties count, NaN never does. */
bool history_best_train(const struct history_row *rows, int64_t count);
bool history_best_valid(const struct history_row *rows, int64_t count);

#endif
