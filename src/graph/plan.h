/*
 * plan.h - where every intermediate tensor of a pass lies in memory.
 *
 * One lane is the memory of one slice of a batch on its way through the
 * network.  Time is counted in layer calls: node i runs forward at i, the loss
 * at `count`, node i backward at 2*count - i.  Every tensor of a lane lives
 * over an interval of that time; tensors whose intervals overlap lie apart,
 * others may share memory.  Where a layer declares it, y takes the place of an
 * x that nobody else reads any more, or is a view of it, and dx that of dy.
 * What batch gradients are computed from lives as long as the batch, and its
 * slices side by side: [batch, width], of which a slice has its rows.
 *
 * A layer with sums over the batch cuts time before its call: all slices must
 * have come so far.  What lies between two cuts is a segment.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "graph/graph.h"
#include "graph/place.h"

enum { PLAN_NONE = -1 };

/* The tensors of one node: indices into plan.tensors or PLAN_NONE. */
struct plan_node {
    int64_t y, dy, cache;
    int64_t z;    /* what the layer makes, if a nonlinearity's backward reads it
                    and y is therefore another tensor */
    int64_t *dx;  /* [inputs] where backward writes; the input's dy for the
                    first writer, another tensor for the others, which is then
                    added; PLAN_NONE when nobody needs it */
    int64_t last; /* moment at which y is read for the last time */
    int64_t laid[DIRECTIONS]; /* place of what its lay leaves; PLAN_NONE: it is
                                 not called, and the scratch has room for it */
    int64_t cut[DIRECTIONS];  /* in plan.cuts: before the call; PLAN_NONE */
};

/* Where slices wait for each other. */
struct plan_cut {
    int64_t node;
    enum direction direction;
    int64_t moment;       /* of the call that waits for the sums */
    int64_t first, count; /* its sums among all settled ones of the batch */
};

/* What a plan has room for. */
struct plan_rows {
    int64_t slice;   /* samples of a run */
    int64_t batch;   /* of all slices that are trained on; 0: inference */
    int64_t threads; /* that share weights which are laid out once for many
                        runs; 0: none are */
};

/* Parameters of a node that are laid out, LAY_PARTS parts. */
struct plan_lay {
    int64_t node;
    enum direction direction;
};

struct plan {
    const struct graph *graph;
    struct plan_rows rows;
    bool training; /* rows.batch > 0 */
    int64_t tensor_count;
    struct plan_tensor *tensors;
    struct plan_node *nodes; /* [graph.count] */
    int64_t cut_count;       /* one less than there are segments */
    struct plan_cut *cuts;   /* in the order of time */
    int64_t loss_segment;    /* the one that ends forward, starts backward */
    int64_t sum_count;       /* settled sums of all cuts */
    int64_t most_sums;       /* of one cut */
    int64_t lay_count;
    struct plan_lay *lays; /* [lay_count] in the order of nodes */
    int64_t laid;          /* reals of what they leave */
    size_t lane_bytes;     /* the tensors of a lane, as placed */
    size_t batch_bytes;    /* those of the whole batch */
    size_t work_bytes;     /* scratch: the largest demand of any layer */
};

/* plan_build - place everything.  Inference plans keep an output only until its
 * last reader has run, and are never cut. */
MUST_USE enum status plan_build(struct plan *p, struct arena *arena,
                                const struct graph *g, struct plan_rows rows,
                                struct err *e);

/* plan_segment - the segment that a moment lies in. */
int64_t plan_segment(const struct plan *p, int64_t moment);

/* The memory of one slice, aligned to 64 bytes. */
struct plan_memory {
    unsigned char *lane;  /* lane_bytes */
    unsigned char *batch; /* batch_bytes, the same for all slices */
    int64_t first;        /* row of the batch that the slice starts at */
};

/* plan_at - the address of a tensor's rows of one slice; NULL: PLAN_NONE. */
void *plan_at(const struct plan *p, const struct plan_memory *m,
              int64_t tensor);
