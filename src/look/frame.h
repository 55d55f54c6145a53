/*
 * frame.h - tensors that are images, as tiles of a figure.
 *
 * Knows shapes and numbers alone.
 */
#pragma once

#include "base/arena.h"
#include "figure/figure.h"
#include "tensor/real.h"
#include "tensor/shape.h"

/* [C, H, W]; [H, W] is one channel. */
struct frame {
    int64_t channels, height, width;
};

/* frame_of - false: the shape is that of no image. */
bool frame_of(struct shape shape, struct frame *out);

static inline int64_t frame_pixels(struct frame f)
{
    return f.height * f.width;
}

/* frame_photo - x [C, H, W] as it is looked at: in red, green and blue of three
 * channels, else the mean of them, dark where it is large.  From black to white
 * where all values are integers 0..255, else by its own range.  On `arena`,
 * which may fail. */
struct tile frame_photo(struct frame f, const float *x, struct arena *arena);

/* frame_map - one channel x [H, W] by its own range, dark where it is large. */
struct tile frame_map(struct frame f, const float *x, struct arena *arena);
