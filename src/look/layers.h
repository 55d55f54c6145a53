/*
 * layers.h - which layers of a network have a picture, and which is meant.
 */
#pragma once

#include "base/err.h"
#include "graph/graph.h"

/* Is there a picture of the node? */
typedef bool layer_shows(const struct graph *g, int64_t node);

/* layer_has_filters - of its weights: of a bank of filters over an image, or a
 * matrix. */
bool layer_has_filters(const struct graph *g, int64_t node);

/* layer_has_maps - of its output: images. */
bool layer_has_maps(const struct graph *g, int64_t node);

/* layer_choose - *node becomes the layer called `name`; of NULL the first
 * convolution that `shows` allows, else the first of all that it allows but the
 * input.  ERR_USAGE: there is none; the message names those that there are. */
MUST_USE enum status layer_choose(const struct graph *g, const char *name,
                                  layer_shows *shows, const char *place,
                                  int64_t *node, struct err *e);
