/*
 * screen_cells.c - a table of numbers; of very many an image of their shares.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "figure/screen_part.h"
#include "term/table.h"

enum { MOST_NUMBERS = 20, NUMBER_BYTES = 40 };

static double share_of(const struct cells *c, int64_t row, int64_t column)
{
    double sum = 0;

    for (int64_t i = 0; i < c->columns; i++)
        sum += c->values[row * c->columns + i];
    return sum > 0 ? c->values[row * c->columns + column] / sum : 0;
}

/* Black or white, whichever is read more easily. */
static void put_coloured(struct printing *p, struct text *out, struct rgb back,
                         const char *number)
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
    text_puts(out, number);
    text_puts(out, p->palette != PALETTE_ASCII ? COLOUR_END : "");
}

/* A name as a cell of the table may hold it. */
static const char *cell_name(struct printing *p, const char *name, int64_t room)
{
    struct text t = {0};
    struct printing own = *p;

    own.out = &t;
    screen_words(&own, name, strlen(name), room);
    return arena_text(p->arena, &t);
}

static void put_row(struct printing *p, const struct cells *c, int64_t row,
                    struct table *t, int64_t room)
{
    char number[NUMBER_BYTES];

    text_puts(&t->cells, cell_name(p, c->row_names[row], room));
    table_end(t);
    for (int64_t i = 0; i < c->columns; i++) {
        snprintf(number, sizeof number, "%.10g",
                 c->values[row * c->columns + i]);
        put_coloured(p, &t->cells, rgb_of_share(share_of(c, row, i), true),
                     number);
        table_end(t);
    }
}

static void print_table(struct printing *p, const struct cells *c)
{
    const int64_t room = num_max(3, p->columns / (c->columns + 1) - 2);
    const char *titles[TABLE_MAX_COLUMNS];
    struct table t = {
        .columns = c->columns + 1, .titles = titles, .room = p->columns};

    titles[0] = cell_name(p, c->row_label ? c->row_label : "", 3 * room);
    for (int64_t i = 0; i < c->columns; i++)
        titles[i + 1] = cell_name(p, c->column_names[i], room);
    for (int64_t i = 0; i < c->rows; i++)
        put_row(p, c, i, &t, 3 * room);
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
    if (c->rows > MOST_NUMBERS || c->columns > MOST_NUMBERS) {
        print_image(p, c);
        return;
    }
    if (c->column_label) {
        text_pad(p->out, ' ', 2);
        screen_line(p, c->column_label, p->columns - 2, false);
    }
    print_table(p, c);
}
