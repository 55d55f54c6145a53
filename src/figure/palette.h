/*
 * palette.h - the colours of figures, in files and in the terminal.
 *
 * The ten of series differ from each other for readers who see no red, no green
 * or no blue, and each from the paper it is drawn on.  Maps have 256 entries,
 * as far apart as the values they stand for: value t in [0, 1] has entry
 * min(255, floor(256 t)).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "figure/figure.h"

struct rgb {
    unsigned char red, green, blue;
};

enum { SERIES_COLOURS = 10 };

/* rgb_of_series - the colour of a series, any number of which repeat the ten;
 * `dark`: to be drawn on dark paper. */
struct rgb rgb_of_series(int64_t colour, bool dark);

/* rgb_of_map - t in [0, 1], what is beyond counting as the end; NaN is violet,
 * which no map holds. */
struct rgb rgb_of_map(enum colour_map map, double t);

/* rgb_of_share - a part of a whole: from the paper's colour to a strong blue,
 * on dark paper to a light one. */
struct rgb rgb_of_share(double t, bool dark);

/* rgb_contrast - (L1 + 0.05) / (L2 + 0.05), 1 .. 21.  Ref: WCAG 2.1. */
double rgb_contrast(struct rgb a, struct rgb b);

/*
 * tile_colours - what each cell of an image looks like: [height, width], with
 * what is drawn upon it; NULL when memory is short, which fails the arena.
 *
 * A value v has t = (v - low) / (high - low); in MAP_DIVERGING, where 0 is
 * white, t = (1 + v / max(|low|, |high|)) / 2.  Without a range it is that of
 * the finite values of all channels that are shown.  The image upon it is
 * stretched to its size, a cell taking the nearest; colours are mixed as
 * alpha * upper + (1 - alpha) * lower, rounded.
 */
const struct rgb *tile_colours(const struct tile *t, struct arena *arena);
