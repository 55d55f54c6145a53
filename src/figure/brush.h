/*
 * brush.h - cairo: how wide text is, and a drawing as PNG or PDF.
 *
 * The library is opened when it is first needed.  Knows no figure.
 */
#pragma once

#include "base/err.h"
#include "base/text.h"
#include "figure/drawing.h"

/* brush_load - open cairo.  ERR_MEMORY says which package is missing. */
MUST_USE enum status brush_load(struct err *e);

struct brush { /* initialise with {0} */
    void *context;
};

/* brush_begin - what measures text; brush_load has been OK.  Always to be given
 * back with brush_end. */
MUST_USE enum status brush_begin(struct brush *b, struct err *e);
void brush_end(struct brush *b);

/* brush_width - the advance of a text of size 1, without a control character,
 * linear in the size. */
double brush_width(const struct brush *b, const char *string, bool bold);

/* The family of letters, as fontconfig and style sheets know it. */
#define TYPE_FAMILY "DejaVu Sans"

/* brush_png, brush_pdf - append the file.  A pixel of the one, a point of the
 * other is the unit.  ERR_MEMORY. */
MUST_USE enum status brush_png(const struct drawing *d, struct text *out,
                               struct err *e);
MUST_USE enum status brush_pdf(const struct drawing *d, struct text *out,
                               struct err *e);

/* brush_cells - the PNG of an image alone, its cells as many pixels wide as the
 * box has units for them, so that readers have nothing to smooth. */
MUST_USE enum status brush_cells(const struct picture *p, struct box box,
                                 struct text *out, struct err *e);
