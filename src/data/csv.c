/*
 * csv.c - rows of numbers from text.
 */
#include "data/csv.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

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

bool csv_ready(const struct csv_reader *r)
{
    const struct input *in = &r->in;
    size_t at = in->begin;

    if (r->ahead || in->ended)
        return true;
    while (at < in->end && (in->at[at] == '\n' || in->at[at] == '\r'))
        at++;
    return memchr(in->at + at, '\n', in->end - at) != NULL;
}

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
        if (length > 0)
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

static bool label_is_good(const struct csv_cell *c)
{
    return c->length > 0 && !memchr(c->at, '\0', c->length);
}

/* A cell that is no number of the sample. */
static bool pass_over(struct csv_reader *r, int64_t slot,
                      const unsigned char **p)
{
    struct csv_cell cell;

    if (slot != CSV_LABEL)
        return csv_cell_take(p, r->delimiter, &r->scratch, &cell) ==
               CSV_CELL_GOOD;
    return csv_cell_take(p, r->delimiter, &r->label_text, &r->label) ==
               CSV_CELL_GOOD &&
           label_is_good(&r->label);
}

bool csv_row_bytes(struct csv_reader *r, unsigned char *values)
{
    const unsigned char delimiter = r->delimiter;
    const unsigned char *p = r->row;
    const int64_t width = r->width;

    if (r->target_count > 0)
        return false;
    for (int64_t column = 0; column < width; column++) {
        const int64_t slot = r->slot[column];
        const bool good = slot >= 0
                              ? csv_cell_byte(&p, delimiter, &values[slot])
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
    if (!label_is_good(&r->label))
        return csv_fail(r, at, e,
                        r->label.length ? "the label holds a NUL byte"
                                        : "the label is empty");
    return OK;
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

static enum status read_real(struct csv_reader *r, const unsigned char **p,
                             float *value, struct err *e)
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
    csv_cell_excerpt(cell, shown);
    const bool is_number = csv_cell_real(cell, &r->scratch, &number);
    if (r->scratch.failed)
        return err_memory(e, "reading a row");
    if (!is_number && may_be_labelled(r, csv_count_cells(r)))
        return csv_fail_length(r, at, e);
    if (cell.length == 0)
        return csv_fail(r, at, e, "cell is empty, expected a number");
    if (!is_number)
        return csv_fail(r, at, e, "cell '%s' is not a number", shown);
    *value = (float)number;
    if (!isfinite(*value))
        return csv_fail(r, at, e, "cell '%s' is too large for a 32-bit float",
                        shown);
    return OK;
}

enum status csv_row_reals(struct csv_reader *r, float *values, struct err *e)
{
    const unsigned char *p = r->row;

    if (*p == '\n')
        return csv_fail(r, p, e, "empty line");
    for (int64_t column = 0; column < r->width; column++) {
        const int64_t slot = r->slot[column];
        struct csv_cell skipped;
        enum status s;
        if (slot == CSV_LABEL)
            s = read_label(r, &p, e);
        else if (slot == CSV_SKIPPED)
            s = csv_take_cell(r, &p, &skipped, e);
        else
            s = read_real(
                r, &p,
                slot >= 0 ? &values[slot] : &r->targets[CSV_TARGET - slot], e);
        if (s != OK)
            return s;
        /* Too short: the end of the row; too long: the first cell over. */
        if ((*p == '\n') != (column + 1 == r->width))
            return csv_fail_length(r, *p == '\n' ? p : p + 1, e);
        p++;
    }
    return OK;
}

void csv_close(struct csv_reader *r)
{
    input_close(&r->in);
    text_free(&r->label_text);
    text_free(&r->scratch);
    mem_free(r->slot);
    mem_free(r->targets);
    *r = (struct csv_reader){0};
}
