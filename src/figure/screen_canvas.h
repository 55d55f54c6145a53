/*
 * screen_canvas.h - a grid of characters that curves are drawn on.
 *
 * A character is eight dots of Braille, or one dot that is a letter.  Points
 * are shares of the canvas, (0, 0) at its lower left corner, (1, 1) at the
 * upper right one.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "figure/screen_part.h"

/* What is drawn with. */
struct pen {
    struct rgb colour;
    char letter; /* where there are no dots */
    bool dashed;
    int64_t run; /* dots drawn, from which dashes follow; 0 at first */
};

struct canvas_cell {
    unsigned char dots; /* of Braille */
    char letter;        /* 0: none; stands before dots */
    struct rgb colour;
};

struct canvas {
    int64_t columns, rows;
    bool braille;
    struct canvas_cell *cells; /* [rows, columns]; NULL: memory is short, and
                                  nothing is drawn */
};

void canvas_new(struct canvas *c, int64_t columns, int64_t rows, bool braille,
                struct arena *arena);

/* canvas_line - from one point to another, as far as it is on the canvas. */
void canvas_line(struct canvas *c, struct pen *pen, const double from[2],
                 const double to[2]);

/* canvas_fill - all of a box, likewise. */
void canvas_fill(struct canvas *c, struct pen *pen, const double low[2],
                 const double high[2]);

/* canvas_letter - a character at a point, if it is on the canvas. */
void canvas_letter(struct canvas *c, const struct pen *pen, char letter,
                   const double at[2]);

/* canvas_print_row - append a row from the top, without the blanks at its end,
 * and a newline. */
void canvas_print_row(const struct canvas *c, int64_t row, struct printing *p);
