/*
 * csv_beside.h - the answers of a table in a table of their own, row by row.
 * Internal to the CSV reader.
 */
#pragma once

#include "source/csv.h"

/* csv_beside_open - the reader of a table gets one of c->targets beside it, of
 * which nothing but the label or the targets is used: what they are, and all
 * `columns` of that table.  ERR_NOINPUT, ERR_CONFIG, ERR_DATA, ERR_IO,
 * ERR_MEMORY. */
MUST_USE enum status csv_beside_open(struct source_reader *rows,
                                     const struct csv_source *c,
                                     const struct source_request *q,
                                     const struct columns **columns,
                                     struct err *e);

/* csv_beside_next - the answers of the row at hand, or, `more` false, the end
 * that comes with that of the rows.  ERR_DATA: a bad row, or other counts, both
 * of which are told.  ERR_IO, ERR_MEMORY. */
MUST_USE enum status csv_beside_next(struct csv_reader *rows, bool more,
                                     struct err *e);

void csv_beside_close(struct csv_reader *rows);
