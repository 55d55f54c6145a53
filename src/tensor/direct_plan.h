/*
 * direct_plan.h - tables and scratch of a direct convolution; shared by
 * direct*.c alone.
 */
#ifndef TENSOR_DIRECT_PLAN_H
#define TENSOR_DIRECT_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/conv.h"
#include "tensor/kernels.h"

struct direct_plan {
    const struct kernels *kern;
    const struct conv *conv;
    int64_t channels, filters;   /* of a group */
    int64_t in_lanes, out_lanes; /* the same in whole vectors */
    int64_t taps;                /* of one channel */
    int64_t depth;               /* channels * taps */
    int64_t positions;           /* output cells */
    int64_t chunk;               /* output cells computed at once */

    /* The image with its border: the cells that some window reads. */
    int64_t height, width;
    bool bordered; /* does it differ from x? */

    /* Places in the scratch memory, in reals. */
    int64_t position_table, tap_table, scatter_table; /* of int64_t */
    int64_t image, weights, tile, grad, bias, total;
};

struct direct_plan direct_plan(const struct kernels *kern, const struct conv *c,
                               bool backward);

/* The tables: offsets in the bordered image of the output positions' first
 * cells [positions] and of the taps [depth]. */
int64_t *direct_table(const struct conv_call *call, int64_t place);
void direct_fill_tables(const struct direct_plan *p,
                        const struct conv_call *call);

/* Where a group's part of a sample begins in x and dx, and in y and dy. */
int64_t direct_input_at(const struct direct_plan *p, int64_t sample,
                        int64_t group);
int64_t direct_output_at(const struct direct_plan *p, int64_t sample,
                         int64_t group);

/* direct_image - a group's channels of a sample with their border: x itself
 * where there is none. */
const real *direct_image(const struct direct_plan *p,
                         const struct conv_call *call, int64_t sample,
                         int64_t group);

#endif
