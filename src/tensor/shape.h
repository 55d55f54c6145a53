/*
 * shape.h - the extents of a tensor, row-major, outermost first.
 *
 * Shapes of samples leave the batch axis out: [C, H, W] or [F].
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"

enum { SHAPE_MAX_AXES = 6 };

struct shape {
    int64_t axes;
    int64_t dim[SHAPE_MAX_AXES]; /* unused ones are 0 */
};

/* SHAPE - a shape from its extents: SHAPE(96, 3, 3). */
#define SHAPE(...)                                                             \
    ((struct shape){                                                           \
        .axes = (int64_t)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), \
        .dim = {__VA_ARGS__}})

/* shape_count - the number of elements, 1 without axes.  The extents must have
 * passed shape_fits. */
int64_t shape_count(struct shape s);

/* shape_fits - every extent is at least 1 and the element count times 8 bytes
 * times any batch up to 2^20 fits int64_t. */
MUST_USE bool shape_fits(struct shape s);

bool shape_equal(struct shape a, struct shape b);

/* shape_channels - C of [C, H, W]; 1 of any other sample. */
static inline int64_t shape_channels(struct shape s)
{
    return s.axes == 3 ? s.dim[0] : 1;
}

/* A shape in words, "96x24x24". */
struct shape_text {
    char text[21 * SHAPE_MAX_AXES + 1];
};
struct shape_text shape_text(struct shape s);
