/*
 * epochs.h - what fit says of every epoch: a line of the tutorial's table, and
 * one of JSON for --metrics.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "train/layer_log.h"
#include "train/state.h"

struct epoch_style {
    const struct metric_columns *columns; /* of metrics */
    bool colour, narrow; /* narrow: no wider than the titles, 59 characters with
                            accuracy alone */
};

/* epoch_table_width - characters of a line that is not narrow. */
int64_t epoch_table_width(const struct metric_columns *columns);

/* epoch_table_head - append titles and dashes. */
void epoch_table_head(struct text *out, struct epoch_style style);

/* epoch_table_row - append the line of the last of `count` >= 1 rows.  With
 * `colour` the best training loss so far is cyan, the best validation loss
 * green.  Numbers too wide for their column shift their own line only. */
void epoch_table_row(struct text *out, const struct history_row *rows,
                     int64_t count, struct epoch_style style);

struct epoch_log { /* initialise with {.fd = -1} */
    const char *path;
    int fd;          /* -1: none */
    const char *key; /* "fold" or "seed", that tells runs apart; NULL: one run
                        alone */
    int64_t number;  /* the run whose lines are added */
    bool goes_on;    /* lines of other runs may be there: they are kept */
};

/*
 * epoch_log_open - an empty file, or, where `resumed` has finished epochs, one
 * with exactly a line for each of them: the lines that are there are kept,
 * later ones dropped, missing ones written from the history without times.
 * They stand behind those of other runs, so that a series that goes through its
 * runs leaves them in order.  ERR_CANTCREATE, ERR_IO, ERR_MEMORY.
 */
MUST_USE enum status epoch_log_open(struct epoch_log *log, const char *path,
                                    const struct train_state *resumed,
                                    struct err *e);

/* epoch_log_add - append a line about the last epoch with one write; nothing
 * when there is no log.  `layers` NULL: nothing is known of them. */
MUST_USE enum status epoch_log_add(const struct epoch_log *log,
                                   const struct train_state *state,
                                   const struct layer_log *layers,
                                   struct err *e);

void epoch_log_close(struct epoch_log *log);
