/*
 * plan.c - lifetimes of tensors, and first-fit placement by size.
 */
#include "graph/plan.h"

#include <stdlib.h>

#include "base/num.h"

enum { TENSOR_ALIGN = 64 };

static size_t align(size_t bytes)
{
    return (bytes + TENSOR_ALIGN - 1) / TENSOR_ALIGN * TENSOR_ALIGN;
}

static size_t max_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

static int64_t backward_time(const struct plan *p, int64_t node)
{
    return 2 * p->graph->count - node;
}

static int64_t add_tensor(struct plan *p, size_t row_bytes, int64_t begin,
                          int64_t end)
{
    p->tensors[p->tensor_count] = (struct plan_tensor){
        .bytes = align(row_bytes * (size_t)p->rows.slice),
        .begin = begin,
        .end = end,
        .row_bytes = row_bytes,
    };
    return p->tensor_count++;
}

static size_t output_bytes(const struct plan *p, int64_t node)
{
    return (size_t)shape_count(p->graph->nodes[node].layer.spec.out) *
           sizeof(real);
}

static void extend(struct plan *p, int64_t tensor, int64_t moment)
{
    struct plan_tensor *t = &p->tensors[tensor];

    t->begin = num_min(t->begin, moment);
    t->end = num_max(t->end, moment);
}

/* A tensor of all slices, side by side, that nothing else shares. */
static void keep_batch(struct plan *p, int64_t tensor)
{
    struct plan_tensor *t = &p->tensors[tensor];

    if (t->of_batch)
        return;
    t->of_batch = true;
    t->bytes = align(t->row_bytes * (size_t)p->rows.batch +
                     BATCH_SLACK * sizeof(real));
    t->offset = p->batch_bytes;
    p->batch_bytes += t->bytes;
}

static void add_cut(struct plan *p, int64_t node, enum direction d,
                    int64_t moment)
{
    const int64_t count = p->graph->nodes[node].layer.spec.sums[d];

    if (count == 0 || !p->training)
        return;
    p->cuts[p->cut_count] =
        (struct plan_cut){node, d, moment, p->sum_count, count};
    p->nodes[node].cut[d] = p->cut_count++;
    p->loss_segment += d == FORWARD;
    p->sum_count += count;
    p->most_sums = num_max(p->most_sums, count);
}

/* The forward call of `node` reads its inputs and writes y. */
static void plan_forward(struct plan *p, int64_t node)
{
    const struct graph_node *n = &p->graph->nodes[node];
    const struct layer_spec *spec = &n->layer.spec;
    struct plan_node *here = &p->nodes[node];
    const int64_t work =
        p->training ? spec->work_bytes : spec->infer_work_bytes;

    p->work_bytes = max_size(p->work_bytes, align((size_t)work));
    here->y = add_tensor(p, output_bytes(p, node), node, node);
    for (int64_t k = 0; k < n->layer.inputs; k++)
        extend(p, p->nodes[n->inputs[k]].y, node);
    if (p->training && n->needs_dy && spec->cache_per_sample > 0)
        here->cache = add_tensor(p, (size_t)spec->cache_per_sample, node,
                                 backward_time(p, node));
    add_cut(p, node, FORWARD, node);
}

/* Where the gradient towards input k goes: the first call in time to reach an
 * input fills its dy, later ones fill a tensor that is added to it. */
static int64_t plan_dx(struct plan *p, int64_t input, int64_t now)
{
    struct plan_node *from = &p->nodes[input];

    if (!p->graph->nodes[input].needs_dy)
        return PLAN_NONE;
    if (from->dy == PLAN_NONE) {
        from->dy =
            add_tensor(p, output_bytes(p, input), now, backward_time(p, input));
        return from->dy;
    }
    return add_tensor(p, output_bytes(p, input), now, now);
}

/* The backward call of `node` reads dy and what its forward left behind. */
static void plan_backward(struct plan *p, int64_t node)
{
    const struct graph_node *n = &p->graph->nodes[node];
    const struct layer_ops *ops = n->layer.ops;
    const int64_t now = backward_time(p, node);
    struct plan_node *here = &p->nodes[node];

    if (!n->needs_dy)
        return;
    if (ops->backward_reads_y || n->layer.spec.nonlinearity.kind)
        extend(p, here->y, now);
    for (int64_t k = 0; k < n->layer.inputs; k++) {
        if (ops->backward_reads_x)
            extend(p, p->nodes[n->inputs[k]].y, now);
        here->dx[k] = plan_dx(p, n->inputs[k], now);
    }
    if (ops->batch_gradient) {
        keep_batch(p, p->nodes[n->inputs[0]].y);
        keep_batch(p, here->dy);
    }
    add_cut(p, node, BACKWARD, now);
}

