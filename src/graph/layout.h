/*
 * layout.h - which outputs of a network are blocked in memory.
 */
#pragma once

#include "base/arena.h"
#include "graph/graph.h"

/*
 * layout_choose - decide spec.x_blocked and y_blocked of all nodes: an output
 * is blocked where its layer can write it so and all who read it can read it
 * so, which a layer that writes as it reads hands on from its inputs to its
 * readers.  The input and the output of the network are plain.  Nothing is ever
 * turned between two layers: those that read or write either layout turn on
 * their way.  A sticky failure of the arena leaves all plain.
 */
void layout_choose(struct graph *g, struct arena *arena);
