/*
 * table.h - plain tables: titles, a line of dashes, rows.
 *
 * The layout rules are those of the tutorial's tables: a column of integers or
 * of numbers is right aligned, any other left aligned; it is as wide as its
 * longest cell and at least two wider than its title; columns are two blanks
 * apart; trailing blanks are cut.  Colour codes in cells take no room.
 */
#ifndef TERM_TABLE_H
#define TERM_TABLE_H

#include <stdint.h>

#include "base/text.h"

enum { TABLE_MAX_COLUMNS = 32 };

struct table {
    int64_t columns, rows;
    const char *const *titles; /* [columns] */
    const char *const *cells;  /* [rows * columns], row by row */
    int64_t decimals; /* of columns of numbers that are not all integers; below
                         0: as they are written */
};

/* table_print - append the whole table. */
void table_print(struct text *out, const struct table *t);

/* table_visible - the width of a cell without its colour codes. */
int64_t table_visible(const char *cell);

#endif
