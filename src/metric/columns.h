/*
 * columns.h - the metrics that a run measures after every epoch.
 *
 * The order of the epoch table, of --metrics and of the history: first what
 * always has a column, then what `train.metrics` asks for, then the same of the
 * training part where `train.train_metrics` wants it.
 */
#pragma once

#include "metric/metric.h"

/* The most that a row of the history has room for. */
enum { METRIC_MAX_COLUMNS = 16 };

struct metric_column {
    struct variant of;
    bool of_train; /* measured on the training part */
};

struct metric_columns {
    enum target_kind kind;
    int64_t count;
    struct metric_column at[METRIC_MAX_COLUMNS];
};

/* metric_columns_of - those of a run that learns `kind`; false: there are more
 * than METRIC_MAX_COLUMNS, and the last ones are left out. */
bool metric_columns_of(struct metric_columns *out, enum target_kind kind,
                       const struct variant_list *asked, bool train_too);

/* metric_column_exists - the first one has a place in every history; where
 * there are no classes it is NaN, and no column of a table. */
bool metric_column_exists(const struct metric_columns *c, int64_t i);

/* metric_columns_read - does any of them read outputs, not scores alone? */
bool metric_columns_read(const struct metric_columns *c);

/* metric_columns_train - is any of them of the training part? */
bool metric_columns_train(const struct metric_columns *c);

/* metric_column_title - append what it is called in a table: "valid acc", "f1",
 * "top 3", "train f1". */
void metric_column_title(struct text *out, const struct metric_column *c);

struct metric_key {
    char text[64];
};

/* metric_column_key - its key: "valid_accuracy", "valid_top_3", "train_f1".
 * Takes no memory, on which what is read and saved would depend. */
struct metric_key metric_column_key(const struct metric_column *c);

/* metric_columns_find - the column that a word means, its key or its key
 * without "valid_": "f1", "top_3", "valid_f1", "accuracy"; -1: none does.
 * metric_of(..)->small_is_good says which way is better. */
int64_t metric_columns_find(const struct metric_columns *c, const char *word);
