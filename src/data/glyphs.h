/*
 * glyphs.h - how the ten digits are written: strokes through a few points.
 *
 * A writing style is a list of points in a box of 100 by 100, y downward.  A
 * smooth curve runs through the points of a stroke and turns sharply at its
 * corners.
 */
#ifndef DATA_GLYPHS_H
#define DATA_GLYPHS_H

#include <stdint.h>

enum glyph_point_kind {
    GLYPH_END,    /* of the list */
    GLYPH_START,  /* of a stroke */
    GLYPH_SMOOTH, /* the curve passes */
    GLYPH_CORNER, /* the curve turns */
};

struct glyph_point {
    uint8_t kind, x, y;
};

enum { GLYPH_CLASSES = 10, GLYPH_STYLES = 3, GLYPH_MAX_POINTS = 16 };

/* Every digit has three styles of equal weight. */
extern const struct glyph_point glyphs[GLYPH_CLASSES][GLYPH_STYLES]
                                      [GLYPH_MAX_POINTS];

#endif
