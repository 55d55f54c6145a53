/*
 * drawing.h - what is drawn, piece by piece: paths, texts and images.
 *
 * Between the layout, which knows what a figure means, and the writers of
 * formats, which do not.  In pixels from the upper left corner, in the order in
 * which one lies upon the other; all of it stands on one arena, whose failing
 * is that of the drawing.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "figure/palette.h"

struct box {
    double x, y, width, height;
};

struct extent {
    double width, height;
};

struct point { /* of a path; NaN: what comes next is apart */
    double x, y;
};

struct pen {
    bool fills, closes; /* with `fill`; each part to its first point */
    double width;       /* of the line; 0: none */
    struct rgb fill, line;
    double alpha;       /* 0 is 1 */
    const double *dash; /* [2] drawn and left out; NULL: a whole line */
};

struct path {
    struct pen pen;
    const struct point *points;
    int64_t count;
};

/* Text whose base line starts at (x, y), to the right or, turned, upwards. */
struct writing {
    const char *string; /* UTF-8, without control characters */
    double x, y, size, width;
    bool bold, turned;
    struct rgb colour;
};

/* Cells, each of one colour to its edges, which fill the box. */
struct picture {
    const struct rgb *cells; /* [height, width] */
    int64_t height, width;
};

enum item_kind { ITEM_PATH, ITEM_WRITING, ITEM_PICTURE };

struct item {
    enum item_kind kind;
    struct box box; /* of what is seen, of text from its highest to its lowest
                       letters */
    union {
        struct path path;
        struct writing writing;
        struct picture picture;
    };
    struct item *next;
};

struct drawing { /* initialise with DRAWING */
    double width, height;
    struct rgb paper;
    const char *title, *about; /* UTF-8, without control characters; or NULL */
    struct arena *arena;
    struct item *first, *last;
};

/* How far letters reach above and below the base line, in their size: of
 * DejaVu Sans, accents included. */
#define TYPE_ASCENT  0.93
#define TYPE_DESCENT 0.24

/* drawing_path, drawing_box - points are taken as they are, not copied. */
void drawing_path(struct drawing *d, const struct pen *pen,
                  const struct point *points, int64_t count);
void drawing_box(struct drawing *d, const struct pen *pen, struct box box);
void drawing_writing(struct drawing *d, const struct writing *w);
void drawing_picture(struct drawing *d, const struct picture *p,
                     struct box box);

/* box_meets - have they more than an edge in common? */
bool box_meets(struct box a, struct box b);
