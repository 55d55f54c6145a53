/*
 * filters.h - the weights of a layer as images.
 */
#pragma once

#include "app/model.h"
#include "look/frame.h"

/* The first weights of a layer, as they are stored.  A matrix has one row a
 * filter: its numbers in the form of the layer's input where that is an image
 * of as many, else one line. */
struct filters_seen {
    const char *layer;
    int64_t count;      /* filters: along the first axis */
    struct frame frame; /* of one */
    const real *values; /* [count, channels, rows, columns] */
    bool matrix;        /* of a dense layer, or of filters of one pixel */
    bool first;         /* no other bank of filters is before it */
};

enum { FILTERS_PANELS = 16, FILTERS_SIDE = 2048, FILTERS_MEAN = -1 };

/* filters_of - of a node that layer_has_filters. */
struct filters_seen filters_of(const struct model *m, int64_t node);

/*
 * filters_figure - a tile a filter, by its own range: of a first layer in red,
 * green and blue where it reads three channels, a panel a channel where it
 * reads at most FILTERS_PANELS; of others the mean over the channels, or
 * `channel` (FILTERS_MEAN: none is meant).  A matrix is one image, blue below 0
 * and red above; beyond FILTERS_SIDE rows or columns a cell is the mean of
 * several.  On `arena`, which may fail.
 */
struct figure filters_figure(const struct filters_seen *f, int64_t channel,
                             struct arena *arena);
