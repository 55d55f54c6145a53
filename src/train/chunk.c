/*
 * chunk.c - chunks of a fixed size, or whole rows of batch gradients.
 */
#include "train/chunk.h"

#include "base/num.h"

enum { CHUNK = 4096 }; /* weights */

/* Of a batch gradient as many rows as the products take side by side, while
 * what comes out stays in the cache. */
enum { ROWS = 8, ROWS_MOST = 1 << 18 };

static int64_t size_of(const struct param *p)
{
    if (p->grad_offset != GRADIENT_NONE)
        return CHUNK;
    const int64_t row = p->count / p->shape.dim[0];
    return num_max(1, num_min(ROWS, ROWS_MOST / row)) * row;
}

int64_t chunk_room(const struct graph *g)
{
    int64_t most = 0;

    for (int64_t i = 0; i < g->param_count; i++)
        if (g->params[i].grad_offset == GRADIENT_NONE)
            most = num_max(most, size_of(&g->params[i]));
    return most;
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
