/*
 * paint.h - a figure as a file: PNG, SVG or PDF, drawn by cairo.
 *
 * cairo is opened when first used.  Equal figures and styles give equal bytes
 * on one machine.  Text is text in SVG and PDF, never outside the canvas, never
 * over other text: what has no room is shortened with an ellipsis or left out.
 */
#pragma once

#include "base/err.h"
#include "base/text.h"
#include "figure/figure.h"

enum paint_format { PAINT_PNG, PAINT_SVG, PAINT_PDF };

struct paint_style {
    enum paint_format format;
    double width, height; /* of the whole: pixels, of a PDF points; 0: what the
                             figure asks for; one of both 0: by the other */
    double scale;         /* pixels a cell of a tile; 0: fit */
    bool dark;            /* light on dark */
};

/* paint_format_of - by the ending of a file's name, in any case; false: none of
 * the three. */
bool paint_format_of(const char *path, enum paint_format *format);

/* paint_load - open cairo.  ERR_MEMORY, as of OpenBLAS, where it is missing:
 * the message names Debian's package. */
MUST_USE enum status paint_load(struct err *e);

/* paint - append the file's bytes to `out`.  ERR_MEMORY; ERR_USAGE when nothing
 * legible fits into the size that is asked for. */
MUST_USE enum status paint(const struct figure *f,
                           const struct paint_style *style, struct text *out,
                           struct err *e);
