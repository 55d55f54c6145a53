/*
 * activity.h - what a layer makes of an image: its feature maps.
 */
#pragma once

#include "look/chosen.h"

struct activity {
    const char *layer;
    struct frame frame; /* of the output: channels are maps */
    real *maps;         /* [channels, rows, columns], as predict --layer has
                           them */
};

/* activity_compute - the output of a node that layer_has_maps, for sample i.
 * Lives on `arena`.  ERR_MEMORY; ERR_DATA: it is not finite. */
MUST_USE enum status activity_compute(struct activity *a,
                                      const struct chosen *c, int64_t i,
                                      int64_t node, struct pool *pool,
                                      struct arena *arena, struct err *e);

/* activity_figure - the sample, and every map by its own range, dark where it
 * is large.  On `arena`, which may fail. */
struct figure activity_figure(const struct activity *a, const struct chosen *c,
                              int64_t i, struct arena *arena);
