/*
 * graph.h - the network: layers, how they feed each other, their parameters.
 *
 * Any acyclic graph with one input layer, the first entry, and one output, the
 * last.  Entries stand in topological order, since a document may only refer
 * to layers above.  The graph owns no tensors: it says how many numbers there
 * are and where each parameter starts; memory is the plan's business.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/rng.h"
#include "layer/layer.h"

/* Bounds on what a document may ask for. */
enum { GRAPH_MAX_LAYERS = 10000 };

/* One layer as a document asks for it. */
struct graph_entry {
    const struct layer_ops *ops;
    const char *name;
    const void *config;
    struct text_list incoming; /* names; count 0: the entry before */
    bool trainable;
    bool frozen; /* not trained whatever the layer says of itself */
    double learning_rate_scale;
    double l1, l2;         /* added to the coefficients of all layers */
    struct text_list lint; /* rules that say nothing of this layer */
};

/* graph_trains - are the parameters of an entry trained? */
static inline bool graph_trains(const struct graph_entry *entry)
{
    return entry->trainable && !entry->frozen;
}

/* A network as a document asks for it, and what it is to run with. */
struct graph_request {
    const struct graph_entry *entries; /* [count] */
    int64_t count;
    int64_t faulty; /* entries from the first that is known to be faulty on;
                       only their names and incoming are looked at */
    uint64_t seed;
    const struct kernels *kern;         /* NULL: the processor's best */
    const struct conv_ops *convolution; /* of layer_engine */
    bool folds;                         /* in inference: see fold.h */
    bool to_input; /* the gradient of the input is wanted too */
};

/* graph_engine - what a request's layers compute with. */
struct layer_engine graph_engine(const struct graph_request *request);

/* Who turns a fault of an entry into a located error.  `key` is the key to
 * blame, NULL the layer itself.  Returns the status to give up with. */
struct graph_reporter {
    enum status (*report)(void *context, int64_t entry, const char *key,
                          const char *why);
    void *context;
};

/* A trained tensor, or a saved but untrained one. */
struct param {
    int64_t node;
    const char *name; /* "conv2d1.weight" */
    struct shape shape;
    int64_t offset; /* in numbers, from the start of the block; a multiple of
                       PARAM_ALIGN, so that rows of slots with the same layout
                       are aligned too */
    int64_t count;
    int64_t grad_offset; /* of its gradient in a block of gradients, left alone
                            where its layer is frozen; GRADIENT_NONE: none is
                            kept, see batch_gradient of layer.h */
    bool trainable, regularizable;
    double learning_rate_scale;
    double l1, l2;       /* its layer's own, where it is regularizable */
    struct variant init; /* trained ones */
    double value;        /* untrained ones: all elements at the start */
    bool is_magnitude;   /* no element is below 0 */
};

enum { PARAM_ALIGN = 16, GRADIENT_NONE = -1 };

struct graph_node {
    struct layer layer;    /* spec.nonlinearity of the output node may have
                               become graph.output_nonlinearity */
    const int64_t *inputs; /* [layer.inputs] nodes */
    int64_t consumers;     /* how often others read this node's output */
    int64_t first_param;   /* in graph.params; layer.spec.param_count of them */
    int64_t first_buffer;  /* the same for buffers */
    bool needs_dy;         /* the gradient is wanted here or above */
    bool folded; /* part of the layer before it: its output is its input, and
                    nothing is called; see fold.h */
    struct rng_key rng;    /* of (seed, "layer/NAME") */
    struct text_list lint; /* rules that say nothing of this layer */
};

struct graph {
    int64_t count;
    struct graph_node *nodes; /* [count]; [0] is the input */
    int64_t param_count, tensor_count;
    struct param *params; /* [tensor_count]: param_count trained ones, then the
                             buffers */
    int64_t param_size;   /* numbers of the trained ones */
    int64_t weight_size;  /* of all, in a block that starts with those */
    int64_t grad_size;    /* numbers in a block of gradients */
    struct shape in, out; /* of one sample */
    struct variant output_nonlinearity; /* the caller applies it: a loss may
                                           fuse it, predict wants its values;
                                           linear where its backward reads z */
    uint64_t seed;
    struct layer_engine engine;
    bool folds; /* in inference: see fold.h */
};

/*
 * graph_build - check the entries, infer all shapes, lay out the parameters.
 *
 * Everything lives in `arena`.  On a fault the reporter is told and the graph
 * keeps the nodes that are sound, in order (count may be less than asked), so
 * that a table can be shown down to the last good layer.
 */
MUST_USE enum status graph_build(struct graph *g, struct arena *arena,
                                 const struct graph_request *request,
                                 const struct graph_reporter *reporter,
                                 struct err *e);

/*
 * graph_choose_layouts - part of graph_build: which outputs are blocked, in
 * spec.x_blocked and y_blocked of all nodes.  One is where its layer can write
 * it so and all who read it can read it so; a layer that writes as it reads
 * hands that on from its inputs to its readers.  The network's own input and
 * output are plain.  Nothing is ever turned between two layers: those that take
 * either layout turn on their way.  A sticky failure of the arena leaves all
 * plain.
 */
void graph_choose_layouts(struct graph *g, struct arena *arena);

/* graph_init_params - the weights that training starts from: a function of the
 * seed, each parameter's name and shape alone.  weights [weight_size] is
 * overwritten, gaps with 0. */
void graph_init_params(const struct graph *g, real *weights);

/* graph_weights - learnable numbers without gaps; `trainable` leaves frozen
 * layers out. */
int64_t graph_weights(const struct graph *g, bool trainable);

/* graph_node_weights - the learnable numbers of one node. */
static inline int64_t graph_node_weights(const struct graph *g,
                                         const struct graph_node *n)
{
    int64_t count = 0;

    for (int64_t i = 0; i < n->layer.spec.param_count; i++)
        count += g->params[n->first_param + i].count;
    return count;
}

/* graph_node_reals - numbers of a sample's output as it lies in memory. */
static inline int64_t graph_node_reals(const struct graph_node *n)
{
    const struct layout y = layer_writes(&n->layer);

    return layout_reals(&y);
}

/* graph_passes - how often a pass of a node is computed: forward once; where
 * it is `training` the weights' gradient once if they are trained, and the
 * data's for every input that wants its own. */
int64_t graph_passes(const struct graph *g, int64_t node, enum layer_pass pass,
                     bool training);

/* graph_needs_blas - does a pass, or one of training, multiply by the BLAS? */
bool graph_needs_blas(const struct graph *g, bool training);

/* graph_macs - multiply-adds of one sample's forward pass. */
int64_t graph_macs(const struct graph *g);
