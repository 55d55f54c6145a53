/*
 * words.h - text in its place: cleaned, measured, shortened, within its room.
 *
 * Whatever draws text reserves a box for it first; what does not fit ends with
 * an ellipsis, after which stands the number that it ended with, and of what
 * would be nothing but that nothing is drawn.
 */
#pragma once

#include "base/arena.h"
#include "figure/brush.h"
#include "figure/drawing.h"

/* What a layout works on. */
struct sheet {
    struct drawing drawing;
    struct brush brush;
    struct arena *arena;
    bool dark;
    struct rgb ink, soft, rule, grid, alarm; /* text, lesser text, axes, lines
                                                behind, faults */
    double em;                               /* size of ordinary text */
    double scale; /* pixels a cell of a tile; 0: as they fit */
    bool cramped; /* something that matters has no room */
};

enum words_align { ALIGN_START, ALIGN_CENTRE, ALIGN_END };

struct words {
    const char *text; /* from anywhere; NULL: none */
    double size;      /* in em */
    enum words_align align;
    bool bold, turned; /* upwards */
    struct rgb colour;
};

/* words_clean - one line of UTF-8 that can neither turn the direction of text
 * nor grow over its neighbours: control characters, what is no UTF-8 or no XML
 * become U+FFFD, the marks that pile up on a letter are left out, and of very
 * long ones the end. */
const char *words_clean(struct arena *arena, const char *text, size_t length);

/* words_width - in pixels. */
double words_width(const struct sheet *s, const struct words *w);

/* words_widest - of several. */
double words_widest(const struct sheet *s, const struct words *w,
                    const char *const *texts, int64_t count);

/* words_height - of a line, from its highest to its lowest letters. */
double words_height(const struct sheet *s, double size);

/* words_put - within `room`: aligned along the text, in the middle across.
 * False: it has been left out. */
bool words_put(struct sheet *s, const struct words *w, struct box room);

/* words_lines - the same broken at blanks, as many as `most` lines from the
 * top of the room; returns their number.  With `measure` nothing is drawn. */
int64_t words_lines(struct sheet *s, const struct words *w, struct box room,
                    int64_t most, bool measure);
