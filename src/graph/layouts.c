/*
 * layouts.c - outputs that must have one layout, and those that can be blocked.
 *
 * Layers that write as they read join their inputs and their output to a set of
 * one layout (a forest of nodes, each pointing towards its set's root); a set
 * is plain where one of its members or of its readers wants it to be.
 */
#include "graph/graph.h"

struct sets {
    int64_t *parent; /* [count] */
    bool *plain;     /* [count] of roots */
};

static int64_t find(const struct sets *s, int64_t node)
{
    while (s->parent[node] != node) {
        s->parent[node] = s->parent[s->parent[node]];
        node = s->parent[node];
    }
    return node;
}

/* The lower root stays, as inputs come before their readers. */
static void join(const struct sets *s, int64_t a, int64_t b)
{
    const int64_t x = find(s, a), y = find(s, b);

    s->parent[x > y ? x : y] = x < y ? x : y;
}

static bool can_write(const struct graph *g, int64_t node)
{
    const struct layer_spec *spec = &g->nodes[node].layer.spec;

    return spec->writes != WRITES_PLAIN && spec->out.axes == 3 &&
           node != g->count - 1 && !activation_of(spec->nonlinearity)->by_row;
}

/* What has one layout. */
static void join_all(const struct sets *s, const struct graph *g)
{
    for (int64_t i = 0; i < g->count; i++)
        s->parent[i] = i;
    for (int64_t i = 0; i < g->count; i++) {
        const struct graph_node *n = &g->nodes[i];
        for (int64_t k = 0; k < n->layer.inputs; k++) {
            if (n->layer.spec.writes == WRITES_AS_READ)
                join(s, i, n->inputs[k]);
            join(s, n->inputs[0], n->inputs[k]);
        }
    }
}

static void find_plain(const struct sets *s, const struct graph *g)
{
    for (int64_t i = 0; i < g->count; i++) {
        const struct graph_node *n = &g->nodes[i];
        s->plain[find(s, i)] |= !can_write(g, i);
        for (int64_t k = 0; k < n->layer.inputs; k++)
            s->plain[find(s, n->inputs[k])] |= !n->layer.spec.reads_blocked;
    }
}

void graph_choose_layouts(struct graph *g, struct arena *arena)
{
    const size_t nodes = (size_t)g->count;
    const struct sets s = {
        .parent = arena_take(arena, nodes, sizeof *s.parent),
        .plain = arena_take(arena, nodes, sizeof *s.plain),
    };

    if (!s.parent || !s.plain)
        return;
    join_all(&s, g);
    find_plain(&s, g);
    for (int64_t i = 0; i < g->count; i++) {
        struct graph_node *n = &g->nodes[i];
        n->layer.spec.y_blocked = !s.plain[find(&s, i)];
        n->layer.spec.x_blocked =
            n->layer.inputs > 0 && !s.plain[find(&s, n->inputs[0])];
    }
}
