/*
 * fake_layers.h - layer types for tests of the graph: they compute something
 * simple enough to check by hand.
 */
#ifndef SUPPORT_FAKE_LAYERS_H
#define SUPPORT_FAKE_LAYERS_H

#include "graph/graph.h"

/* One axis of `*(const int64_t *)config` numbers. */
extern const struct layer_ops fake_input_ops;

/* y = sum of all inputs times the one weight "scale"; any number of inputs of
 * one shape.  backward reads x. */
extern const struct layer_ops fake_sum_ops;

/* Refuses every input. */
extern const struct layer_ops fake_refuse_ops;

/* Reports of the builder, in order: "entry key: why\n". */
struct fake_report {
    struct text text;
};
struct graph_reporter fake_reporter(struct fake_report *into);

#endif
