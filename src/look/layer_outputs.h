/*
 * layer_outputs.h - what a layer makes of samples.
 */
#pragma once

#include "app/model.h"
#include "graph/cut.h"
#include "term/progress.h"
#include "train/infer.h"

/* The part of a model's network that computes a layer, ready to run. */
struct layer_part {
    struct arena arena;
    struct graph cut;
    struct infer *infer;
};

/* layer_part_open - for calls of at most `most` samples.  Always to be given
 * back.  ERR_MEMORY. */
MUST_USE enum status layer_part_open(struct layer_part *p,
                                     const struct model *m, int64_t node,
                                     int64_t most, struct pool *pool,
                                     struct err *e);
void layer_part_close(struct layer_part *p);

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
