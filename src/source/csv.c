/*
 * csv.c - rows of numbers from text.
 */
#include "source/csv.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "conf/source.h"

/* Every integer up to it is a double. */
#define EXACT_INTEGERS 9007199254740992.0

enum status csv_fail(const struct csv_reader *r, const unsigned char *at,
                     struct err *e, const char *fmt, ...)
{
    char place[1200], message[400];
    int64_t column = 1;
    va_list args;

    for (const unsigned char *p = r->row; p < at; p++)
        column += (*p & 0xc0) != 0x80;
    snprintf(place, sizeof place, "%s:%lld:%lld", input_name(&r->in),
             (long long)r->line, (long long)column);
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    return err_add(e, ERR_DATA, place, "%s", message);
}

static enum status take_text(struct csv_reader *r, const unsigned char **p,
                             struct text *scratch, struct csv_cell *out,
                             struct err *e)
{
    const unsigned char *at = *p;
    const enum csv_cell_state state =
        csv_cell_take(p, r->delimiter, scratch, out);

    switch (state) {
    case CSV_CELL_GOOD:
        return OK;
    case CSV_CELL_MEMORY:
        return err_memory(e, "reading a row");
    case CSV_CELL_OPEN:
        return csv_fail(r, at, e, "the quote is not closed on its line");
    case CSV_CELL_TAIL:
        break;
    }
    return csv_fail(r, at, e, "text follows the closing quote, expected '%c'",
                    r->delimiter);
}

enum status csv_take_cell(struct csv_reader *r, const unsigned char **p,
                          struct csv_cell *out, struct err *e)
{
    return take_text(r, p, &r->scratch, out, e);
}

enum status csv_skip_mark(struct csv_reader *r, struct err *e)
{
    struct input *in = &r->in;
    const enum status s = input_ahead(in, 3, e);

    if (s == OK && in->end - in->begin >= 3 &&
        memcmp(in->at + in->begin, "\xef\xbb\xbf", 3) == 0)
        in->begin += 3;
    return s;
}

/* Stands for a line that is too long. */
static const unsigned char long_row[] = "\n";

enum status csv_next(struct csv_reader *r, bool *more, struct err *e)
{
    while (!r->ahead) {
        unsigned char *line;
        size_t length;
        const enum status s = input_line(&r->in, &line, &length, e);
        if (s != OK)
            return s;
        *more = line != NULL;
        if (!line)
            return OK;
        r->ahead_line++;
        if (r->in.cut)
            r->ahead = long_row;
        else if (length > 0)
            r->ahead = line;
    }
    /* Empty lines turn out not to stand at the end: they are rows. */
    *more = true;
    r->line++;
    r->row = (const unsigned char *)"\n";
    if (r->line == r->ahead_line) {
        r->row = r->ahead;
        r->ahead = NULL;
    }
    return OK;
}

void csv_put_back(struct csv_reader *r)
{
    if (r->line == r->ahead_line)
        r->ahead = r->row;
    r->line--;
}

/* NULL, or why a cell cannot be a label. */
static const char *label_fault(const struct csv_cell *c)
{
    if (c->length == 0)
        return "the label is empty";
    if (memchr(c->at, '\0', c->length))
        return "the label holds a NUL byte";
    return csv_cell_is_text(*c) ? NULL : "the label is no UTF-8 text";
}

/* NULL, or why a cell cannot be a path, which need be no UTF-8. */
static const char *path_fault(const struct csv_cell *c)
{
    if (c->length == 0)
        return "the path is empty";
    return memchr(c->at, '\0', c->length) ? "the path holds a NUL byte" : NULL;
}

/* `1.0` and `3e0` are the integers that they mean. */
static void make_integer(struct csv_reader *r)
{
    char text[sizeof r->number];
    double value;
    const struct csv_cell *c = &r->label;

    if (c->length >= sizeof text)
        return;
    memcpy(text, c->at, c->length);
    text[c->length] = '\0';
    if (!strpbrk(text, ".eE") || !num_parse_real(text, &value) ||
        value != floor(value) || fabs(value) > EXACT_INTEGERS)
        return;
    const int n = snprintf(r->number, sizeof r->number, "%.0f", value);
    r->label = (struct csv_cell){r->number, (size_t)n};
}

