/*
 * digits.h - the built-in generator of handwritten-looking digits.
 *
 * Samples of 28x28 bytes in ten classes, so that everything runs with no data
 * at all.  Sample i is a function of (seed, i) alone, computed from base/rng
 * with + - * / and sqrt, which IEEE 754 rounds the same way everywhere; every
 * ten consecutive samples hold each digit once.
 */
#pragma once

#include <stdint.h>

enum { DIGITS_SIDE = 28, DIGITS_PIXELS = DIGITS_SIDE * DIGITS_SIDE };

/* The keys under `digits:`. */
struct digits_source {
    int64_t count, seed;
};

struct source_ops;
extern const struct source_ops digits_source_ops; /* source.h */

/* digits_draw - sample `index`: pixels [28, 28] are overwritten; returns the
 * digit. */
int32_t digits_draw(uint64_t seed, int64_t index,
                    uint8_t pixels[DIGITS_PIXELS]);

/* How the ten digits are written: a style is a list of points in a box of 100
 * by 100, y downward.  A smooth curve runs through the points of a stroke and
 * turns sharply at its corners. */
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
