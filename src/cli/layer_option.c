/*
 * layer_option.c - a name looked up.
 */
#include "cli/layer_option.h"

#include "cli/say.h"
#include "conf/tree.h"
#include "graph/cut.h"

enum status layer_named(const struct call *call, const struct graph *g,
                        const char *name, int64_t *node, struct err *e)
{
    struct nearest near = {.word = name};

    *node = graph_node_find(g, name);
    if (*node >= 0)
        return OK;
    for (int64_t i = 0; i < g->count; i++)
        nearest_offer(&near, g->nodes[i].layer.name, g->nodes[i].layer.name);
    return usage_error(e, call, "--layer: the model has no layer '%s'%s", name,
                       did_you_mean(near.found).text);
}
