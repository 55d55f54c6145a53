/*
 * idx.h - the IDX format of MNIST: a big-endian header, then the elements.
 *
 *   00 00 TYPE AXES, AXES extents of 32 bits, the elements, outermost first
 *
 * Images are [N, H, W] or [N, C, H, W] of any type; labels are [N] of any
 * integer type.  Elements are counted exactly: a byte too few or too many is
 * an error.  Unsigned bytes stay bytes; everything else becomes float, rounded
 * once, and must be finite as such.
 */
#pragma once

#include "conf/field.h"
#include "source/source.h"

/* A pair of IDX files as a source, and its keys in YAML. */
struct idx_source {
    struct path images, labels;
};

extern const struct source_ops idx_source_ops;
