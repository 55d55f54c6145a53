/*
 * window.h - how a window slides over an image, one axis at a time.
 *
 * Convolution and pooling share this arithmetic.  Tap k of output o reads input
 * o * stride + k * dilation - pad; inputs outside 0..in-1 are padding.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct axis {
    int64_t in, out;  /* extents, in cells */
    int64_t kernel;   /* taps */
    int64_t stride;   /* input cells from one output to the next */
    int64_t dilation; /* input cells from one tap to the next */
    int64_t pad;      /* padding cells before the first input */
};

struct window {
    struct axis y, x; /* rows, columns */
};

/* A half-open range: begin <= i < end. */
struct range {
    int64_t begin, end;
};

/* axis_span - input cells from the first tap to the last, both included. */
int64_t axis_span(const struct axis *a);

/* axis_count - how often the window fits into the input and `padding` cells in
 * all (before and after): floor((in + padding - span) / stride) + 1; 0 when it
 * does not fit. */
int64_t axis_count(const struct axis *a, int64_t padding);

/* window_taps, window_outputs, window_inputs - the cells of one window, of the
 * output plane and of the input plane. */
int64_t window_taps(const struct window *w);
int64_t window_outputs(const struct window *w);
int64_t window_inputs(const struct window *w);

/* window_is_pointwise - is every window a cell, and the cell of its place? */
bool window_is_pointwise(const struct window *w);