/* A cell that is no number of the sample. */
static bool pass_over(struct csv_reader *r, int64_t slot,
                      const unsigned char **p)
{
    struct csv_cell cell;

    if (slot == COLUMN_PATH)
        return csv_cell_take(p, r->delimiter, &r->path_text, &r->path) ==
                   CSV_CELL_GOOD &&
               !path_fault(&r->path);
    if (slot != COLUMN_LABEL)
        return csv_cell_take(p, r->delimiter, &r->scratch, &cell) ==
               CSV_CELL_GOOD;
    if (csv_cell_take(p, r->delimiter, &r->label_text, &r->label) !=
            CSV_CELL_GOOD ||
        label_fault(&r->label))
        return false;
    make_integer(r);
    return true;
}

/* False: read_reals says why. */
static bool read_bytes(struct csv_reader *r)
{
    const unsigned char delimiter = r->delimiter;
    const unsigned char *p = r->row;
    const int64_t width = r->width;

    if (r->target_count > 0)
        return false;
    for (int64_t column = 0; column < width; column++) {
        const int64_t slot = r->slot[column];
        const bool good = slot >= 0
                              ? csv_cell_byte(&p, delimiter, &r->bytes[slot])
                              : pass_over(r, slot, &p);
        if (!good || (*p == '\n') != (column + 1 == width))
            return false;
        p++;
    }
    return true;
}

static enum status read_label(struct csv_reader *r, const unsigned char **p,
                              struct err *e)
{
    const unsigned char *at = *p;
    const enum status s = take_text(r, p, &r->label_text, &r->label, e);

    if (s != OK)
        return s;
    const char *fault = label_fault(&r->label);
    if (fault)
        return csv_fail(r, at, e, "%s", fault);
    make_integer(r);
    return OK;
}

static enum status read_path(struct csv_reader *r, const unsigned char **p,
                             struct err *e)
{
    const unsigned char *at = *p;
    const enum status s = take_text(r, p, &r->path_text, &r->path, e);
    const char *fault = s == OK ? path_fault(&r->path) : NULL;

    return fault ? csv_fail(r, at, e, "%s", fault) : s;
}

int64_t csv_count_cells(struct csv_reader *r)
{
    const unsigned char *p = r->row;
    struct csv_cell cell;

    for (int64_t count = 1;; count++) {
        if (csv_cell_take(&p, r->delimiter, &r->scratch, &cell) !=
                CSV_CELL_GOOD ||
            *p == '\n')
            return count;
        p++;
    }
}

/* Without answers: are there as many cells too many as a file of training has
 * labels or targets? */
static bool may_be_labelled(const struct csv_reader *r, int64_t cells)
{
    return r->spare > 0 && cells - r->width == r->spare;
}

enum status csv_fail_length(struct csv_reader *r, const unsigned char *at,
                            struct err *e)
{
    const int64_t found = csv_count_cells(r);

    if (may_be_labelled(r, found))
        return csv_fail(r, at, e,
                        "row has %lld cells, the network takes %lld; if %s, "
                        "use --labelled",
                        (long long)found, (long long)r->width, r->spare_hint);
    return csv_fail(r, at, e, "row has %lld cell%s, expected %lld",
                    (long long)found, found == 1 ? "" : "s",
                    (long long)r->width);
}

/* What else a cell that is no number may be: part of a header, the label. */
static enum status fail_number(const struct csv_reader *r,
                               const unsigned char *at, int64_t column,
                               const char *what, struct err *e)
{
    if (r->may_be_header && r->line == 1)
        return csv_fail(r, at, e,
                        "%s; header: true makes the first row a header, "
                        "header: skip leaves it out",
                        what);
    if (column == r->split_column)
        return csv_fail(r, at, e,
                        "%s; ignore: [%s] makes the column no input, and "
                        "data.split still goes by it",
                        what, r->split_word);
    if (r->may_be_label && r->line == 2 && r->names)
        return csv_fail(r, at, e, "%s; if it is the label: label_column: %s",
                        what, r->names[column]);
    if (!r->names)
        return csv_fail(r, at, e, "%s", what);
    const char *name = r->names[column];
    return csv_fail(r, at, e, "%s (column '%.*s')", what,
                    (int)source_clip(name, 60), name);
}

