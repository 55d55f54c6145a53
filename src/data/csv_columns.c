/*
 * csv_columns.c - the first row of a file: is it a header, and what is each
 * column?
 */
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "data/csv.h"

/* Header auto: is any cell outside the label column no number? */
static bool looks_like_header(struct csv_reader *r, int64_t label)
{
    const unsigned char *p = r->row;

    for (int64_t column = 0;; column++, p++) {
        struct csv_cell cell;
        double number;
        if (csv_cell_take(&p, r->delimiter, &r->scratch, &cell) !=
            CSV_CELL_GOOD)
            return true;
        if (column != label && !csv_cell_real(cell, &r->scratch, &number))
            return true;
        if (*p == '\n')
            return false;
    }
}

/* The column that `word` means: an index, or a name in the row at hand, a
 * header.  `key` is what asks for it. */
static enum status find_column(struct csv_reader *r, const char *word,
                               const char *key, int64_t *found, struct err *e)
{
    const unsigned char *p = r->row;

    if (num_parse_int(word, found))
        return OK;
    for (int64_t column = 0;; column++, p++) {
        struct csv_cell cell;
        const enum status s = csv_take_cell(r, &p, &cell, e);
        if (s != OK)
            return s;
        if (cell.length == strlen(word) &&
            memcmp(cell.at, word, cell.length) == 0) {
            *found = column;
            return OK;
        }
        if (*p == '\n')
            return err_add(e, ERR_CONFIG, input_name(&r->in),
                           "the header has no column '%s' (%s)", word, key);
    }
}

/* Does any of the keys call a column by name? */
static bool needs_header(const struct csv_source *c)
{
    int64_t index;

    for (int64_t i = 0; i < c->target_columns.count; i++)
        if (!num_parse_int(c->target_columns.at[i], &index))
            return true;
    return c->label_column && !num_parse_int(c->label_column, &index);
}

static enum status place_label(struct csv_reader *r, const struct csv_source *c,
                               bool skipped, struct err *e)
{
    int64_t column = -1;
    const enum status s =
        find_column(r, c->label_column, "label_column", &column, e);

    if (s != OK)
        return s;
    if (column < 0 || column >= r->width)
        return err_add(e, ERR_CONFIG, input_name(&r->in),
                       "label_column is %lld, but a row has columns 0 to %lld",
                       (long long)column, (long long)r->width - 1);
    r->slot[column] = skipped ? CSV_SKIPPED : CSV_LABEL;
    return OK;
}

static enum status place_target(struct csv_reader *r,
                                const struct csv_source *c, int64_t target,
                                bool skipped, struct err *e)
{
    int64_t column = -1;
    const enum status s = find_column(r, c->target_columns.at[target],
                                      "target_columns", &column, e);

    if (s != OK)
        return s;
    if (column < 0 || column >= r->width)
        return err_add(e, ERR_CONFIG, input_name(&r->in),
                       "target_columns names %lld, but a row has columns 0 to "
                       "%lld",
                       (long long)column, (long long)r->width - 1);
    if (r->slot[column] < 0)
        return err_add(e, ERR_CONFIG, input_name(&r->in),
                       "target_columns names column %lld twice",
                       (long long)column);
    r->slot[column] = skipped ? CSV_SKIPPED : CSV_TARGET - target;
    return OK;
}

/* What every column is; the row at hand is the header if a name is asked for.
 */
static enum status place(struct csv_reader *r, const struct csv_source *c,
                         enum source_answers answers, struct err *e)
{
    const bool skipped = answers == ANSWERS_SKIPPED;
    enum status s = OK;

    r->slot = mem_take((size_t)r->width, sizeof *r->slot);
    r->targets = mem_take((size_t)r->target_count, sizeof *r->targets);
    if (!r->slot || !r->targets)
        return err_memory(e, "reading rows");
    if (answers != ANSWERS_ABSENT && c->target_columns.count == 0)
        s = place_label(r, c, skipped, e);
    else if (answers != ANSWERS_ABSENT)
        for (int64_t i = 0; i < c->target_columns.count && s == OK; i++)
            s = place_target(r, c, i, skipped, e);
    r->features = 0;
    for (int64_t i = 0; i < r->width; i++)
        if (r->slot[i] >= 0)
            r->slot[i] = r->features++;
    if (s == OK && r->features == 0)
        s = err_add(e, ERR_DATA, input_name(&r->in),
                    "rows hold %s and nothing else",
                    r->target_count > 0 ? "targets" : "a label");
    return s;
}

/* Is the row at hand a header? */
static bool is_header(struct csv_reader *r, const struct csv_source *c,
                      enum source_answers answers, int64_t found)
{
    int64_t label = -1;

    if (answers != ANSWERS_ABSENT && needs_header(c))
        return true;
    if (strcmp(c->header, "auto") != 0)
        return strcmp(c->header, "true") == 0;
    if (answers != ANSWERS_ABSENT && c->label_column &&
        !num_parse_int(c->label_column, &label))
        label = -1;
    return *r->row != '\n' && found == r->width && looks_like_header(r, label);
}

static enum status skip_mark(struct input *in, struct err *e)
{
    const enum status s = input_ahead(in, 3, e);

    if (s == OK && in->end - in->begin >= 3 &&
        memcmp(in->at + in->begin, "\xef\xbb\xbf", 3) == 0)
        in->begin += 3;
    return s;
}

/* Without a first row there is nothing to place, nor to read. */
static enum status no_rows(const struct csv_reader *r, bool header,
                           struct err *e)
{
    return err_add(e, ERR_DATA, input_name(&r->in),
                   header ? "no rows after the header"
                          : "the file is empty, expected rows");
}

/* Reads the first row, which stays the next one unless it is a header. */
static enum status read_first(struct csv_reader *r, const struct csv_source *c,
                              const struct source_request *q, struct err *e)
{
    const int64_t found = csv_count_cells(r);
    bool more = true;

    r->width = q->features > 0 ? r->width : found;
    const bool header = is_header(r, c, q->answers, found);
    if (*r->row == '\n' && (header || q->features == 0))
        return csv_fail(r, r->row, e, "empty line");
    if (r->scratch.failed)
        return err_memory(e, "reading a row");
    enum status s = place(r, c, q->answers, e);
    if (s != OK)
        return s;
    if (!header)
        csv_put_back(r);
    else if (found != r->width)
        return csv_fail_length(r, r->row, e);
    if (!header || q->answers != ANSWERS_READ)
        return OK;
    s = csv_next(r, &more, e);
    if (s == OK && !more)
        return no_rows(r, true, e);
    csv_put_back(r);
    return s;
}

enum status csv_columns(struct csv_reader *r, const struct csv_source *c,
                        const struct source_request *q, struct err *e)
{
    const int64_t targets = c->target_columns.count;
    const int64_t answers = targets > 0 ? targets : 1;
    bool more;

    r->target_count = q->answers == ANSWERS_READ ? targets : 0;
    r->spare = q->answers == ANSWERS_ABSENT ? answers : 0;
    r->spare_hint =
        targets > 0 ? "the targets are among them" : "one of them is a label";
    r->width = q->features + (q->answers == ANSWERS_ABSENT ? 0 : answers);
    enum status s = skip_mark(&r->in, e);
    if (s == OK)
        s = csv_next(r, &more, e);
    if (s != OK)
        return s;
    if (more)
        return read_first(r, c, q, e);
    r->features = q->features;
    return q->answers == ANSWERS_READ ? no_rows(r, false, e) : OK;
}
