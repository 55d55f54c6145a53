/*
 * epoch_table.h - one line per epoch, as the tutorial prints it.
 */
#ifndef COMMAND_EPOCH_TABLE_H
#define COMMAND_EPOCH_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "train/state.h"

enum { EPOCH_TABLE_COLUMNS = 69 };

struct epoch_style {
    enum target_kind kind; /* whose metrics have columns */
    bool colour, narrow;   /* narrow: no wider than the titles, 59 columns */
};

/* epoch_table_head - append titles and dashes. */
void epoch_table_head(struct text *out, struct epoch_style style);

/* epoch_table_row - append the line of the last of `count` >= 1 rows.  With
 * `colour` the best training loss so far is cyan, the best validation loss
 * green.  Numbers too wide for their column shift their own line only. */
void epoch_table_row(struct text *out, const struct history_row *rows,
                     int64_t count, struct epoch_style style);

#endif
