/*
 * csv.h - rows of numbers from text.
 *
 * One reader for training data and for predict.  Accepts a UTF-8 BOM, CRLF,
 * gzip, quoted cells ("" is a quote inside) and empty lines at the end; an
 * empty line elsewhere, a row of another length and a cell that is no finite
 * number are errors with line and column.  Both count from 1, columns in
 * characters and at the first one of the cell, its quote included.
 *
 * A number is a decimal with optional sign, fraction and exponent: `+3`,
 * `-0.5`, `.5`, `1e5`, `007`.  Blanks around it, `nan`, `inf`, hexadecimal and
 * what overflows a 32-bit float are errors.  A row is a line: a quoted cell
 * cannot hold a line break, so one open quote spoils one row and not the rest
 * of a stream.
 */
#ifndef DATA_CSV_H
#define DATA_CSV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "conf/field.h"
#include "data/csv_cell.h"
#include "data/input.h"

enum csv_header { CSV_HEADER_AUTO, CSV_HEADER_YES, CSV_HEADER_NO };

struct csv_format {
    char delimiter;
    enum csv_header header; /* auto: a header when any cell outside the label
                               column is not a number */
    int64_t label_index;    /* column, from 0; -1: rows have no label */
    const char *label_name; /* by header name instead, which requires a header;
                               NULL: by index */
    const struct text_list *targets; /* columns of numbers to be predicted,
                                        each an index or a header name, instead
                                        of a label; NULL: none */
    int64_t spare; /* cells beside the samples that a file of training has, for
                      a message; 0: one label */
};

/* A CSV file as a source of labelled samples, and its keys in YAML. */
struct csv_source {
    struct path csv;
    const char *label_column; /* an integer, or a name in the header; NULL:
                                 there are target_columns */
    const char *header;       /* "auto", "true", "false" */
    const char *delimiter;
    struct text_list target_columns; /* as label_column; count 0: none */
};

struct source_ops;
extern const struct source_ops csv_source_ops; /* source.h */

/* csv_source_format - check and read the words of a source; the name in `f` is
 * that of `c`.  ERR_CONFIG. */
MUST_USE enum status csv_source_format(const struct csv_source *c,
                                       struct csv_format *f, struct err *e);

struct csv_reader {
    struct input in;
    struct csv_format format;
    int64_t width;              /* cells of a row, label and targets included */
    int64_t label;              /* its column; -1: none */
    int64_t line;               /* of the row at hand */
    const unsigned char *row;   /* the row at hand, ended by '\n' */
    struct csv_cell label_cell; /* of the row at hand, once parsed */
    int64_t target_count;       /* 0: none */
    int64_t *role;              /* [width] which target a column is, -1: none;
                                   NULL without targets */
    float *targets;             /* [target_count] of the row at hand, parsed */

    const unsigned char *ahead; /* the next row that is not empty, if read */
    int64_t ahead_line;
    struct text label_text, scratch;
};

/*
 * csv_open - open, pass over the header, find the columns of label or targets.
 *
 * `features` is how many numbers a row must hold beside those; 0: as many
 * as the first row.  With header auto and `features` given, a first row of
 * another length is taken for a sample, to be refused like any other.
 * ERR_NOINPUT, ERR_CONFIG (format and file do not fit), ERR_DATA, ERR_IO,
 * ERR_MEMORY.
 */
MUST_USE enum status csv_open(struct csv_reader *r, const char *path,
                              const struct csv_format *f, int64_t features,
                              struct err *e);

/* csv_start - the rest of csv_open, for a reader whose `in` and `format` are
 * set and all else is zero. */
MUST_USE enum status csv_start(struct csv_reader *r, int64_t features,
                               struct err *e);
void csv_close(struct csv_reader *r); /* allowed on {0} and twice */

/* csv_features - the numbers of a row that are a sample's own. */
int64_t csv_features(const struct csv_reader *r);

/* csv_find_column - the column that the row at hand, a header, calls `name`;
 * `key` is what asks for it.  ERR_CONFIG, ERR_DATA. */
MUST_USE enum status csv_find_column(struct csv_reader *r, const char *name,
                                     const char *key, int64_t *column,
                                     struct err *e);

/* csv_place_targets - which column is which target, part of csv_start: the row
 * at hand is the first, a header if any target is given by name.  ERR_CONFIG,
 * ERR_DATA, ERR_MEMORY. */
MUST_USE enum status csv_place_targets(struct csv_reader *r, struct err *e);

/* csv_needs_header - is any target given by name? */
bool csv_needs_header(const struct csv_format *f);

/* csv_ready - can csv_next be answered without reading? */
bool csv_ready(const struct csv_reader *r);

/* csv_next - go to the next row; *more is false at the end.  Says nothing about
 * what is in the row: a bad one can be passed over.  ERR_DATA (of the stream,
 * not of the row), ERR_IO, ERR_MEMORY. */
MUST_USE enum status csv_next(struct csv_reader *r, bool *more, struct err *e);

/* csv_row_bytes - the row at hand when all of its numbers are written as
 * integers 0..255 of at most three digits and there are no targets.  False:
 * csv_row_reals says why.
 * values [csv_features] */
MUST_USE bool csv_row_bytes(struct csv_reader *r, unsigned char *values);

/* csv_row_reals - the row at hand, rounded to float.  ERR_DATA, ERR_MEMORY. */
MUST_USE enum status csv_row_reals(struct csv_reader *r, float *values,
                                   struct err *e);

#endif
