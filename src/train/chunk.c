/*
 * chunk.c - pieces of a fixed size, or whole rows of late gradients.
 */
#include "train/chunk.h"

#include "base/num.h"
#include "train/late.h"

enum { CHUNK = 4096 }; /* weights */

static int64_t size_of(const struct param *p)
{
    if (p->grad_offset != GRADIENT_NONE)
        return CHUNK;
    return late_rows(p) * (p->count / p->shape.dim[0]);
}

int64_t chunk_count(const struct graph *g)
{
    int64_t count = 0;

    for (int64_t i = 0; i < g->param_count; i++)
        count += num_ceil_div(g->params[i].count, size_of(&g->params[i]));
    return count;
}

/* Parameters stand in the order of the nodes. */
static int64_t end_of_params(const struct graph_node *n)
{
    return n->first_param + n->layer.spec.param_count;
}

void chunk_cut(const struct graph *g, struct chunk *chunks)
{
    int64_t node = 0;

    for (int64_t i = 0; i < g->param_count; i++) {
        const struct param *p = &g->params[i];
        const int64_t size = size_of(p);
        while (i >= end_of_params(&g->nodes[node]))
            node++;
        for (int64_t begin = 0; begin < p->count; begin += size)
            *chunks++ = (struct chunk){
                .node = node,
                .param = p,
                .begin = begin,
                .count = num_min(size, p->count - begin),
                .finite = true,
                .gradient_finite = true,
            };
    }
}