/* The number in `column`, whose cell begins at *p. */
static enum status read_real(struct csv_reader *r, const unsigned char **p,
                             int64_t column, float *value, struct err *e)
{
    const unsigned char *at = *p;
    struct csv_cell cell;
    char shown[CSV_EXCERPT_BYTES];
    double number;

    if (csv_cell_decimal(p, r->delimiter, &number)) {
        *value = (float)number;
        if (isfinite(*value))
            return OK;
        *p = at;
    }
    const enum status s = csv_take_cell(r, p, &cell, e);
    if (s != OK)
        return s;
    if (r->may_miss && r->slot[column] >= 0 && csv_cell_is_missing(cell)) {
        *value = NAN;
        r->holes = true;
        return OK;
    }
    csv_cell_excerpt(cell, shown);
    const bool is_number = csv_cell_real(cell, &r->scratch, &number);
    if (r->scratch.failed)
        return err_memory(e, "reading a row");
    if (!is_number && may_be_labelled(r, csv_count_cells(r)))
        return csv_fail_length(r, at, e);
    if (cell.length == 0)
        return fail_number(r, at, column, "cell is empty, expected a number",
                           e);
    if (!is_number) {
        char what[CSV_EXCERPT_BYTES + 32];
        snprintf(what, sizeof what, "cell '%s' is not a number", shown);
        return fail_number(r, at, column, what, e);
    }
    *value = (float)number;
    if (!isfinite(*value))
        return csv_fail(r, at, e, "cell '%s' is too large for a 32-bit float",
                        shown);
    return OK;
}

/* Of a label there are two values. */
static enum status read_target(struct csv_reader *r, const unsigned char **p,
                               int64_t column, struct err *e)
{
    const unsigned char *at = *p;
    float *to = &r->targets[COLUMN_TARGET - r->slot[column]];
    const enum status s = read_real(r, p, column, to, e);

    if (s != OK || !r->of_labels || *to == 0 || *to == 1)
        return s;
    char what[64];
    snprintf(what, sizeof what, "the label is %g, expected 0 or 1",
             (double)*to);
    return fail_number(r, at, column, what, e);
}

static enum status read_reals(struct csv_reader *r, struct err *e)
{
    const unsigned char *p = r->row;

    if (*p == '\n')
        return csv_fail(r, p, e, "empty line");
    for (int64_t column = 0; column < r->width; column++) {
        const int64_t slot = r->slot[column];
        struct csv_cell skipped;
        enum status s;
        if (slot == COLUMN_LABEL)
            s = read_label(r, &p, e);
        else if (slot == COLUMN_PATH)
            s = read_path(r, &p, e);
        else if (slot == COLUMN_SKIPPED)
            s = csv_take_cell(r, &p, &skipped, e);
        else if (slot >= 0)
            s = read_real(r, &p, column, &r->reals[slot], e);
        else
            s = read_target(r, &p, column, e);
        if (s != OK)
            return s;
        /* Too short: the end of the row; too long: the first cell over. */
        if ((*p == '\n') != (column + 1 == r->width))
            return csv_fail_length(r, *p == '\n' ? p : p + 1, e);
        p++;
    }
    return OK;
}

enum status csv_read_row(struct csv_reader *r, struct err *e)
{
    r->holes = false;
    if (r->row == long_row)
        return csv_fail(r, r->row, e, "the line is longer than %d bytes",
                        INPUT_LINE_MAX);
    if (!r->has_reals && read_bytes(r))
        return OK;
    const enum status s = read_reals(r, e);
    r->has_reals = r->has_reals || s == OK;
    return s;
}
