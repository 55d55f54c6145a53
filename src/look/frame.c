/*
 * frame.c - tensors that are images, as tiles of a figure.
 */
#include "look/frame.h"

bool frame_of(struct shape shape, struct frame *out)
{
    const int64_t *dim = shape.dim;

    if (shape.axes == 3)
        *out = (struct frame){dim[0], dim[1], dim[2]};
    else if (shape.axes == 2)
        *out = (struct frame){1, dim[0], dim[1]};
    return shape.axes == 2 || shape.axes == 3;
}

/* Are they what an 8-bit image holds? */
static bool is_bytes(const float *x, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (!(x[i] >= 0 && x[i] <= 255 && x[i] == (float)(int)x[i]))
            return false;
    return true;
}

/* A sum of `channels` planes, times `factor`. */
static void add_planes(struct frame f, const float *x, double factor,
                       double *out)
{
    const int64_t pixels = frame_pixels(f);

    for (int64_t c = 0; c < f.channels; c++)
        for (int64_t i = 0; i < pixels; i++)
            out[i] += factor * (double)x[c * pixels + i];
}

struct tile frame_photo(struct frame f, const float *x, struct arena *arena)
{
    const int64_t pixels = frame_pixels(f);
    const bool colour = f.channels == 3;
    double *values =
        arena_take(arena, (size_t)(pixels * (colour ? 3 : 1)), sizeof *values);
    const struct tile tile = {
        .values = values,
        .channels = colour ? 3 : 1,
        .height = f.height,
        .width = f.width,
        .high = is_bytes(x, f.channels * pixels) ? 255 : 0,
        .map = MAP_GREY_NEGATED,
    };

    if (values && !colour)
        add_planes(f, x, 1 / (double)f.channels, values);
    for (int64_t i = 0; values && colour && i < 3 * pixels; i++)
        values[i] = (double)x[i];
    return tile;
}

struct tile frame_map(struct frame f, const float *x, struct arena *arena)
{
    const struct frame plane = {1, f.height, f.width};
    double *values = arena_take(arena, (size_t)frame_pixels(f), sizeof *values);

    if (values)
        add_planes(plane, x, 1, values);
    return (struct tile){
        .values = values,
        .channels = 1,
        .height = f.height,
        .width = f.width,
        .map = MAP_GREY_NEGATED,
    };
}
