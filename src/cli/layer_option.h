/*
 * layer_option.h - the layer of --layer, whatever it is.
 */
#pragma once

#include "cli/cmd.h"
#include "graph/graph.h"

/* layer_named - its node.  ERR_USAGE with a hint: there is none. */
MUST_USE enum status layer_named(const struct call *call, const struct graph *g,
                                 const char *name, int64_t *node,
                                 struct err *e);
