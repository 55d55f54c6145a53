/*
 * weights.c - what a graph starts from, how much of it there is.
 */
#include <stdio.h>
#include <string.h>

#include "graph/graph.h"

void graph_init_params(const struct graph *g, real *weights)
{
    memset(weights, 0, (size_t)g->weight_size * sizeof *weights);
    for (int64_t i = 0; i < g->param_count; i++) {
        const struct param *p = &g->params[i];
        char purpose[256];
        snprintf(purpose, sizeof purpose, "init/%s", p->name);
        init_fill(p->init, rng_key(g->seed, purpose), p->shape,
                  weights + p->offset);
    }
    for (int64_t i = g->param_count; i < g->tensor_count; i++)
        for (int64_t j = 0; j < g->params[i].count; j++)
            weights[g->params[i].offset + j] = (real)g->params[i].value;
}

int64_t graph_weights(const struct graph *g, bool trainable)
{
    int64_t count = 0;

    for (int64_t i = 0; i < g->param_count; i++)
        if (g->params[i].trainable || !trainable)
            count += g->params[i].count;
    return count;
}

int64_t graph_passes(const struct graph *g, int64_t node, enum layer_pass pass,
                     bool training)
{
    const struct graph_node *n = &g->nodes[node];
    const struct layer_spec *spec = &n->layer.spec;
    int64_t wanted = 0;

    if (pass == LAYER_FORWARD)
        return 1;
    if (pass == LAYER_WEIGHTS)
        return training && spec->param_count > 0 && !spec->frozen;
    for (int64_t k = 0; training && k < n->layer.inputs; k++)
        wanted += g->nodes[n->inputs[k]].needs_dy;
    return wanted;
}

bool graph_needs_blas(const struct graph *g, bool training)
{
    for (int64_t i = 0; i < g->count; i++)
        for (int pass = 0; pass < LAYER_PASSES; pass++)
            if (g->nodes[i].layer.spec.blas[pass] &&
                graph_passes(g, i, (enum layer_pass)pass, training) > 0)
                return true;
    return false;
}

int64_t graph_macs(const struct graph *g)
{
    int64_t macs = 0;

    for (int64_t i = 0; i < g->count; i++)
        macs += g->nodes[i].layer.spec.macs;
    return macs;
}
