/*
 * csv_width.h - how many cells a row must have, and which of them rows without
 * answers have though training ignored them.  Internal to the CSV reader.
 */
#pragma once

#include "source/csv_header.h"

/* csv_width - the cells that a row must have, by the first one. */
int64_t csv_width(const struct columning *k);

/* csv_width_ignored - where the ignored column `i` of a table without names
 * stands in its rows without answers, which lack those of the answers; -1:
 * where it stood in training is not known. */
int64_t csv_width_ignored(const struct columning *k, int64_t i);

/* csv_width_check - rows may be longer by the ignored columns or by those of
 * --pass, which are then to be the same: ERR_CONFIG. */
MUST_USE enum status csv_width_check(const struct columning *k);

/* csv_width_keeps - do the rows, which have neither answers nor names that are
 * known, hold the columns that training ignored? */
bool csv_width_keeps(const struct columning *k);

/* csv_width_fits - could a first row of names be the header of rows that meet a
 * model?  Of a table whose names the model knows it has some of these, or as
 * many; else, unless header: true says it, one for every number. */
bool csv_width_fits(const struct columning *k);
