/*
 * table.c - column types, widths and alignment.
 */
#include "term/table.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"

enum column_type { COLUMN_INT, COLUMN_REAL, COLUMN_TEXT };

enum { CELL_BYTES = 64 };

struct column {
    enum column_type type;
    bool has_point; /* a finite number is in it */
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

int64_t table_visible(const char *cell)
{
    int64_t width = 0;

    while (*cell) {
        const size_t code = code_length(cell);
        width += code == 0 && begins_character(*cell);
        cell += code ? code : 1;
    }
    return width;
}

/* A cell in three parts: colour codes before, the text, codes after. */
struct cell {
    const char *before, *text, *after;
    size_t before_length, text_length;
    double value;
    enum column_type type;
};

static bool is_integer(const char *text)
{
    text += *text == '-' || *text == '+';
    return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static bool is_number(const char *text, double *value)
{
    if (num_parse_real(text, value))
        return true;
    const bool negative = *text == '-';
    text += negative;
    if (strcmp(text, "nan") == 0)
        *value = (double)NAN;
    else if (strcmp(text, "inf") == 0)
        *value = negative ? -(double)INFINITY : (double)INFINITY;
    else
        return false;
    return true;
}

static struct cell cell_of(const char *whole)
{
    struct cell c = {.before = whole, .type = COLUMN_TEXT};
    char plain[CELL_BYTES];
    size_t code;

    c.text = whole;
    while ((code = code_length(c.text)) > 0)
        c.text += code;
    c.before_length = (size_t)(c.text - whole);
    c.text_length = strcspn(c.text, "\033");
    c.after = c.text + c.text_length;
    if (c.text_length >= sizeof plain)
        return c;
    memcpy(plain, c.text, c.text_length);
    plain[c.text_length] = '\0';
    if (is_integer(plain))
        c.type = COLUMN_INT;
    else if (is_number(plain, &c.value))
        c.type = COLUMN_REAL;
    if (c.type == COLUMN_INT && !num_parse_real(plain, &c.value))
        c.type = COLUMN_TEXT;
    return c;
}

void table_end(struct table *t)
{
    text_add(&t->cells, "", 1);
    t->count++;
}

void table_put(struct table *t, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    text_vprintf(&t->cells, fmt, args);
    va_end(args);
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

/* The cell as printed: numbers of a real column with the table's decimals, the
 * colour codes around them kept. */
static void put_cell(struct text *into, const struct table *t,
                     enum column_type type, const char *whole)
{
    const struct cell c = cell_of(whole);

    if (type != COLUMN_REAL || t->decimals < 0) {
        text_puts(into, whole);
        return;
    }
    text_add(into, c.before, c.before_length);
    text_printf(into, "%.*f", (int)t->decimals, c.value);
    text_puts(into, c.after);
}

/* What must stand behind a number so that decimal points are aligned: cells
 * without a point (nan, inf) end where the others' points stand. */
static int64_t decimal_padding(const struct table *t, const struct column *c,
                               const char *cell)
{
    if (c->type != COLUMN_REAL || t->decimals <= 0 || !c->has_point)
        return 0;
    return isfinite(cell_of(cell).value) ? 0 : t->decimals + 1;
}

/* The columns of the cells, which become what is printed of them. */
static void measure(struct table *t, struct column *columns)
{
    struct text shown = {0};
    const char *cell = text_string(&t->cells);

    for (int64_t i = 0; i < t->columns; i++)
        columns[i] = (struct column){.width = table_visible(t->titles[i]) + 2};
    for (int64_t i = 0; i < t->count; i++, cell = next_cell(cell)) {
        const struct cell c = cell_of(cell);
        struct column *column = &columns[i % t->columns];
        column->type = c.type > column->type ? c.type : column->type;
        column->has_point = column->has_point || isfinite(c.value);
    }
    cell = text_string(&t->cells);
    for (int64_t i = 0; i < t->count; i++, cell = next_cell(cell)) {
        struct column *column = &columns[i % t->columns];
        const size_t from = shown.length;
        put_cell(&shown, t, column->type, cell);
        text_add(&shown, "", 1);
        if (!shown.failed)
            column->width =
                num_max(column->width, table_visible(shown.at + from) +
                                           decimal_padding(t, column, cell));
    }
    text_free(&t->cells);
    t->cells = shown;
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
    const int64_t blanks = c->width - table_visible(cell) - behind;

    if (c->type != COLUMN_TEXT)
        text_pad(out, ' ', blanks);
    text_puts(out, cell);
    text_pad(out, ' ', c->type == COLUMN_TEXT ? blanks : behind);
}

static void put_head(struct text *out, const struct table *t,
                     const struct column *columns)
{
    const size_t from = out->length;

    for (int64_t i = 0; i < t->columns; i++) {
        text_puts(out, i ? "  " : "");
        put_padded(out, t->titles[i], &columns[i], 0);
    }
    end_line(out, from);
    for (int64_t i = 0; i < t->columns; i++) {
        text_puts(out, i ? "  " : "");
        text_pad(out, '-', columns[i].width);
    }
    text_puts(out, "\n");
}

void table_print(struct text *out, struct table *t)
{
    struct column columns[TABLE_MAX_COLUMNS];

    assert(t->columns <= TABLE_MAX_COLUMNS);
    if (!t->cells.failed)
        measure(t, columns);
    out->failed = out->failed || t->cells.failed;
    if (!out->failed)
        put_head(out, t, columns);
    const char *cell = text_string(&t->cells);
    for (int64_t i = 0; !out->failed && i < t->count;) {
        const size_t from = out->length;
        for (int64_t k = 0; k < t->columns; k++, i++, cell = next_cell(cell)) {
            text_puts(out, k ? "  " : "");
            put_padded(out, cell, &columns[k],
                       decimal_padding(t, &columns[k], cell));
        }
        end_line(out, from);
    }
    text_free(&t->cells);
}
