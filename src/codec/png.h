/*
 * png.h - images as PNG files (ISO/IEC 15948), to be written.
 */
#pragma once

#include <stdint.h>

#include "base/text.h"

enum { PNG_MOST_SIDE = 0x7fffffff }; /* pixels along an edge */

/*
 * png_print - append a whole file of 8 bits a sample, not interlaced.
 *
 * planar  [channels, height, width], 1 channel for grey, 3 for red, green, blue
 *
 * Extents are in [1, PNG_MOST_SIDE].  Equal pixels give equal bytes.
 */
void png_print(struct text *out, const unsigned char *planar, int64_t channels,
               int64_t height, int64_t width);
