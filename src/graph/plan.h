/*
 * plan.h - where every intermediate tensor of a pass lies in memory.
 *
 * One lane is the memory of one slice of a batch on its way through the
 * network.  Time is counted in layer calls: node i runs forward at i, the loss
 * at `count`, node i backward at 2*count - i.  Every tensor lives over an
 * interval of that time; tensors whose intervals overlap lie apart, others may
 * share memory.
 */
#ifndef GRAPH_PLAN_H
#define GRAPH_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "graph/graph.h"

/* A tensor in a lane. */
struct plan_block {
    size_t bytes, offset;
    int64_t begin, end; /* first and last moment at which it holds a value */
};

enum { PLAN_NONE = -1 };

/* The blocks of one node: indices into plan.blocks or PLAN_NONE. */
struct plan_node {
    int64_t y, dy, cache;
    int64_t *dx; /* [inputs] where backward writes; the input's dy for the
                    first writer, a block of its own for the others, which is
                    then added; PLAN_NONE when nobody needs it */
};

struct plan {
    bool training;
    int64_t batch; /* samples a lane has room for */
    int64_t block_count;
    struct plan_block *blocks;
    struct plan_node *nodes; /* [graph.count] */
    size_t tensor_bytes;     /* all blocks, as placed */
    size_t work_bytes;       /* scratch: the largest demand of any layer */
    size_t lane_bytes;       /* both, aligned */
};

/* plan_build - place everything for runs of up to `batch` samples.  Inference
 * plans (training false) keep an output only until its last reader has run. */
MUST_USE enum status plan_build(struct plan *p, struct arena *arena,
                                const struct graph *g, int64_t batch,
                                bool training, struct err *e);

/* plan_at - the address of a block in the lane at `lane`; NULL: PLAN_NONE. */
void *plan_at(const struct plan *p, unsigned char *lane, int64_t block);

#endif
