/*
 * screen_part.h - what the parts of screen.h share; for them alone.
 */
#pragma once

#include "base/arena.h"
#include "base/text.h"
#include "figure/figure.h"
#include "figure/palette.h"
#include "term/colour.h"

/* Where it is printed to, and where memory for it comes from. */
struct printing {
    struct text *out;
    int64_t columns;
    enum palette palette;
    bool utf8;
    struct arena *arena; /* memory that runs short fails it */
};

/* One for each kind of panel.  `rows` is what a terminal has room for. */
void screen_axes(struct printing *p, const struct axes *a, int64_t rows);
void screen_tiles(struct printing *p, const struct tiles *t);
void screen_cells(struct printing *p, const struct cells *c);

/* screen_words - append the first `length` bytes of foreign text as they may be
 * shown, in at most `room` columns: a longer one ends with an ellipsis.
 * Returns the columns. */
int64_t screen_words(struct printing *p, const char *foreign, size_t length,
                     int64_t room);

/* screen_width - the columns that it takes where there is room. */
int64_t screen_width(const struct printing *p, const char *foreign,
                     size_t length);

/* screen_line - a whole text and a newline. */
void screen_line(struct printing *p, const char *foreign, int64_t room);

/* screen_colour - from here on letters have the colour, as far as there are
 * any; screen_plain ends it. */
void screen_colour(struct printing *p, struct rgb colour);
void screen_plain(struct printing *p);
