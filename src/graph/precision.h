/*
 * precision.h - how much of a network is computed in bfloat16.
 *
 * What counts are the multiply-adds of the passes that are computed: forward
 * and, in training, the gradients that are wanted, each as its algorithm
 * computes it.  Knows no documents.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "graph/graph.h"

/* "forward", "data", "weights". */
extern const char *const precision_passes[LAYER_PASSES];

/* precision_rounds - are the products of a pass of a node in bfloat16? */
bool precision_rounds(const struct graph *g, int64_t node,
                      enum layer_pass pass);

/* precision_wide - is it computed, has products, and in float32? */
bool precision_wide(const struct graph *g, int64_t node, enum layer_pass pass,
                    bool training);

/* precision_any_wide - is one of a node's passes so? */
bool precision_any_wide(const struct graph *g, int64_t node, bool training);

/* precision_share - bfloat16's share of the multiply-adds, 0 .. 1. */
double precision_share(const struct graph *g, bool training);

/* precision_print - "bfloat16, native, in 93.1 % of the multiply-adds of
 * training; float32: conv2d1, conv2d2 (weights), dense11", of a graph whose
 * kernels are bfloat16's; of many layers the first alone. */
void precision_print(struct text *out, const struct graph *g, bool training);
