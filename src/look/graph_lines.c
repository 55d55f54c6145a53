/*
 * graph_lines.c - which layer reads which, as lines beside a table.
 */
#include "base/num.h"
#include "look/graph_dot.h"
#include "term/table.h"

/* Outputs that are still to be read, a column each. */
struct lanes {
    const struct graph *g;
    int64_t count;  /* columns that have been used */
    int64_t *layer; /* [count] whose output; -1: free */
    int64_t *left;  /* [layers] how often it is still to be read */
    int64_t *lane;  /* [layers] its column */
};

/* A row in the making: the columns that it joins. */
struct row {
    int64_t first, last, own;
};

/* How a column of a row is related to the row's layer. */
enum relation { AWAY, PASSING, READ, READ_LAST, OWN };

static enum relation relation_of(const struct lanes *l, int64_t i, int64_t lane,
                                 const struct row *r)
{
    const struct graph_node *n = &l->g->nodes[i];
    const int64_t from = l->layer[lane];

    if (lane == r->own)
        return OWN;
    for (int64_t k = 0; k < n->layer.inputs; k++)
        if (n->inputs[k] == from)
            return l->left[from] > 0 ? READ : READ_LAST;
    return from >= 0 ? PASSING : AWAY;
}

static int64_t free_lane(struct lanes *l)
{
    int64_t lane = 0;

    while (lane < l->count && l->layer[lane] >= 0)
        lane++;
    if (lane == l->count)
        l->layer[l->count++] = -1;
    return lane;
}

/* The leftmost column whose output it is the last to read is its own from here
 * on, else a free one. */
static struct row begin_row(struct lanes *l, int64_t i)
{
    const struct graph_node *n = &l->g->nodes[i];
    struct row r = {-1, -1, -1};

    for (int64_t k = 0; k < n->layer.inputs; k++)
        l->left[n->inputs[k]]--;
    for (int64_t k = 0; k < n->layer.inputs; k++) {
        const int64_t from = n->inputs[k], lane = l->lane[from];
        if (l->left[from] == 0 && (r.own < 0 || lane < r.own))
            r.own = lane;
    }
    if (r.own < 0)
        r.own = free_lane(l);
    r.first = r.last = r.own;
    for (int64_t k = 0; k < n->layer.inputs; k++) {
        r.first = num_min(r.first, l->lane[n->inputs[k]]);
        r.last = num_max(r.last, l->lane[n->inputs[k]]);
    }
    return r;
}

static void end_row(struct lanes *l, int64_t i, const struct row *r)
{
    const struct graph_node *n = &l->g->nodes[i];

    for (int64_t k = 0; k < n->layer.inputs; k++)
        if (l->left[n->inputs[k]] == 0)
            l->layer[l->lane[n->inputs[k]]] = -1;
    l->layer[r->own] = i;
    l->lane[i] = r->own;
}

static void put_lines(struct text *out, struct lanes *l, int64_t i)
{
    static const char signs[] = {[AWAY] = ' ',
                                 [PASSING] = '|',
                                 [READ] = '+',
                                 [READ_LAST] = '\'',
                                 [OWN] = '*'};
    const struct row r = begin_row(l, i);

    for (int64_t lane = 0; lane < l->count; lane++) {
        const bool inside = lane >= r.first && lane < r.last;
        const enum relation to = relation_of(l, i, lane, &r);
        const bool crossed = to == AWAY && lane > r.first && inside;
        text_printf(out, "%c%s", crossed ? '-' : signs[to],
                    lane == l->count - 1 ? ""
                    : inside             ? "-"
                                         : " ");
    }
    end_row(l, i, &r);
}

static void put_row(struct table *t, struct lanes *l, int64_t i)
{
    const struct graph_node *n = &l->g->nodes[i];

    put_lines(&t->cells, l, i);
    table_end(t);
    table_put(t, "%s", n->layer.name);
    table_put(t, "%s", n->layer.ops->kind.name);
    table_put(t, "%lld", (long long)graph_node_weights(l->g, n));
    table_put(t, "%s", shape_text(n->layer.spec.out).text);
}

enum status graph_lines(struct text *out, const struct graph *g, int64_t room,
                        struct err *e)
{
    struct table t = TABLE(2, "", "name", "type", "parameters", "output");
    const size_t count = (size_t)g->count;
    struct arena a = {0};
    struct lanes l = {
        .g = g,
        .layer = arena_take(&a, count, sizeof *l.layer),
        .left = arena_take(&a, count, sizeof *l.left),
        .lane = arena_take(&a, count, sizeof *l.lane),
    };
    const enum status s = arena_check(&a, e, "drawing the network");

    t.room = room;
    for (int64_t i = 0; s == OK && i < g->count; i++)
        l.left[i] = g->nodes[i].consumers;
    for (int64_t i = 0; s == OK && i < g->count; i++)
        put_row(&t, &l, i);
    if (s == OK)
        table_print(out, &t);
    arena_free(&a);
    return s;
}
