/*
 * csv.h - rows of numbers from text.
 *
 * One reader for training data and for predict.  Accepts a UTF-8 BOM, CRLF,
 * quoted cells and empty lines at the end; an empty line elsewhere, a row of
 * another length and a cell that is no finite number are errors with line and
 * column.
 */
#ifndef DATA_CSV_H
#define DATA_CSV_H

#include <stdbool.h>
#include <stdint.h>

enum csv_header { CSV_HEADER_AUTO, CSV_HEADER_YES, CSV_HEADER_NO };

struct csv_format {
    char delimiter;
    enum csv_header header; /* auto: a header when any cell outside the label
                               column is not a number */
    int64_t label_index;    /* column, from 0 */
    const char *label_name; /* by header name instead; NULL: by index */
};

#endif
