/*
 * plan.c - lifetimes of tensors, and first-fit placement by size.
 */
#include "graph/plan.h"

#include <stdlib.h>

#include "base/num.h"

enum { BLOCK_ALIGN = 64 };

struct planner {
    const struct graph *g;
    struct plan *p;
    struct arena *arena;
    int64_t time_of_loss;
};

static size_t align(size_t bytes)
{
    return (bytes + BLOCK_ALIGN - 1) / BLOCK_ALIGN * BLOCK_ALIGN;
}

static int64_t backward_time(const struct planner *pl, int64_t node)
{
    return 2 * pl->time_of_loss - node;
}

static int64_t add_block(struct planner *pl, size_t bytes, int64_t begin,
                         int64_t end)
{
    struct plan_block *b = &pl->p->blocks[pl->p->block_count];

    *b = (struct plan_block){.bytes = align(bytes), .begin = begin, .end = end};
    return pl->p->block_count++;
}

static size_t output_bytes(const struct planner *pl, int64_t node)
{
    const int64_t count = shape_count(pl->g->nodes[node].layer.spec.out);

    return (size_t)(count * pl->p->batch) * sizeof(real);
}

static void extend(struct planner *pl, int64_t block, int64_t moment)
{
    struct plan_block *b = &pl->p->blocks[block];

    b->begin = num_min(b->begin, moment);
    b->end = num_max(b->end, moment);
}

/* The forward call of `node` reads its inputs and writes y. */
static void plan_forward(struct planner *pl, int64_t node)
{
    const struct graph_node *n = &pl->g->nodes[node];
    const struct layer_spec *spec = &n->layer.spec;
    struct plan_node *here = &pl->p->nodes[node];

    here->y = add_block(pl, output_bytes(pl, node), node, node);
    for (int64_t k = 0; k < n->layer.inputs; k++)
        extend(pl, pl->p->nodes[n->inputs[k]].y, node);
    if (pl->p->training && n->needs_dy && spec->cache_per_sample > 0)
        here->cache =
            add_block(pl, (size_t)(spec->cache_per_sample * pl->p->batch), node,
                      backward_time(pl, node));
}

/* Where the gradient towards input k goes: the first call in time to reach an
 * input fills its dy, later ones fill a block that is added to it. */
static int64_t plan_dx(struct planner *pl, int64_t input, int64_t now)
{
    struct plan_node *from = &pl->p->nodes[input];

    if (!pl->g->nodes[input].needs_dy)
        return PLAN_NONE;
    if (from->dy == PLAN_NONE) {
        from->dy = add_block(pl, output_bytes(pl, input), now,
                             backward_time(pl, input));
        return from->dy;
    }
    return add_block(pl, output_bytes(pl, input), now, now);
}

/* The backward call of `node` reads dy and what its forward left behind. */
static void plan_backward(struct planner *pl, int64_t node)
{
    const struct graph_node *n = &pl->g->nodes[node];
    const struct layer_ops *ops = n->layer.ops;
    const int64_t now = backward_time(pl, node);
    struct plan_node *here = &pl->p->nodes[node];

    if (!n->needs_dy)
        return;
    if (ops->backward_reads_y || n->layer.spec.nonlinearity.kind)
        extend(pl, here->y, now);
    for (int64_t k = 0; k < n->layer.inputs; k++) {
        if (ops->backward_reads_x)
            extend(pl, pl->p->nodes[n->inputs[k]].y, now);
        here->dx[k] = plan_dx(pl, n->inputs[k], now);
    }
}

static size_t largest_work(const struct planner *pl)
{
    int64_t bytes = 0;

    for (int64_t i = 0; i < pl->g->count; i++) {
        const struct layer_spec *spec = &pl->g->nodes[i].layer.spec;
        bytes = num_max(bytes, pl->p->training ? spec->work_bytes
                                               : spec->infer_work_bytes);
    }
    return align((size_t)bytes);
}

static bool alive_together(const struct plan_block *a,
                           const struct plan_block *b)
{
    return a->begin <= b->end && b->begin <= a->end;
}

