/*
 * fake_layers.h - layer types for tests of the graph and the training step:
 * they compute something simple enough to check by hand.
 */
#pragma once

#include "graph/graph.h"

/* One axis of `*(const int64_t *)config` numbers. */
extern const struct layer_ops fake_input_ops;

/* y = sum of all inputs times the one weight "scale"; any number of inputs of
 * one shape.  backward reads x. */
extern const struct layer_ops fake_sum_ops;

/*
 * With s = the sum of all inputs, any number of them of one shape of one axis:
 *
 *   y = weight * (s - mean) / sqrt(variance + 0.001) + bias
 *
 * where training takes mean and variance over the batch and keeps running ones,
 * (1 - 0.1) old + 0.1 new, the variance by n / (n - 1), which inference takes.
 * The config is the nonlinearity's variant, NULL: linear.
 */
extern const struct layer_ops fake_norm_ops;

/* Refuses every input. */
extern const struct layer_ops fake_refuse_ops;

/* Reports of the builder, in order: "entry key: why\n". */
struct fake_report {
    struct text text;
};
struct graph_reporter fake_reporter(struct fake_report *into);
