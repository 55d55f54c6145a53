/*
 * layer_outputs.h - what a layer makes of samples.
 */
#pragma once

#include "app/model.h"
#include "term/progress.h"

struct layer_request {
    const struct model *model;
    int64_t node; /* of its graph */
    const struct subset *part;
    const char *name; /* of the samples, for messages; NULL: none */
    struct pool *pool;
    struct progress *progress;
    const char *label; /* of the progress line */
};

/* layer_outputs - y [part.count, out..] is overwritten with the layer's output
 * for every sample, as predict --layer has it.  ERR_DATA: one is not finite.
 * ERR_MEMORY. */
MUST_USE enum status layer_outputs(const struct layer_request *r, real *y,
                                   struct err *e);
