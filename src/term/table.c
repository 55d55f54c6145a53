/*
 * table.c - column types, widths and alignment.
 */
#include "term/table.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/num.h"

struct column {
    bool is_text;   /* a cell is no number */
    bool has_point; /* a cell has a decimal point */
    int64_t width;
};

/* Length of the colour code at `p`, 0 when there is none: ESC [ digits m. */
static size_t code_length(const char *p)
{
    if (p[0] != '\033' || p[1] != '[')
        return 0;
    const size_t digits = strspn(p + 2, "0123456789;");
    return p[2 + digits] == 'm' ? digits + 3 : 0;
}

/* Is `p` the first byte of a character?  UTF-8 continues with 10xxxxxx. */
static bool begins_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

/* The width of a cell without its colour codes. */
static int64_t visible(const char *cell)
{
    int64_t width = 0;

    while (*cell) {
        const size_t code = code_length(cell);
        width += code == 0 && begins_character(*cell);
        cell += code ? code : 1;
    }
    return width;
}

static bool is_named(const char *text)
{
    text += *text == '-';
    return strcmp(text, "nan") == 0 || strcmp(text, "inf") == 0;
}

void table_end(struct table *t)
{
    text_add(&t->cells, "", 1);
    t->count++;
}

void table_put(struct table *t, const char *fmt, ...)
{
    struct text cell = {0};
    va_list args;

    va_start(args, fmt);
    text_vprintf(&cell, fmt, args);
    va_end(args);
    text_shown(&t->cells, text_string(&cell));
    t->cells.failed = t->cells.failed || cell.failed;
    text_free(&cell);
    table_end(t);
}

void table_real(struct table *t, double value)
{
    if (isnan(value))
        table_put(t, "nan"); /* without the sign that printf shows */
    else
        table_put(t, "%.*f", (int)t->decimals, value);
}

static const char *next_cell(const char *cell)
{
    return cell + strlen(cell) + 1;
}

/* What must stand behind a number so that decimal points are aligned: cells
 * without a point (nan, inf) end where the others' points stand. */
static int64_t decimal_padding(const struct table *t, const struct column *c,
                               const char *cell)
{
    if (c->is_text || !c->has_point || t->decimals <= 0 || !is_named(cell))
        return 0;
    return t->decimals + 1;
}

/* `heads` are the titles as they may be shown, columns are wider by `more`.
 * Returns the width of the table. */
static int64_t measure(const struct table *t, const char *heads, int64_t more,
                       struct column *columns)
{
    const char *cell = text_string(&t->cells);
    int64_t width = 2 * (t->columns - 1);
    double value;

    for (int64_t i = 0; i < t->columns; i++, heads = next_cell(heads))
        columns[i] = (struct column){.width = visible(heads) + more};
    for (int64_t i = 0; i < t->count; i++, cell = next_cell(cell)) {
        struct column *c = &columns[i % t->columns];
        c->is_text =
            c->is_text || !(num_parse_real(cell, &value) || is_named(cell));
        c->has_point = c->has_point || strchr(cell, '.');
    }
    cell = text_string(&t->cells);
    for (int64_t i = 0; i < t->count; i++, cell = next_cell(cell)) {
        struct column *c = &columns[i % t->columns];
        c->width =
            num_max(c->width, visible(cell) + decimal_padding(t, c, cell));
    }
    for (int64_t i = 0; i < t->columns; i++)
        width += columns[i].width;
    return width;
}

/* Cuts the blanks at the end of the line that began at byte `from`. */
static void end_line(struct text *out, size_t from)
{
    while (!out->failed && out->length > from &&
           out->at[out->length - 1] == ' ')
        out->at[--out->length] = '\0';
    text_puts(out, "\n");
}

static void put_padded(struct text *out, const char *cell,
                       const struct column *c, int64_t behind)
{
    const int64_t blanks = c->width - visible(cell) - behind;

    text_pad(out, ' ', c->is_text ? 0 : blanks);
    text_puts(out, cell);
    text_pad(out, ' ', c->is_text ? blanks : behind);
}

/* A row of cells; returns the next one. */
static const char *put_row(struct text *out, const struct table *t,
                           const struct column *columns, const char *cell)
{
    const size_t from = out->length;

    for (int64_t i = 0; i < t->columns; i++, cell = next_cell(cell)) {
        text_puts(out, i ? "  " : "");
        put_padded(out, cell, &columns[i],
                   decimal_padding(t, &columns[i], cell));
    }
    end_line(out, from);
    return cell;
}

static void put_rows(struct text *out, const struct table *t, const char *heads)
{
    struct column columns[TABLE_MAX_COLUMNS];
    const char *cell = text_string(&t->cells);

    if (measure(t, heads, 2, columns) > t->room && t->room > 0)
        measure(t, heads, 0, columns);
    put_row(out, t, columns, heads);
    for (int64_t i = 0; i < t->columns; i++) {
        text_puts(out, i ? "  " : "");
        text_pad(out, '-', columns[i].width);
    }
    text_puts(out, "\n");
    for (int64_t i = 0; i < t->count; i += t->columns)
        cell = put_row(out, t, columns, cell);
}

void table_print(struct text *out, struct table *t)
{
    struct text heads = {0};

    assert(t->columns <= TABLE_MAX_COLUMNS);
    for (int64_t i = 0; i < t->columns; i++) {
        text_shown(&heads, t->titles[i]);
        text_add(&heads, "", 1);
    }
    if (heads.failed || t->cells.failed)
        out->failed = true;
    else
        put_rows(out, t, text_string(&heads));
    text_free(&heads);
    text_free(&t->cells);
}
