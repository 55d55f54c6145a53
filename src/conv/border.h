/*
 * border.h - an image with its padding around it, and the tables by which
 * windows find their cells in it.
 *
 * With the padding written out, tap t of output position p reads the cell
 * position[p] + tap[t] whatever stride and dilation are.  Shared by direct.c,
 * im2col.c and depthwise.c, which lay the tables out in their scratch memory.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "conv/conv.h"

/* The cells from the first to the last that any window reads. */
struct border {
    int64_t height, width, cells;
    bool needed;                 /* do they differ from the image's? */
    int64_t positions, depth;    /* outputs; taps of all channels of a group */
    int64_t position_at, tap_at; /* the tables' places in the scratch memory */
};

/* border_take - the geometry, and places for the tables. */
struct border border_take(const struct conv *c, int64_t *work);

/* border_take_table, border_table - a place for int64_t, and what is there. */
int64_t border_take_table(int64_t *work, int64_t entries);
int64_t *border_table(const struct conv_call *call, int64_t place);

/* border_fill - the tables: offsets of the windows' first cells [positions] and
 * of the taps [depth], channel by channel, in an image of planes of `lanes`
 * channels; 1: plain. */
void border_fill(const struct border *b, const struct conv *c, int64_t lanes,
                 const struct conv_call *call);

/* border_load - `image` [channels / lanes, cells, lanes] from x, a group's part
 * of a sample; or x itself where no border is needed. */
const real *border_load(const struct border *b, const struct conv *c,
                        int64_t lanes, const real *x, real *image);

/* border_store - the way back, to all of dx; nothing where `image` is dx. */
void border_store(const struct border *b, const struct conv *c, int64_t lanes,
                  const real *image, real *dx);

/* border_load_lanes, border_store_lanes - the same in blocked planes, for the
 * p->count planes of a vector that begin at x or dx; p->pitch is that of the
 * image, p->pixels and p->stride are set here.  What is not read from x is left
 * alone. */
void border_load_lanes(const struct border *b, const struct conv_task *t,
                       struct planes p, const real *x, real *image);
void border_store_lanes(const struct border *b, const struct conv_task *t,
                        struct planes p, const real *image, real *dx);

/* border_copy_lanes - as border_store_lanes to one plane of a blocked dx. */
void border_copy_lanes(const struct border *b, const struct conv_task *t,
                       int64_t pitch, const real *image, real *dx);
