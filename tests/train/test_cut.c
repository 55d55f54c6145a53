/* Every layer of a network, by a network that ends with it. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "graph/cut.h"
#include "support/blocked.h"
#include "support/rig.h"
#include "train/infer.h"

enum { ROWS = 5 };

/* What a watched run of the whole network leaves of one node. */
struct seen {
    int64_t node, count;
    real *y; /* [ROWS, ..] */
};

static void keep(void *context, const struct run *r, int64_t node,
                 enum run_call call)
{
    struct seen *s = context;

    const struct layout out = layer_writes(&r->graph->nodes[node].layer);
    int64_t dirty;

    (void)call;
    if (node != s->node)
        return;
    real *y = plain_copy(&out, ROWS, run_output(r, node), &dirty);
    memcpy(s->y, y, (size_t)s->count * sizeof *s->y);
    free(y);
}

static void check_node(struct rig *r, struct pool *pool, int64_t node)
{
    const struct graph *g = &r->g;
    const int64_t width = shape_count(g->nodes[node].layer.spec.out);
    struct arena a = {0};
    struct err e = {0};
    struct graph cut;
    struct infer *whole, *part;
    real *x = arena_take(&a, (size_t)(ROWS * shape_count(g->in)), sizeof *x);
    real *y = arena_take(&a, (size_t)(ROWS * shape_count(g->out)), sizeof *y);
    real *got = arena_take(&a, (size_t)(ROWS * width), sizeof *got);
    struct seen seen = {node, ROWS * width,
                        arena_take(&a, (size_t)(ROWS * width), sizeof *y)};
    const struct run_watch watch = {&seen, NULL, keep};

    cr_assert_eq(graph_cut(&cut, g, node, &a, &e), OK, "%s", e.text);
    real *weights = arena_take(&a, (size_t)cut.weight_size + 1, sizeof *x);
    graph_cut_weights(&cut, weights, g, r->state.params);
    const struct subset of = {&r->set, r->ids, ROWS};
    cr_assert_eq(batch_fill(&of, &r->norm, x, NULL, &e), OK);
    cr_assert_eq(infer_new(&whole, g, pool, ROWS, &e), OK, "%s", e.text);
    cr_assert_eq(infer_new(&part, &cut, pool, ROWS, &e), OK, "%s", e.text);
    infer_watch(whole, &watch);
    infer_weights(whole, r->state.params);
    infer_outputs(whole, ROWS, x, y);
    infer_weights(part, weights);
    infer_outputs(part, ROWS, x, got);
    const real *want = node == g->count - 1 ? y : node == 0 ? x : seen.y;
    cr_expect_eq(memcmp(got, want, (size_t)seen.count * sizeof *got), 0,
                 "layer %s", g->nodes[node].layer.name);
    infer_free(whole);
    infer_free(part);
    arena_free(&a);
}

Test(cut, every_layer_has_the_bits_it_has_in_the_network)
{
    struct err e = {0};
    struct pool *pool;

    cr_assert_eq(pool_new(&pool, 1, &e), OK, "%s", e.text);
    for (const struct rig_net *net = rig_nets; net->name; net++) {
        struct rig r;
        rig_open(&r, net);
        for (int64_t i = 0; i < r.g.count; i++)
            check_node(&r, pool, i);
        rig_close(&r);
    }
    pool_free(pool);
}

Test(cut, nodes_are_found_by_name)
{
    struct rig r;

    rig_open(&r, &rig_nets[0]);
    for (int64_t i = 0; i < r.g.count; i++)
        cr_expect_eq(graph_node_find(&r.g, r.g.nodes[i].layer.name), i);
    cr_expect_eq(graph_node_find(&r.g, "none"), -1);
    rig_close(&r);
}