/* Larger first; the order of creation decides between equals, so the placement
 * is a function of the graph alone. */
static int by_size(const void *left, const void *right)
{
    const struct plan_tensor *const *a = left, *const *b = right;

    if ((*a)->bytes != (*b)->bytes)
        return (*a)->bytes > (*b)->bytes ? -1 : 1;
    return *a < *b ? -1 : 1;
}

/* The lowest offset at which `b` meets none of the `placed` tensors before it
 * that are alive with it. */
static size_t first_fit(struct plan_tensor *const *order, int64_t placed,
                        const struct plan_tensor *b)
{
    size_t offset = 0;
    bool moved = true;

    while (moved) {
        moved = false;
        for (int64_t i = 0; i < placed; i++) {
            const struct plan_tensor *other = order[i];
            if (b->begin <= other->end && other->begin <= b->end &&
                offset < other->offset + other->bytes &&
                other->offset < offset + b->bytes) {
                offset = other->offset + other->bytes;
                moved = true;
            }
        }
    }
    return offset;
}

static enum status place_lane(struct plan *p, struct err *e)
{
    struct plan_tensor **order =
        mem_take((size_t)p->tensor_count, sizeof *order);
    int64_t count = 0;

    if (!order)
        return err_memory(e, "planning memory");
    for (int64_t i = 0; i < p->tensor_count; i++)
        if (!p->tensors[i].of_batch)
            order[count++] = &p->tensors[i];
    qsort(order, (size_t)count, sizeof *order, by_size);
    for (int64_t i = 0; i < count; i++) {
        order[i]->offset = first_fit(order, i, order[i]);
        p->lane_bytes =
            max_size(p->lane_bytes, order[i]->offset + order[i]->bytes);
    }
    mem_free(order);
    return OK;
}

static bool take_tables(struct plan *p, struct arena *arena)
{
    const struct graph *g = p->graph;
    size_t links = 0;

    for (int64_t i = 0; i < g->count; i++)
        links += (size_t)g->nodes[i].layer.inputs;
    /* Per node y, dy and cache, per link at most one dx. */
    p->tensors =
        arena_take(arena, 3 * (size_t)g->count + links, sizeof *p->tensors);
    p->nodes = arena_take(arena, (size_t)g->count, sizeof *p->nodes);
    p->cuts = arena_take(arena, DIRECTIONS * (size_t)g->count, sizeof *p->cuts);
    int64_t *dx = arena_take(arena, links, sizeof *dx);
    if (!p->tensors || !p->nodes || !p->cuts || !dx)
        return false;
    for (int64_t i = 0; i < g->count; i++) {
        p->nodes[i] = (struct plan_node){
            PLAN_NONE, PLAN_NONE, PLAN_NONE, dx, {PLAN_NONE, PLAN_NONE}};
        for (int64_t k = 0; k < g->nodes[i].layer.inputs; k++)
            *dx++ = PLAN_NONE;
    }
    return true;
}

enum status plan_build(struct plan *p, struct arena *arena,
                       const struct graph *g, struct plan_rows rows,
                       struct err *e)
{
    const int64_t last = g->count - 1;
    const bool training = rows.batch > 0;

    *p = (struct plan){.graph = g, .training = training, .rows = rows};
    if (!take_tables(p, arena))
        return err_memory(e, "planning memory");
    for (int64_t i = 0; i < g->count; i++)
        plan_forward(p, i);
    /* The caller reads the output at the loss and writes its gradient. */
    extend(p, p->nodes[last].y, g->count);
    if (training && g->nodes[last].needs_dy)
        p->nodes[last].dy = add_tensor(p, output_bytes(p, last), g->count,
                                       backward_time(p, last));
    for (int64_t i = last; training && i > 0; i--)
        plan_backward(p, i);
    return place_lane(p, e);
}

int64_t plan_segment(const struct plan *p, int64_t moment)
{
    int64_t segment = 0;

    while (segment < p->cut_count && p->cuts[segment].moment <= moment)
        segment++;
    return segment;
}

void *plan_at(const struct plan *p, const struct plan_memory *m, int64_t tensor)
{
    if (tensor == PLAN_NONE)
        return NULL;
    const struct plan_tensor *t = &p->tensors[tensor];
    return t->of_batch ? m->batch + t->offset + (size_t)m->first * t->row_bytes
                       : m->lane + t->offset;
}
