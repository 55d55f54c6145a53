/*
 * picture.h - one image in the terminal.
 */
#pragma once

#include <stdbool.h>
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

struct picture_style {
    enum palette palette;
    bool ascii; /* no half blocks: colours as two blanks a pixel */
};

/* picture_has_blocks - does a line hold two rows, one character a pixel? */
bool picture_has_blocks(struct picture_style style);

/* picture_lines - how many lines an image takes. */
int64_t picture_lines(const struct picture *m, struct picture_style style);

/* picture_line - append one of them, without a newline: as picture_print. */
void picture_line(struct text *out, const struct picture *m, int64_t line,
                  struct picture_style style);
