/*
 * naive_image.h - what image_apply computes, as slowly as it is defined.
 */
#pragma once

#include "image/image.h"

/* naive_image - every pixel of the output a sum over all of the window, each
 * weight from its definition, in whole numbers.  planar [C, H, W] of
 * image_shape. */
void naive_image(const struct image *from, const struct image_rule *rule,
                 unsigned char *planar);

/* naive_upright - the image as orientation 1 .. 8 of Exif has it: the place of
 * every pixel from the words of the standard.  `to` has room for as many. */
void naive_upright(const struct image *from, int orientation, struct image *to);
