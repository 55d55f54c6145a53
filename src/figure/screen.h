/*
 * screen.h - a figure in the terminal.
 *
 * Images as half blocks of 24-bit or 256 colours, or as characters from blank
 * to dense; curves in a box of block or plain characters with ticks, legend and
 * marks; cells as a table.  Foreign text is escaped.
 */
#pragma once

#include "base/text.h"
#include "figure/figure.h"
#include "term/colour.h"

struct screen {
    int64_t columns, rows; /* of the terminal; 0: 80, 24 */
    enum palette palette;
    bool utf8; /* else nothing but ASCII */
};

/* screen_print - append it, at most `columns` (20 at least) wide, as high as it
 * takes. */
void screen_print(struct text *out, const struct figure *f,
                  const struct screen *s);