/* Larger first; the order of creation decides between equals, so the placement
 * is a function of the graph alone. */
static int by_size(const void *left, const void *right)
{
    const struct plan_block *const *a = left, *const *b = right;

    if ((*a)->bytes != (*b)->bytes)
        return (*a)->bytes > (*b)->bytes ? -1 : 1;
    return *a < *b ? -1 : 1;
}

/* The lowest offset at which `b` meets none of the `placed` blocks before it
 * that are alive with it. */
static size_t first_fit(struct plan_block *const *order, int64_t placed,
                        const struct plan_block *b)
{
    size_t offset = 0;
    bool moved = true;

    while (moved) {
        moved = false;
        for (int64_t i = 0; i < placed; i++) {
            const struct plan_block *other = order[i];
            if (alive_together(b, other) &&
                offset < other->offset + other->bytes &&
                other->offset < offset + b->bytes) {
                offset = other->offset + other->bytes;
                moved = true;
            }
        }
    }
    return offset;
}

static enum status place_blocks(struct planner *pl, struct err *e)
{
    struct plan *p = pl->p;
    struct plan_block **order = mem_take((size_t)p->block_count, sizeof *order);

    if (!order)
        return err_memory(e, "planning memory");
    for (int64_t i = 0; i < p->block_count; i++)
        order[i] = &p->blocks[i];
    qsort(order, (size_t)p->block_count, sizeof *order, by_size);
    for (int64_t i = 0; i < p->block_count; i++) {
        order[i]->offset = first_fit(order, i, order[i]);
        const size_t end = order[i]->offset + order[i]->bytes;
        p->tensor_bytes = end > p->tensor_bytes ? end : p->tensor_bytes;
    }
    mem_free(order);
    return OK;
}

static bool take_tables(struct planner *pl)
{
    const struct graph *g = pl->g;
    size_t links = 0;

    for (int64_t i = 0; i < g->count; i++)
        links += (size_t)g->nodes[i].layer.inputs;
    /* Per node y, dy and cache, per link at most one dx. */
    pl->p->blocks = arena_take(pl->arena, 3 * (size_t)g->count + links,
                               sizeof *pl->p->blocks);
    pl->p->nodes =
        arena_take(pl->arena, (size_t)g->count, sizeof *pl->p->nodes);
    if (!pl->p->blocks || !pl->p->nodes)
        return false;
    for (int64_t i = 0; i < g->count; i++) {
        struct plan_node *n = &pl->p->nodes[i];
        const size_t inputs = (size_t)g->nodes[i].layer.inputs;
        *n = (struct plan_node){PLAN_NONE, PLAN_NONE, PLAN_NONE, NULL};
        n->dx = arena_take(pl->arena, inputs, sizeof *n->dx);
        if (!n->dx)
            return false;
        for (size_t k = 0; k < inputs; k++)
            n->dx[k] = PLAN_NONE;
    }
    return true;
}

enum status plan_build(struct plan *p, struct arena *arena,
                       const struct graph *g, int64_t batch, bool training,
                       struct err *e)
{
    struct planner pl = {g, p, arena, g->count};
    const int64_t last = g->count - 1;

    *p = (struct plan){.training = training, .batch = batch};
    if (!take_tables(&pl))
        return err_memory(e, "planning memory");
    for (int64_t i = 0; i < g->count; i++)
        plan_forward(&pl, i);
    /* The caller reads the output at the loss and writes its gradient. */
    extend(&pl, p->nodes[last].y, pl.time_of_loss);
    if (training && g->nodes[last].needs_dy)
        p->nodes[last].dy =
            add_block(&pl, output_bytes(&pl, last), pl.time_of_loss,
                      backward_time(&pl, last));
    for (int64_t i = last; training && i > 0; i--)
        plan_backward(&pl, i);
    const enum status s = place_blocks(&pl, e);
    p->work_bytes = largest_work(&pl);
    p->lane_bytes = p->tensor_bytes + p->work_bytes;
    return s;
}

void *plan_at(const struct plan *p, unsigned char *lane, int64_t block)
{
    return block == PLAN_NONE ? NULL : lane + p->blocks[block].offset;
}
