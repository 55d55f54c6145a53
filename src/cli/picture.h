/*
 * picture.h - one image in the terminal.
 */
#ifndef CLI_PICTURE_H
#define CLI_PICTURE_H

#include <stdint.h>

#include "base/text.h"
#include "cli/colour.h"
#include "tensor/shape.h"

/*
 * picture_print - append an image of `shape` [C, H, W] or [H, W].
 *
 * pixels [shape]  read; `low` is black, `high` white
 *
 * With colours two rows share a line, as half blocks; three channels are red,
 * green and blue, otherwise the first one is shown in grey.  Without: two
 * characters a pixel, from blank to dense.
 */
void picture_print(struct text *out, struct shape shape, const double *pixels,
                   double low, double high, enum palette palette);

#endif
