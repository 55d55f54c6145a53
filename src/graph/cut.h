/*
 * cut.h - the part of a network that computes one of its layers, and the whole
 * for the gradient of its input.
 *
 * A network of its own, so that whoever runs it needs no word of what was
 * above; it knows nothing of why the layer is asked for.
 */
#pragma once

#include "graph/graph.h"

/* graph_node_find - the node of that name, -1: none has it. */
int64_t graph_node_find(const struct graph *g, const char *name);

/* graph_cut - `out` becomes the network of `node` and all that it depends on,
 * whose output is the node's: bit for bit, unless a layer is folded in one of
 * the two alone (fold.h).  Both live as long as `arena` and
 * `g` do.  ERR_MEMORY. */
MUST_USE enum status graph_cut(struct graph *out, const struct graph *g,
                               int64_t node, struct arena *arena,
                               struct err *e);

/* graph_cut_weights - to [cut->weight_size], overwritten, takes its tensors
 * from those [g->weight_size] of the network that it was cut from. */
void graph_cut_weights(const struct graph *cut, real *to, const struct graph *g,
                       const real *from);

/* graph_by - `out` becomes the network of all layers of `g`, with the same
 * weights in the same places, computed by `kern`.  Lives as graph_cut's.
 * ERR_MEMORY. */
MUST_USE enum status graph_by(struct graph *out, const struct graph *g,
                              const struct kernels *kern, struct arena *arena,
                              struct err *e);

/* graph_still - `out` becomes the network of all layers of `g`, with the same
 * weights in the same places, of which training computes what inference of `g`
 * does, but for rounding (fold.h): nothing is random, no sum runs over the
 * batch.  Nothing of it is trained; run_backward leaves the gradient of its
 * input.  Lives as graph_cut's.  ERR_MEMORY. */
MUST_USE enum status graph_still(struct graph *out, const struct graph *g,
                                 struct arena *arena, struct err *e);
