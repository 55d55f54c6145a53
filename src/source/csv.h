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
 * `-0.5`, `.5`, `1e5`, `007`.  `nan`, `inf`, hexadecimal and what overflows a
 * 32-bit float are errors.  Blanks around a cell are not part of it; text is
 * UTF-8.  A row is a line: a quoted cell
 * cannot hold a line break, so one open quote spoils one row and not the rest
 * of a stream.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "conf/field.h"
#include "source/csv_cell.h"
#include "source/source.h"

/* A CSV file as a source of labelled samples, and its keys in YAML; or a list
 * of files that are samples. */
struct csv_source {
    struct path csv, list;    /* one of them */
    const char *path_column;  /* of a list, as label_column; NULL: of none */
    struct path targets;      /* a second table, of labels or targets; absent:
                                 they stand in the first one */
    const char *label_column; /* an integer, or a name in the header; NULL:
                                 there are columns of targets or labels */
    const char *header;       /* "auto", "true", "false", "skip" */
    const char *delimiter;
    struct text_list target_columns; /* as label_column; count 0: none */
    struct text_list label_columns;  /* likewise, of zeros and ones; not both */
    struct text_list
        columns;             /* the inputs: names, indices, ranges "3-40"; count
                                 0: all that are nothing else */
    struct text_list ignore; /* names or indices that are nothing */
};

extern const struct source_ops csv_source_ops;

/* The keys that a list shares. */
extern const char *const csv_header_words[]; /* ended by NULL */
const char *csv_fault(const void *config, struct text *why);
void csv_settle(void *config);
const struct text_list *csv_targets(const void *config, enum target_kind *kind);

/* csv_range - is a word of `columns` a range, as 3-40?  *to may be below *from.
 */
bool csv_range(const char *word, int64_t *from, int64_t *to);

/* csv_answers - the columns of targets, or of labels; count 0: neither. */
static inline const struct text_list *csv_answers(const struct csv_source *c)
{
    return c->label_columns.count > 0 ? &c->label_columns : &c->target_columns;
}

struct csv_reader {
    struct csv_reader *beside; /* whose answers are those of the rows; NULL */
    bool answers_alone;        /* nothing else is used of a row */
    int64_t records;           /* that have been read, of two tables */
    struct input in;
    unsigned char delimiter;
    int64_t width;          /* cells of a row */
    int64_t features;       /* numbers of a sample */
    int64_t target_count;   /* 0: none */
    bool of_labels;         /* targets are 0 or 1 */
    int64_t *slot;          /* [width] what each column is, see dataset.h */
    const char **names;     /* [width] of the header; NULL: none */
    const char *note;       /* what was assumed about the first row; NULL */
    bool may_be_header;     /* header is auto, and the first row was none */
    bool may_be_label;      /* a cell of the first record that is no number */
    int64_t spare;          /* cells that a file of training has besides; 0: the
                             rows have them */
    const char *spare_hint; /* what they may be, for a message */
    const int64_t *passed;  /* [passed_count] columns that are handed on */
    const char *const *passed_names;
    int64_t passed_count;
    int64_t split_column;     /* that data.split goes by; negative: none */
    const char *split_word;   /* as the document calls it */
    int64_t line;             /* of the row at hand */
    const unsigned char *row; /* the row at hand, ended by '\n' */

    bool (*names_file)(const struct csv_reader *r, const char *cell); /* of a
                             list: is a cell a path, and not what the column
                             of paths is called?  NULL: of a table */

    /* Of the row at hand, once it is read. */
    bool may_miss, holes; /* cells may be missing; of the row at hand some are,
                             NaN in `reals` */
    bool blind,
        has_reals; /* of numbers: not wanted; in `reals`, as are those of
                              all rows from then on */
    struct csv_cell label, path;
    unsigned char *bytes;            /* [features] */
    float *reals;                    /* [features] */
    float *targets;                  /* [target_count] */
    const unsigned char **passed_at; /* [passed_count] in the row */
    struct text passed_cells;

    const unsigned char *ahead; /* the next row that is not empty, if read */
    int64_t ahead_line;
    struct text label_text, path_text, scratch;
    char number[24];     /* a label that is an integer, as such */
    struct arena *arena; /* the request's: names, slots, numbers */
};

/* What a column is that holds the path of a sample: a slot of its own, which is
 * known to no other reader. */
#define COLUMN_PATH (INT64_MIN + 1)

/* csv_begin - open the file and find out what `r` says of it, but for shape and
 * columns; `rows` is {0} but for names_file.  Errors as source_ops.open has
 * them. */
MUST_USE enum status csv_begin(struct csv_reader *rows,
                               const struct csv_source *c,
                               const struct source_request *q,
                               struct source_reader *r, struct err *e);
void csv_release(struct csv_reader *rows); /* but for `rows` itself */

/* csv_columns - pass over the mark and the header, find out what the columns
 * are, make room for a row.  ERR_CONFIG (the keys of `c` and the file do not
 * fit), ERR_DATA, ERR_IO, ERR_MEMORY. */
MUST_USE enum status csv_columns(struct csv_reader *r,
                                 const struct csv_source *c,
                                 const struct source_request *q, struct err *e);

/* csv_skip_mark - pass over a UTF-8 BOM. */
MUST_USE enum status csv_skip_mark(struct csv_reader *r, struct err *e);

/* csv_next - go to the next row; *more is false at the end.  Says nothing about
 * what is in the row: a bad one can be passed over.  ERR_DATA (of the stream,
 * not of the row), ERR_IO, ERR_MEMORY. */
MUST_USE enum status csv_next(struct csv_reader *r, bool *more, struct err *e);

/* csv_put_back - the row at hand is to be the next one. */
void csv_put_back(struct csv_reader *r);

/* csv_read_row - the row at hand: as bytes when all of its numbers, and all
 * before it, are written as integers 0..255 of at most three digits and there
 * are no targets, else rounded to float.  ERR_DATA, ERR_MEMORY. */
MUST_USE enum status csv_read_row(struct csv_reader *r, struct err *e);

/* csv_take_cell - the cell at *p in the row at hand, see csv_cell_take, with a
 * message.  ERR_DATA, ERR_MEMORY. */
MUST_USE enum status csv_take_cell(struct csv_reader *r,
                                   const unsigned char **p,
                                   struct csv_cell *out, struct err *e);

/* csv_count_cells - the cells of the row at hand; a badly quoted one counts to
 * the line's end. */
int64_t csv_count_cells(struct csv_reader *r);

/* csv_fail_length - record that the row at hand has not `width` cells, which
 * shows at `at`.  Returns ERR_DATA. */
enum status csv_fail_length(struct csv_reader *r, const unsigned char *at,
                            struct err *e);

/* csv_fail - record `FILE:LINE:COLUMN: error: MESSAGE` for a place in the row
 * at hand.  Returns ERR_DATA. */
enum status csv_fail(const struct csv_reader *r, const unsigned char *at,
                     struct err *e, const char *fmt, ...) PRINTF_LIKE(4, 5);
