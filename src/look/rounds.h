/*
 * rounds.h - blocks that a network repeats, found by the names of its layers.
 *
 * The layers of round I are called PREFIX I _ NAME, as `repeat` calls what it
 * makes; so a model file, which holds them one by one, shows its blocks too.
 */
#pragma once

#include "graph/graph.h"

/* Rounds that follow each other: the same kinds of layers under the same names
 * in each. */
struct rounds {
    int64_t layers, count; /* in a round; of rounds, >= 2 */
    size_t prefix;         /* bytes of a name before the number of its round */
};

/* rounds_at - those whose first layer is `first`, before `end`; the outermost,
 * looking at names behind their first `skip` bytes.  False: there are none. */
bool rounds_at(const struct graph *g, int64_t first, int64_t end, size_t skip,
               struct rounds *out);
