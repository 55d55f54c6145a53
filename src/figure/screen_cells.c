/*
 * screen_cells.c - a table of numbers; of very many an image of their shares.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "figure/screen_part.h"
#include "term/table.h"

enum {
    MOST_NUMBERS = 20,
    NUMBER_BYTES = 40,
    GAP = 2,        /* between columns of a table */
    LEAST_NAME = 6, /* columns for names of rows */
};

static double share_of(const struct cells *c, int64_t row, int64_t column)
{
    double sum = 0;

    for (int64_t i = 0; i < c->columns; i++)
        sum += c->values[row * c->columns + i];
    return sum > 0 ? c->values[row * c->columns + column] / sum : 0;
}

struct number {
    char text[NUMBER_BYTES];
};

static struct number number_of(const struct cells *c, int64_t row,
                               int64_t column)
{
    struct number n;

    snprintf(n.text, sizeof n.text, "%.10g",
             c->values[row * c->columns + column]);
    return n;
}

/* Black or white, whichever is read more easily; blanks in front up to
 * `width`, so that all of the cell is coloured. */
static void put_coloured(struct printing *p, struct text *out, struct rgb back,
                         const char *number, int64_t width)
{
    static const struct rgb black = {0, 0, 0}, white = {255, 255, 255};
    const struct rgb front =
        rgb_contrast(black, back) > rgb_contrast(white, back) ? black : white;

    if (p->palette == PALETTE_RGB)
        text_printf(out, "\033[38;2;%d;%d;%d;48;2;%d;%d;%dm", front.red,
                    front.green, front.blue, back.red, back.green, back.blue);
    else if (p->palette == PALETTE_256)
        text_printf(out, "\033[38;5;%d;48;5;%dm",
                    colour_256(front.red, front.green, front.blue),
                    colour_256(back.red, back.green, back.blue));
    text_pad(out, ' ', width - (int64_t)strlen(number));
    text_puts(out, number);
    text_puts(out, p->palette != PALETTE_ASCII ? COLOUR_END : "");
}

/* A name as a cell of the table may hold it, behind blanks up to `width`. */
static const char *cell_name(struct printing *p, const char *name, int64_t room,
                             int64_t width)
{
    struct text t = {0};
    struct printing own = *p;

    own.out = &t;
    text_pad(&t, ' ',
             width - num_min(room, screen_width(p, name, strlen(name))));
    screen_words(&own, name, strlen(name), room);
    return arena_text(p->arena, &t);
}

/* What a column takes: its name or its widest number. */
static int64_t width_of(const struct printing *p, const struct cells *c,
                        int64_t column, int64_t room)
{
    const char *name = c->column_names[column];
    int64_t width = num_min(room, screen_width(p, name, strlen(name)));

    for (int64_t i = 0; i < c->rows; i++)
        width = num_max(width, (int64_t)strlen(number_of(c, i, column).text));
    return width;
}

/* Columns for the name of a column, and those that are left for names of
 * rows. */
struct rooms {
    int64_t column, row;
};

static struct rooms rooms_of(const struct printing *p, const struct cells *c)
{
    const int64_t each = p->columns / (c->columns + 1) - GAP;
    struct rooms r = {.column = num_max(3, each), .row = p->columns};

    for (int64_t i = 0; i < c->columns; i++)
        r.row -= width_of(p, c, i, r.column) + GAP;
    return r;
}

static void put_row(struct printing *p, const struct cells *c, int64_t row,
                    struct table *t, struct rooms rooms)
{
    text_puts(&t->cells, cell_name(p, c->row_names[row], rooms.row, 0));
    table_end(t);
    for (int64_t i = 0; i < c->columns; i++) {
        put_coloured(p, &t->cells, rgb_of_share(share_of(c, row, i), true),
                     number_of(c, row, i).text,
                     width_of(p, c, i, rooms.column));
        table_end(t);
    }
}

static void print_table(struct printing *p, const struct cells *c,
                        struct rooms rooms)
{
    const char *titles[TABLE_MAX_COLUMNS];
    struct table t = {.columns = c->columns + 1,
                      .titles = titles,
                      .room = 1}; /* columns no wider than they must be */

    titles[0] = cell_name(p, c->row_label ? c->row_label : "", rooms.row, 0);
    for (int64_t i = 0; i < c->columns; i++)
        titles[i + 1] = cell_name(p, c->column_names[i], rooms.column,
                                  width_of(p, c, i, rooms.column));
    for (int64_t i = 0; i < c->rows; i++)
        put_row(p, c, i, &t, rooms);
    table_print(p->out, &t);
}

/* Each cell by its share of the row. */
static void print_image(struct printing *p, const struct cells *c)
{
    double *shares =
        arena_take(p->arena, (size_t)(c->rows * c->columns), sizeof *shares);

    for (int64_t i = 0; shares && i < c->rows * c->columns; i++)
        shares[i] = share_of(c, i / c->columns, i % c->columns);
    const struct tile tile = {
        .values = shares,
        .channels = 1,
        .height = c->rows,
        .width = c->columns,
        .high = 1,
        .map = MAP_GREY,
        .caption = arena_printf(
            p->arena,
            "%lld rows (%s) by %lld columns (%s),\neach by its share of the "
            "row",
            (long long)c->rows, c->row_label ? c->row_label : "",
            (long long)c->columns, c->column_label ? c->column_label : ""),
    };
    const struct tiles tiles = {.tiles = &tile, .count = 1, .columns = 1};
    if (shares)
        screen_tiles(p, &tiles);
}

void screen_cells(struct printing *p, const struct cells *c)
{
    const bool few = c->rows <= MOST_NUMBERS && c->columns <= MOST_NUMBERS;
    const struct rooms rooms = few ? rooms_of(p, c) : (struct rooms){0};

    if (rooms.row < LEAST_NAME) {
        print_image(p, c);
        return;
    }
    if (c->column_label) {
        text_pad(p->out, ' ', GAP);
        screen_line(p, c->column_label, p->columns - GAP);
    }
    print_table(p, c, rooms);
}
