/*
 * cut.c - networks made of the layers of another one.
 */
#include "graph/cut.h"

#include <string.h>

int64_t graph_node_find(const struct graph *g, const char *name)
{
    for (int64_t i = 0; i < g->count; i++)
        if (strcmp(g->nodes[i].layer.name, name) == 0)
            return i;
    return -1;
}

/* Layers that stand in a sound network are sound. */
static enum status report_unsound(void *context, int64_t entry, const char *key,
                                  const char *why)
{
    (void)entry;
    (void)key;
    return err_add(context, ERR_INTERNAL, NULL, "cutting the network: %s", why);
}

/* The entry that makes the node again, its inputs by name. */
static struct graph_entry entry_of(const struct graph *g, int64_t node,
                                   struct arena *arena)
{
    const struct graph_node *n = &g->nodes[node];
    const size_t inputs = (size_t)n->layer.inputs;
    const char **names = arena_take(arena, inputs, sizeof *names);

    for (size_t k = 0; names && k < inputs; k++)
        names[k] = g->nodes[n->inputs[k]].layer.name;
    return (struct graph_entry){
        .ops = n->layer.ops,
        .name = n->layer.name,
        .config = n->layer.config,
        .incoming = {names, names ? n->layer.inputs : 0},
        .learning_rate_scale = 1,
    };
}

/* A network of some of the entries of `g`, that computes as it does. */
static struct graph_request request_of(const struct graph *g,
                                       const struct graph_entry *entries)
{
    return (struct graph_request){
        .entries = entries,
        .seed = g->seed,
        .kern = g->engine.kern,
        .convolution = g->engine.convolution,
        .folds = g->folds,
    };
}

enum status graph_cut(struct graph *out, const struct graph *g, int64_t node,
                      struct arena *arena, struct err *e)
{
    const size_t most = (size_t)node + 1;
    bool *needed = arena_take(arena, most, sizeof *needed);
    struct graph_entry *entries = arena_take(arena, most, sizeof *entries);
    struct graph_request request = request_of(g, entries);
    const struct graph_reporter reporter = {report_unsound, e};

    if (!needed || !entries)
        return err_memory(e, "cutting the network");
    needed[0] = needed[node] = true;
    for (int64_t i = node; i > 0; i--)
        for (int64_t k = 0; needed[i] && k < g->nodes[i].layer.inputs; k++)
            needed[g->nodes[i].inputs[k]] = true;
    for (int64_t i = 0; i <= node; i++)
        if (needed[i])
            entries[request.count++] = entry_of(g, i, arena);
    const enum status s = arena_check(arena, e, "cutting the network");
    return s == OK ? graph_build(out, arena, &request, &reporter, e) : s;
}

void graph_cut_weights(const struct graph *cut, real *to, const struct graph *g,
                       const real *from)
{
    memset(to, 0, (size_t)cut->weight_size * sizeof *to);
    for (int64_t i = 0; i < cut->tensor_count; i++) {
        const struct param *p = &cut->params[i], *q = g->params;
        while (strcmp(q->name, p->name) != 0)
            q++;
        memcpy(to + p->offset, from + q->offset, (size_t)p->count * sizeof *to);
    }
}

/* The entry that makes the node again so that it does not notice training. */
static struct graph_entry still_of(const struct graph *g, int64_t node,
                                   struct arena *arena)
{
    struct graph_entry entry = entry_of(g, node, arena);
    const size_t size = entry.ops->kind.config_size;
    void *config = entry.ops->still ? arena_take(arena, 1, size) : NULL;

    if (config) {
        memcpy(config, entry.config, size);
        entry.ops->still(config);
        entry.config = config;
    }
    return entry;
}

typedef struct graph_entry entry_fn(const struct graph *g, int64_t node,
                                    struct arena *arena);

/* All layers, as `entry` makes them again, for what else is requested. */
static enum status copy(struct graph *out, const struct graph *g,
                        entry_fn *entry, struct graph_request *request,
                        struct arena *arena, struct err *e)
{
    struct graph_entry *entries =
        arena_take(arena, (size_t)g->count, sizeof *entries);
    const struct graph_reporter reporter = {report_unsound, e};

    if (!entries)
        return err_memory(e, "copying the network");
    for (int64_t i = 0; i < g->count; i++)
        entries[i] = entry(g, i, arena);
    request->entries = entries;
    request->count = g->count;
    const enum status s = arena_check(arena, e, "copying the network");
    return s == OK ? graph_build(out, arena, request, &reporter, e) : s;
}

enum status graph_by(struct graph *out, const struct graph *g,
                     const struct kernels *kern, struct arena *arena,
                     struct err *e)
{
    struct graph_request request = request_of(g, NULL);

    request.kern = kern;
    return copy(out, g, entry_of, &request, arena, e);
}

enum status graph_still(struct graph *out, const struct graph *g,
                        struct arena *arena, struct err *e)
{
    struct graph_request request = request_of(g, NULL);

    request.to_input = true;
    return copy(out, g, still_of, &request, arena, e);
}
