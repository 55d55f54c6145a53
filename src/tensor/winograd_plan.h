/*
 * winograd_plan.h - how a Winograd convolution is cut and laid out; shared by
 * winograd*.c alone.
 *
 * The tile rows of all samples, sample by sample, are cut into blocks of
 * block_rows; the tiles of a block are transformed, multiplied and transformed
 * back before the next, so that they stay in the second-level cache.
 */
#ifndef TENSOR_WINOGRAD_PLAN_H
#define TENSOR_WINOGRAD_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/conv.h"
#include "tensor/kernels.h"

struct winograd_plan {
    const struct kernels *kern;
    const struct winograd_kernels *tiles;
    const struct conv *conv;
    int64_t m, n, r;           /* outputs, inputs and taps along an axis */
    int64_t elements;          /* n * n */
    int64_t cells;             /* r * r */
    int64_t rows, columns;     /* tiles of a sample */
    int64_t block_rows;        /* tile rows of a block */
    int64_t channels, filters; /* rounded up to whole vectors */

    /* Reals from one element's matrix to the next. */
    int64_t u_step; /* U: forward [C][filters] in panels, backward [O][channels]
                       in panels */
    int64_t v_step; /* V, dV: [tiles][channels] */
    int64_t e_step; /* M, E: [tiles][filters] */
    int64_t g_step; /* dU: [C][filters] */

    /* Places in the scratch memory, in reals. */
    int64_t u, v, e, g, x_plane, y_plane, patch, bias, total;
};

/* Channels whose filters are gathered at once. */
enum { PATCH_CHANNELS = 32 };

struct winograd_plan winograd_plan(const struct kernels *kern,
                                   const struct conv *c, int64_t m,
                                   int64_t samples, bool backward);

/* Tile rows [begin, end) of one sample, the first tile being number `tile` of
 * its block. */
struct strip {
    int64_t sample, begin, end, tile;
};

/* winograd_strip - the strip of a block that starts at tile row `row`, counted
 * over all samples, and ends before `end`. */
struct strip winograd_strip(const struct winograd_plan *p, int64_t block,
                            int64_t row, int64_t end);

/* Image rows that a strip reads (of x) or writes (of y). */
struct range winograd_input_rows(const struct winograd_plan *p,
                                 const struct strip *s);
struct range winograd_output_rows(const struct winograd_plan *p,
                                  const struct strip *s);

/* The cells of tile (row, column) in a blocked plane of the image rows `in`,
 * whose first row is rows.begin. */
struct winograd_tile winograd_input_tile(const struct winograd_plan *p,
                                         struct range rows, int64_t row,
                                         int64_t column);
struct winograd_tile winograd_output_tile(const struct winograd_plan *p,
                                          struct range rows, int64_t row,
                                          int64_t column);

/* winograd_transform_input - V of a strip. */
void winograd_transform_input(const struct winograd_plan *p,
                              const struct conv_call *call,
                              const struct strip *s);

#endif
