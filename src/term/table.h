/*
 * table.h - plain tables: titles, a line of dashes, rows.
 *
 * The layout rules are those of the tutorial's tables: a column of integers or
 * of numbers is right aligned, any other left aligned; it is as wide as its
 * longest cell and at least two wider than its title, or just as wide where the
 * table would not fit otherwise; columns are two blanks apart; trailing blanks
 * are cut.  Colour codes in cells take no room.
 */
#pragma once

#include <stdint.h>

#include "base/text.h"

enum { TABLE_MAX_COLUMNS = 32 };

/* Initialise columns, titles and decimals; memory that runs short is found by
 * table_print. */
struct table {
    int64_t columns;
    const char *const *titles; /* [columns] */
    int64_t decimals;          /* of table_real; -1: numbers are as written */
    int64_t room;              /* columns of the terminal; 0: no bound */
    struct text cells;         /* row by row, each with its '\0' */
    int64_t count;             /* of cells */
};

/* TABLE(decimals, "title", ..) - one with these titles. */
#define TABLE(places, ...)                                                     \
    {                                                                          \
        .columns = ARRAY_LEN(((const char *[]){__VA_ARGS__})),                 \
        .titles = (const char *const[]){__VA_ARGS__}, .decimals = (places),    \
    }

/* table_end - what has been appended to `cells` since the last call is a cell,
 * which may have colour codes around it. */
void table_end(struct table *t);

/* table_put - a cell, as it may be shown. */
void table_put(struct table *t, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* table_real - a number with the table's decimals (>= 0); nan without a sign.
 */
void table_real(struct table *t, double value);

/* table_print - append the whole table; its cells are freed. */
void table_print(struct text *out, struct table *t);
