/*
 * direct.h - how a direct convolution is laid out; shared by direct*.c alone.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "conv/border.h"
#include "conv/conv.h"

struct direct {
    const struct conv_task *task; /* of a call alone, as `call` */
    const struct conv_call *call;
    struct border border;
    int64_t channels, filters;   /* of a group */
    int64_t in_lanes, out_lanes; /* the same in whole vectors */
    int64_t taps;                /* of one channel */
    int64_t positions, chunk;    /* output cells, and those computed at once */
    bool turned;   /* weights that are laid out are [filters, channels], see
                    conv_turn */
    int64_t spare; /* from the caller's scratch to a worker's own */

    /* Places in the scratch memory, in reals. */
    int64_t scatter, step; /* tables of direct_data.c */
    int64_t image, weights, tile, grad, bias, total;
};

/* Reals of a tile [vectors, positions, lanes], which stays in the first-level
 * cache. */
enum { DIRECT_TILE = 3 << 10 };

double direct_cost(const struct conv_task *t);
void direct_prepare(struct conv_task *t);

/* direct_turn - the task that gives dx from dy, where that pays, prepared.
 * False: there is none. */
bool direct_turn(const struct conv_task *t, struct conv_task *other);

/* direct_scatter - dx by a matrix product for every tap, and what that costs;
 * uses `scatter`, `step`, `image` and `weights`. */
void direct_scatter(const struct direct *d);
double direct_scatter_cost(const struct direct *d);
