/*
 * monitor.h - the number by which epochs are compared, and how long it has not
 * become better: what is best, what plateau and early stopping wait for.
 *
 * All of it is a function of the history.  Knows no network and no files.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "schedule/schedule.h"
#include "train/state.h"

/* A number of a history row. */
struct monitor {
    int64_t column; /* of row.metrics; -1: valid_loss */
    bool small_is_good;
};

/* What is waited for, and for how long. */
struct wait_config {
    struct monitor monitor;
    int64_t patience; /* epochs; 0: nobody waits */
    double min_delta; /* an improvement is more than this */
};

/* What a run takes from its history. */
struct watch_config {
    struct monitor best;         /* decides which epoch is the best one */
    bool keeps_last;             /* it does not: the last one is */
    struct wait_config stopping; /* early_stopping */
    struct wait_config plateau;  /* of the schedule */
    struct schedule schedule;
};

/* monitor_find - the number called `name`, "accuracy" or "valid_accuracy";
 * NULL: valid_loss.  False: a run with these columns has no such number. */
bool monitor_find(struct monitor *out, const char *name,
                  const struct metric_columns *columns);

/* monitor_list - append the names there are, with commas between. */
void monitor_list(struct text *out, const struct metric_columns *columns);

double monitor_value(struct monitor m, const struct history_row *row);

/* monitor_is_better - by more than `delta`; NaN never is, and is worse than any
 * number. */
bool monitor_is_better(struct monitor m, double value, double than,
                       double delta);

/* watch_see - the last epoch of the history has ended. */
void watch_see(const struct watch_config *c, struct train_state *s);

/* watch_replay - what all epochs of the history leave. */
void watch_replay(const struct watch_config *c, struct train_state *s);

/* watch_judges - is the epoch compared with the best one?  Else, without
 * samples that validate too, it takes its place. */
bool watch_judges(const struct watch_config *c, const struct history_row *row);

/* watch_best_fits - is the best epoch the one that its history makes it, as far
 * as its epochs were judged as `c` does? */
bool watch_best_fits(const struct watch_config *c, const struct train_state *s);

/* watch_fits - is what was read with the state what its history leaves?  A
 * history with gaps is believed. */
bool watch_fits(const struct watch_config *c, const struct train_state *s);
