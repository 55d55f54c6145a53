/*
 * image.h - what layers over images have in common: the form of their input
 * and the words of their refusals.
 *
 * Private to layer/.
 */
#pragma once

#include "layer/layer.h"
#include "tensor/window.h"

/* The axes of an image's shape [C, H, W]. */
enum { IMAGE_CHANNELS, IMAGE_ROWS, IMAGE_COLUMNS, IMAGE_AXES };

/* image_expect - refuse an input that is not [C, H, W]. */
MUST_USE enum status image_expect(struct layer_spec *s, struct shape in);

/* image_refuse_window - "WHAT 5x5 does not fit its 3x3 input (pad 0)". */
MUST_USE enum status image_refuse_window(struct layer_spec *s, const char *what,
                                         const struct window *w);

/* The text of two extents: "5x3". */
struct extents {
    char text[48];
};
struct extents image_extents(int64_t rows, int64_t columns);
