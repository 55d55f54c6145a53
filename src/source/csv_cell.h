/*
 * csv_cell.h - the cells of one line.
 *
 * A line ends with '\n' in memory, so nothing here needs its length: digits,
 * delimiters and quotes all stop there.  A number is what num_parse_real
 * accepts: no "nan", no "inf".  Blanks around a cell are not part of it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/text.h"

struct csv_cell { /* quotes taken off; not '\0' terminated */
    const char *at;
    size_t length;
};

enum csv_cell_state {
    CSV_CELL_GOOD,
    CSV_CELL_OPEN,   /* its quote is not closed on its line */
    CSV_CELL_TAIL,   /* something follows its closing quote */
    CSV_CELL_MEMORY, /* memory is short */
};

/* csv_cell_take - the cell at *p; moves *p to the delimiter or '\n' behind it
 * when good.  A quoted cell's text is put into `scratch`. */
MUST_USE enum csv_cell_state csv_cell_take(const unsigned char **p,
                                           unsigned char delimiter,
                                           struct text *scratch,
                                           struct csv_cell *out);

/* csv_cell_is_text - is it UTF-8? */
bool csv_cell_is_text(struct csv_cell c);

/* csv_cell_is_missing - empty, or nan, NA, null in any case. */
bool csv_cell_is_missing(struct csv_cell c);

/* csv_cell_real - the number that a cell holds, rounded once to double.
 * Overwrites `scratch`, in which the cell itself may stand.  False: none, or
 * memory is short (scratch->failed). */
MUST_USE bool csv_cell_real(struct csv_cell c, struct text *scratch,
                            double *value);

/* csv_cell_decimal - the fast way for an unquoted short decimal without
 * exponent: exact whenever it says true.  False leaves *p, and the cell is to
 * be read with csv_cell_take and csv_cell_real. */
MUST_USE bool csv_cell_decimal(const unsigned char **p, unsigned char delimiter,
                               double *value);

/* csv_cell_byte - the same for an integer of at most three digits, 0..255. */
static inline bool csv_cell_byte(const unsigned char **p,
                                 unsigned char delimiter, unsigned char *value)
{
    const unsigned char *q = *p;
    unsigned number = (unsigned)*q - '0', digit;

    if (number > 9)
        return false;
    q++;
    for (int more = 0; more < 2 && (digit = (unsigned)*q - '0') <= 9; more++) {
        number = number * 10 + digit;
        q++;
    }
    if (number > 255 || (*q != delimiter && *q != '\n'))
        return false;
    *value = (unsigned char)number;
    *p = q;
    return true;
}

/* csv_cell_excerpt - what a message shows of a cell: at most 40 bytes of it,
 * then "...", cut between characters. */
enum { CSV_EXCERPT_BYTES = 48 };
void csv_cell_excerpt(struct csv_cell c, char out[CSV_EXCERPT_BYTES]);
