/*
 * picture.h - one image in the terminal.
 */
#pragma once

#include <stdint.h>

#include "base/text.h"
#include "term/colour.h"

/* An image; three channels are red, green and blue, of any other number the
 * first one is shown in grey. */
struct picture {
    const double *pixels; /* [channels, height, width] */
    double low, high;     /* what is black, what is white */
    int64_t channels, height, width;
};

/* picture_print - append an image: with colours two rows share a line, as half
 * blocks; without, two characters a pixel, from blank to dense. */
void picture_print(struct text *out, const struct picture *m,
                   enum palette palette);
