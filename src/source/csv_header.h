/*
 * csv_header.h - the first row of a file, while it is found out what its
 * columns are.  Internal to the CSV reader.
 */
#pragma once

#include "base/dict.h"
#include "source/csv.h"

/* What the first row turns out to be. */
enum first_row {
    FIRST_RECORD,
    FIRST_NAMES,  /* a header */
    FIRST_COUNTS, /* a header that counts the columns and names none */
};

/* A column that nothing has been said of. */
#define COLUMN_UNASSIGNED INT64_MIN

/* Finding out about a file. */
struct columning {
    struct csv_reader *r; /* the first row is at hand */
    const struct csv_source *c;
    const struct source_request *q;
    struct err *e;
    bool known;    /* the names of the inputs are */
    bool by_name;  /* and the first row is a header to be read by them */
    int64_t count; /* cells of the first row */
    const char **cells;
    const unsigned char *fault; /* the first cell that can be no name; NULL */
    struct dict names;          /* of the cells, each with its first column */
    bool is_header;
};

/* first_row_read - fill count, cells and names from the row at hand, header or
 * not; what is badly quoted counts as empty.  ERR_MEMORY. */
MUST_USE enum status first_row_read(struct columning *k);

/*
 * first_row_classify - what the first row is.
 *
 * header true or false say it.  auto: a header when it holds all names that are
 * known; when no cell is a number, empty or a missing word (nan, na, null);
 * or, one that counts, when at least four cells read 0, 1, 2 .. or a word and
 * 0, 1 ..; else a record, never to be swallowed.
 */
enum first_row first_row_classify(const struct columning *k);

/* first_row_check - are all cells of a header well quoted text?  ERR_DATA. */
MUST_USE enum status first_row_check(const struct columning *k);

/* first_row_lone - record that it has no numbers; of a row of one cell, what
 * may be meant to stand between cells.  Returns ERR_DATA. */
enum status first_row_lone(const struct columning *k);

/* first_row_followed - is there a row behind it?  ERR_DATA: none.  ERR_IO,
 * ERR_MEMORY. */
MUST_USE enum status first_row_followed(const struct columning *k);

/* csv_find_column - the column that `word` means: an index, negative ones from
 * the end, or a name.  `key` is what asks for it, in messages.  ERR_CONFIG. */
MUST_USE enum status csv_find_column(const struct columning *k,
                                     const char *word, const char *key,
                                     int64_t *found);

/* first_row_find - the first column of that name, -1: none has it. */
int64_t first_row_find(const struct columning *k, const char *name);
