/*
 * screen_canvas.c - clips lines and sets dots.
 */
#include "figure/screen_canvas.h"

#include <math.h>

#include "base/num.h"

enum { DOTS_ACROSS = 2, DOTS_DOWN = 4, DASH_DOTS = 3 };

void canvas_new(struct canvas *c, int64_t columns, int64_t rows, bool braille,
                struct arena *arena)
{
    *c = (struct canvas){columns, rows, braille, NULL};
    c->cells = arena_take(arena, (size_t)(columns * rows), sizeof *c->cells);
}

/* Dots from side to side and from top to bottom. */
static int64_t dots_across(const struct canvas *c)
{
    return c->columns * (c->braille ? DOTS_ACROSS : 1);
}

static int64_t dots_down(const struct canvas *c)
{
    return c->rows * (c->braille ? DOTS_DOWN : 1);
}

/* The dot of a share of so many. */
static int64_t dot_of(double share, int64_t count)
{
    const double dot = floor(share * (double)count);

    return dot < 0 ? 0 : num_min((int64_t)fmin(dot, 1e9), count - 1);
}

/* Dot (x, y), y from the top.  Bits of Braille: columns of 1 2 4 and 8 16 32
 * above a row of 64 and 128. */
static void set_dot(struct canvas *c, const struct pen *pen, int64_t x,
                    int64_t y)
{
    static const unsigned char bits[DOTS_DOWN][DOTS_ACROSS] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    const int64_t column = c->braille ? x / DOTS_ACROSS : x;
    const int64_t row = c->braille ? y / DOTS_DOWN : y;
    struct canvas_cell *cell = &c->cells[row * c->columns + column];

    if (c->braille)
        cell->dots |= bits[y % DOTS_DOWN][x % DOTS_ACROSS];
    else
        cell->letter = pen->letter;
    cell->colour = pen->colour;
}

/* Where a line from a to b, both shares, enters and leaves [0, 1]: parts of its
 * length, narrowed. */
static bool clip(double a, double b, double *enter, double *leave)
{
    const double slope = b - a;

    if (slope == 0)
        return a >= 0 && a <= 1;
    const double at_low = (0 - a) / slope, at_high = (1 - a) / slope;
    *enter = fmax(*enter, fmin(at_low, at_high));
    *leave = fmin(*leave, fmax(at_low, at_high));
    return *enter <= *leave;
}

static double along(double a, double b, double part)
{
    return a + (b - a) * part;
}

void canvas_line(struct canvas *c, struct pen *pen, const double from[2],
                 const double to[2])
{
    const int64_t across = dots_across(c), down = dots_down(c);
    double enter = 0, leave = 1;

    if (!c->cells || !clip(from[0], to[0], &enter, &leave) ||
        !clip(from[1], to[1], &enter, &leave))
        return;
    const int64_t x0 = dot_of(along(from[0], to[0], enter), across);
    const int64_t x1 = dot_of(along(from[0], to[0], leave), across);
    const int64_t y0 = dot_of(along(from[1], to[1], enter), down);
    const int64_t y1 = dot_of(along(from[1], to[1], leave), down);
    const int64_t width = x1 > x0 ? x1 - x0 : x0 - x1;
    const int64_t height = y1 > y0 ? y1 - y0 : y0 - y1;
    const int64_t steps = num_max(num_max(width, height), 1);

    for (int64_t i = 0; i <= steps; i++) {
        const double part = (double)i / (double)steps;
        if (pen->dashed && pen->run++ / DASH_DOTS % 2 != 0)
            continue;
        set_dot(c, pen, llround(along((double)x0, (double)x1, part)),
                down - 1 - llround(along((double)y0, (double)y1, part)));
    }
}

void canvas_fill(struct canvas *c, struct pen *pen, const double low[2],
                 const double high[2])
{
    const int64_t across = dots_across(c), down = dots_down(c);

    if (!c->cells || low[0] > 1 || low[1] > 1 || high[0] < 0 || high[1] < 0)
        return;
    const int64_t right = dot_of(high[0], across), top = dot_of(high[1], down);
    for (int64_t y = dot_of(low[1], down); y <= top; y++)
        for (int64_t x = dot_of(low[0], across); x <= right; x++)
            set_dot(c, pen, x, down - 1 - y);
}

void canvas_letter(struct canvas *c, const struct pen *pen, char letter,
                   const double at[2])
{
    if (!c->cells || !(at[0] >= 0 && at[0] <= 1 && at[1] >= 0 && at[1] <= 1))
        return;
    const int64_t row = c->rows - 1 - dot_of(at[1], c->rows);
    struct canvas_cell *cell =
        &c->cells[row * c->columns + dot_of(at[0], c->columns)];

    cell->letter = letter;
    cell->colour = pen->colour;
}

static bool is_same(struct rgb a, struct rgb b)
{
    return a.red == b.red && a.green == b.green && a.blue == b.blue;
}

/* U+2800 and the dots of a cell, in UTF-8. */
static void put_braille(struct text *out, unsigned char dots)
{
    const char code[] = {(char)0xe2, (char)(0xa0 + (dots >> 6)),
                         (char)(0x80 + (dots & 63)), '\0'};

    text_puts(out, code);
}

void canvas_print_row(const struct canvas *c, int64_t row, struct printing *p)
{
    const struct canvas_cell *cell = &c->cells[row * c->columns];
    int64_t columns = c->columns;
    const struct canvas_cell *before = NULL; /* whose colour is on */

    while (columns > 0 && !cell[columns - 1].letter && !cell[columns - 1].dots)
        columns--;
    for (int64_t x = 0; x < columns; x++) {
        const bool drawn = cell[x].letter || cell[x].dots;
        if (before && (!drawn || !is_same(before->colour, cell[x].colour))) {
            screen_plain(p);
            before = NULL;
        }
        if (drawn && !before) {
            screen_colour(p, cell[x].colour);
            before = &cell[x];
        }
        if (cell[x].letter || !drawn)
            text_pad(p->out, cell[x].letter ? cell[x].letter : ' ', 1);
        else
            put_braille(p->out, cell[x].dots);
    }
    if (before)
        screen_plain(p);
    text_puts(p->out, "\n");
}
