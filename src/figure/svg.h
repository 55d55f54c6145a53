/*
 * svg.h - a drawing as SVG, its text as text.
 *
 * One element without references: it may stand in an HTML page, several times.
 * Ref: SVG 2 (https://www.w3.org/TR/SVG2/).
 */
#pragma once

#include "base/err.h"
#include "base/text.h"
#include "figure/drawing.h"

/* svg_write - append it.  Every text is as long as it was measured, whatever
 * letters the reader has.  ERR_MEMORY. */
MUST_USE enum status svg_write(const struct drawing *d, struct text *out,
                               struct err *e);
