/*
 * history.h - rows of the epoch table as JSON, for model files and --metrics.
 */
#pragma once

#include <stdbool.h>

#include "codec/json.h"
#include "train/state.h"

enum { HISTORY_KEY_BYTES = 64 };

/* A number of a row. */
struct history_cell {
    char key[HISTORY_KEY_BYTES]; /* "valid_loss", "valid_accuracy" */
    double *at;
    bool is_time;     /* no model file holds it */
    bool is_optional; /* NaN: it has no key */
};

/* history_cell - number `i` behind the epoch, in the order of --metrics; false
 * when there are fewer. */
bool history_cell(const struct metric_columns *columns, struct history_row *row,
                  int64_t i, struct history_cell *out);

/* The most numbers of a row. */
enum { HISTORY_MAX_CELLS = METRIC_MAX_COLUMNS + 32 };

/* history_shown - which cells of `rows` are columns of a table: those with a
 * number in any of them, or always one, but no times. */
void history_shown(const struct metric_columns *columns,
                   const struct history_row *rows, int64_t count,
                   bool shown[HISTORY_MAX_CELLS]);

/* history_put_row - a map of the row's numbers inside an open list, or as the
 * document itself.  NaN becomes null.  `times`: with dur and images_per_second,
 * which no model file holds. */
void history_put_row(struct json_writer *w,
                     const struct metric_columns *columns,
                     const struct history_row *row, bool times);

/* history_put_cells - the same into a map that is open. */
void history_put_cells(struct json_writer *w,
                       const struct metric_columns *columns,
                       const struct history_row *row, bool times);

/* history_read_row - the reverse, without times.  False when `map` is no such
 * row. */
MUST_USE bool history_read_row(const struct json *map,
                               const struct metric_columns *columns,
                               struct history_row *row);

/* The most rows that a model file needs to hold. */
enum { HISTORY_ROWS = 1 << 14 };

/*
 * history_keeps - is the row of `epoch` part of a file of `epochs` epochs?
 *
 * Up to HISTORY_ROWS all are; then those of every second, fourth, .. epoch, of
 * the best and of the last one.  So a file stays as small as its header must
 * be, and what a later file needs an earlier one has: a resumed run writes the
 * bytes of one that went through.
 */
bool history_keeps(int64_t epoch, int64_t epochs, int64_t best_epoch);

/* history_kept - how many rows that are. */
int64_t history_kept(int64_t epochs, int64_t best_epoch);

/* history_is_best - does the last of `count` rows hold the smallest loss so
 * far, `loss` being its offset in a row?  Ties count, NaN never does. */
bool history_is_best(const struct history_row *rows, int64_t count,
                     size_t loss);
