/*
 * csv_passed.h - columns of a table that are handed on as text, whatever else
 * they are.  Internal to the CSV reader.
 */
#pragma once

#include "source/csv_header.h"

/* csv_passed_find - which columns the request asks for, and what they are
 * called.  ERR_CONFIG: there is none of that name or number, or it is named
 * twice.  ERR_MEMORY. */
MUST_USE enum status csv_passed_find(const struct columning *k);

/* csv_passed_width - the cells of a row that needs `least`: as many as the
 * first row has, if it has no more than the passed ones besides. */
int64_t csv_passed_width(const struct columning *k, int64_t least);

/* csv_passed_set_aside - those that nothing else has been said of are no
 * inputs: by name all of them, by position when exactly they are too many,
 * which the one that data.split goes by never is. */
void csv_passed_set_aside(const struct columning *k);

/* csv_passed_read - the cells of the row at hand, which may be a bad one.
 * ERR_DATA: a cell that is no text.  ERR_MEMORY. */
MUST_USE enum status csv_passed_read(struct csv_reader *r, struct record *out,
                                     struct err *e);
