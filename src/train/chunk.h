/*
 * chunk.h - runs of consecutive weights, the unit of work of an update.
 *
 * A chunk is small enough to stay in cache while its gradient is summed, the
 * penalty's is added and the rule is applied.  The cut depends on the network
 * alone.
 */
#ifndef TRAIN_CHUNK_H
#define TRAIN_CHUNK_H

#include <stdbool.h>
#include <stdint.h>

#include "graph/graph.h"

struct chunk {
    int64_t node;
    const struct param *param;
    int64_t begin, count; /* in the parameter; of a batch gradient whole rows */
    bool finite;          /* the weights after the update */
    bool gradient_finite; /* what they were updated by; set when not finite */
};

/* chunk_count - chunks of all parameters. */
int64_t chunk_count(const struct graph *g);

/* chunk_cut - chunks [chunk_count] is overwritten, in the parameters' order. */
void chunk_cut(const struct graph *g, struct chunk *chunks);

/* chunk_room - weights of the largest chunk of a batch gradient; 0: none. */
int64_t chunk_room(const struct graph *g);

#endif
