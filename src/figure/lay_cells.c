/*
 * lay_cells.c - a table of coloured numbers.
 */
#include <math.h>
#include <stdio.h>

#include "base/num.h"
#include "figure/panels.h"

/* In em. */
#define NAME_SIZE    0.9
#define NUMBER_LEAST 0.7  /* smaller numbers are left out */
#define SPACE        0.55 /* more than half a line of names */
#define CELL         2.8  /* a side, as wished for */
#define SIDE_LEAST   8.0
#define SIDE_MOST    55.0 /* of the table */
#define NAME_MOST    11.0

enum { NUMBER_ROWS = 20, NUMBER_BYTES = 32, CELL_LEAST = 1 };

/* Where the table is, and how large a cell. */
struct table {
    struct box box;
    double cell;                 /* of both sides */
    double label, rows, columns; /* room for labels, names of rows, columns */
    double above;                /* room for the upper half of the first name */
    bool turned;                 /* names of columns */
};

static double cell_wish(const struct sheet *s, const struct cells *c)
{
    const double most = (double)num_max(c->rows, c->columns);

    return fmax(
        floor(fmin(fmax(CELL, SIDE_LEAST / most), SIDE_MOST / most) * s->em),
        1);
}

static struct words name_words(const struct sheet *s)
{
    return (struct words){.size = NAME_SIZE, .colour = s->ink};
}

static double names_width(const struct sheet *s, const char *const *names,
                          int64_t count)
{
    const struct words w = name_words(s);

    return names ? fmin(words_widest(s, &w, names, count), NAME_MOST * s->em) +
                       2 * SPACE * s->em
                 : 0;
}

static double label_height(const struct sheet *s, const struct cells *c)
{
    return c->row_label || c->column_label ? words_height(s, 1) + SPACE * s->em
                                           : 0;
}

/* The room that names take; of columns they are turned where they do not fit
 * above each other. */
static struct table margins(const struct sheet *s, const struct cells *c,
                            double cell, struct extent most)
{
    const double name = names_width(s, c->column_names, c->columns);
    struct table t = {.label = label_height(s, c), .turned = name > cell};

    t.rows = fmin(names_width(s, c->row_names, c->rows), most.width);
    t.columns = t.turned   ? fmin(name, most.height)
                : name > 0 ? words_height(s, NAME_SIZE) + SPACE * s->em
                           : 0;
    if (t.rows > 0)
        t.above = fmax((words_height(s, NAME_SIZE) - cell) / 2, 0);
    return t;
}

struct extent cells_wish(const struct sheet *s, const struct cells *c)
{
    const double cell = cell_wish(s, c);
    const struct table t = margins(
        s, c, cell, (struct extent){(double)INFINITY, (double)INFINITY});

    return (struct extent){
        ceil(t.label + t.rows + cell * (double)c->columns),
        ceil(t.above + t.label + t.columns + cell * (double)c->rows),
    };
}

static double row_sum(const struct cells *c, int64_t row)
{
    double sum = 0;

    for (int64_t i = 0; i < c->columns; i++)
        sum += fmax(c->values[row * c->columns + i], 0);
    return sum;
}

static const struct rgb *colours_of(struct sheet *s, const struct cells *c)
{
    struct rgb *out =
        arena_take(s->arena, (size_t)(c->rows * c->columns), sizeof *out);

    for (int64_t row = 0; out && row < c->rows; row++) {
        const double sum = row_sum(c, row);
        for (int64_t i = row * c->columns; i < (row + 1) * c->columns; i++)
            out[i] = rgb_of_share(sum > 0 ? c->values[i] / sum : 0, s->dark);
    }
    return out;
}

static void number_of(double value, char text[NUMBER_BYTES])
{
    if (value == floor(value) && fabs(value) < 1e9)
        snprintf(text, NUMBER_BYTES, "%.0f", value);
    else
        snprintf(text, NUMBER_BYTES, "%.3g", value);
}

/* The size at which the widest number fits into a cell; 0: none. */
static double number_size(const struct sheet *s, const struct cells *c,
                          const struct table *t)
{
    struct words w = {.size = 1};
    double widest = 0;
    char text[NUMBER_BYTES];

    if (c->rows > NUMBER_ROWS || c->columns > NUMBER_ROWS)
        return 0;
    w.text = text;
    for (int64_t i = 0; i < c->rows * c->columns; i++) {
        number_of(c->values[i], text);
        widest = fmax(widest, words_width(s, &w));
    }
    const double wide = (t->cell - 0.3 * s->em) / widest;
    const double high = t->cell / words_height(s, 1);
    const double size = fmin(1, fmin(wide, high));
    return size >= NUMBER_LEAST ? size : 0;
}

/* Dark on light or light on dark, whichever is clearer. */
static struct rgb readable(struct rgb on)
{
    const struct rgb black = {0x10, 0x10, 0x10}, white = {0xff, 0xff, 0xff};

    return rgb_contrast(on, black) >= rgb_contrast(on, white) ? black : white;
}

static void lay_numbers(struct sheet *s, const struct cells *c,
                        const struct table *t, const struct rgb *colours)
{
    char text[NUMBER_BYTES];
    struct words w = {
        .text = text, .size = number_size(s, c, t), .align = ALIGN_CENTRE};

    for (int64_t i = 0; w.size > 0 && i < c->rows * c->columns; i++) {
        const double x = (double)(i % c->columns) * t->cell;
        const double y = (double)(i / c->columns) * t->cell;
        number_of(c->values[i], text);
        w.colour = readable(colours[i]);
        if (c->values[i] != 0)
            words_put(
                s, &w,
                (struct box){t->box.x + x, t->box.y + y, t->cell, t->cell});
    }
}

/* Of many names every second, third .. is there. */
static int64_t stride_of(const struct sheet *s, const struct table *t)
{
    return (int64_t)ceil(words_height(s, NAME_SIZE) / t->cell - 1e-9);
}

static void lay_row_names(struct sheet *s, const struct cells *c,
                          const struct table *t)
{
    const int64_t stride = stride_of(s, t);
    const double high = words_height(s, NAME_SIZE);
    struct words w = name_words(s);

    w.align = ALIGN_END;
    for (int64_t i = 0; c->row_names && i < c->rows; i += stride) {
        const double middle = t->box.y + ((double)i + 0.5) * t->cell;
        w.text = c->row_names[i];
        words_put(s, &w,
                  (struct box){t->box.x - t->rows + SPACE * s->em,
                               middle - high / 2, t->rows - 2 * SPACE * s->em,
                               high});
    }
}

static void lay_column_names(struct sheet *s, const struct cells *c,
                             const struct table *t)
{
    const int64_t stride = t->turned ? stride_of(s, t) : 1;
    const double high = words_height(s, NAME_SIZE);
    const double top = t->box.y + t->box.height + SPACE * s->em;
    struct words w = name_words(s);

    w.align = t->turned ? ALIGN_END : ALIGN_CENTRE;
    w.turned = t->turned;
    for (int64_t i = 0; c->column_names && i < c->columns; i += stride) {
        const double left = t->box.x + (double)i * t->cell;
        w.text = c->column_names[i];
        words_put(s, &w,
                  t->turned ? (struct box){left + (t->cell - high) / 2, top,
                                           high, t->columns - 2 * SPACE * s->em}
                            : (struct box){left, top, t->cell, high});
    }
}

static void lay_labels(struct sheet *s, const struct cells *c,
                       const struct table *t)
{
    struct words w = {.size = 1, .align = ALIGN_CENTRE, .colour = s->ink};
    const double high = words_height(s, 1);

    w.text = c->column_label;
    words_put(
        s, &w,
        (struct box){t->box.x,
                     t->box.y + t->box.height + t->columns + t->label - high,
                     t->box.width, high});
    w.text = c->row_label;
    w.turned = true;
    words_put(s, &w,
              (struct box){t->box.x - t->rows - t->label, t->box.y, high,
                           t->box.height});
}

/* Square cells, of whole pixels where they have one. */
static struct table table_of(const struct sheet *s, const struct cells *c,
                             struct box room)
{
    const struct extent most = {room.width * 0.3, room.height * 0.3};
    const double rows = (double)c->rows, columns = (double)c->columns;
    struct table t = {0};
    double cell = 0;

    /* Whether names are turned depends on the cell, which depends on that. */
    for (int turn = 0; turn < 2; turn++) {
        t = margins(s, c, turn ? cell : (double)INFINITY, most);
        cell = fmin((room.width - t.label - t.rows) / columns,
                    (room.height - t.above - t.label - t.columns) / rows);
    }
    t.cell = cell > 1 ? floor(cell) : cell;
    t.box.width = t.cell * columns, t.box.height = t.cell * rows;
    const double free_x = room.width - t.label - t.rows - t.box.width;
    const double free_y =
        room.height - t.above - t.label - t.columns - t.box.height;
    t.box.x = round(room.x + t.label + t.rows + free_x / 2);
    t.box.y = round(room.y + t.above + free_y / 2);
    return t;
}

void cells_lay(struct sheet *s, const struct cells *c, struct box room)
{
    if (c->rows <= 0 || c->columns <= 0)
        return;
    const struct table t = table_of(s, c, room);
    if (!(t.cell * (double)num_max(c->rows, c->columns) >= 3 * s->em) ||
        !(t.cell >= 0.5)) {
        s->cramped = true;
        return;
    }
    const struct rgb *colours = colours_of(s, c);
    const struct pen frame = {.width = 1, .line = s->rule};
    if (!colours)
        return;
    drawing_picture(&s->drawing,
                    &(struct picture){colours, c->rows, c->columns}, t.box);
    drawing_box(&s->drawing, &frame,
                (struct box){t.box.x - 0.5, t.box.y - 0.5, t.box.width + 1,
                             t.box.height + 1});
    lay_numbers(s, c, &t, colours);
    lay_row_names(s, c, &t);
    lay_column_names(s, c, &t);
    lay_labels(s, c, &t);
}
