/*
 * plan.c - lifetimes of tensors, and first-fit placement by size.
 */
#include "graph/plan.h"

#include <stdlib.h>

#include "base/num.h"

enum { TENSOR_ALIGN = 64 };

struct planner {
    const struct graph *g;
    struct plan *p;
    struct arena *arena;
    int64_t time_of_loss;
};

static size_t align(size_t bytes)
{
    return (bytes + TENSOR_ALIGN - 1) / TENSOR_ALIGN * TENSOR_ALIGN;
}

static int64_t backward_time(const struct planner *pl, int64_t node)
{
    return 2 * pl->time_of_loss - node;
}

static int64_t add_tensor(struct planner *pl, size_t row_bytes, int64_t begin,
                          int64_t end)
{
    pl->p->tensors[pl->p->tensor_count] = (struct plan_tensor){
        .bytes = align(row_bytes * (size_t)pl->p->rows.slice),
        .begin = begin,
        .end = end,
        .row_bytes = row_bytes,
    };
    return pl->p->tensor_count++;
}

static size_t output_bytes(const struct planner *pl, int64_t node)
{
    return (size_t)shape_count(pl->g->nodes[node].layer.spec.out) *
           sizeof(real);
}

static void extend(struct planner *pl, int64_t tensor, int64_t moment)
{
    struct plan_tensor *t = &pl->p->tensors[tensor];

    t->begin = num_min(t->begin, moment);
    t->end = num_max(t->end, moment);
}

/* A tensor of all slices, side by side, that nothing else shares. */
static void keep_batch(struct planner *pl, int64_t tensor)
{
    struct plan *p = pl->p;
    struct plan_tensor *t = &p->tensors[tensor];

    if (t->of_batch)
        return;
    t->of_batch = true;
    t->bytes = align(t->row_bytes * (size_t)p->rows.batch +
                     BATCH_SLACK * sizeof(real));
    t->offset = p->batch_bytes;
    p->batch_bytes += t->bytes;
}

static void add_cut(struct planner *pl, int64_t node, enum direction d,
                    int64_t moment)
{
    struct plan *p = pl->p;
    const int64_t count = pl->g->nodes[node].layer.spec.sums[d];

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
static void plan_forward(struct planner *pl, int64_t node)
{
    const struct graph_node *n = &pl->g->nodes[node];
    const struct layer_spec *spec = &n->layer.spec;
    struct plan_node *here = &pl->p->nodes[node];

    here->y = add_tensor(pl, output_bytes(pl, node), node, node);
    for (int64_t k = 0; k < n->layer.inputs; k++)
        extend(pl, pl->p->nodes[n->inputs[k]].y, node);
    if (pl->p->training && n->needs_dy && spec->cache_per_sample > 0)
        here->cache = add_tensor(pl, (size_t)spec->cache_per_sample, node,
                                 backward_time(pl, node));
    add_cut(pl, node, FORWARD, node);
}

/* Where the gradient towards input k goes: the first call in time to reach an
 * input fills its dy, later ones fill a tensor that is added to it. */
static int64_t plan_dx(struct planner *pl, int64_t input, int64_t now)
{
    struct plan_node *from = &pl->p->nodes[input];

    if (!pl->g->nodes[input].needs_dy)
        return PLAN_NONE;
    if (from->dy == PLAN_NONE) {
        from->dy = add_tensor(pl, output_bytes(pl, input), now,
                              backward_time(pl, input));
        return from->dy;
    }
    return add_tensor(pl, output_bytes(pl, input), now, now);
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
    if (ops->batch_gradient) {
        keep_batch(pl, pl->p->nodes[n->inputs[0]].y);
        keep_batch(pl, here->dy);
    }
    add_cut(pl, node, BACKWARD, now);
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

static bool alive_together(const struct plan_tensor *a,
                           const struct plan_tensor *b)
{
    return a->begin <= b->end && b->begin <= a->end;
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

static enum status place_lane(struct planner *pl, struct err *e)
{
    struct plan *p = pl->p;
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
        const size_t end = order[i]->offset + order[i]->bytes;
        p->lane_bytes = end > p->lane_bytes ? end : p->lane_bytes;
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
    pl->p->tensors = arena_take(pl->arena, 3 * (size_t)g->count + links,
                                sizeof *pl->p->tensors);
    pl->p->nodes =
        arena_take(pl->arena, (size_t)g->count, sizeof *pl->p->nodes);
    pl->p->cuts = arena_take(pl->arena, DIRECTIONS * (size_t)g->count,
                             sizeof *pl->p->cuts);
    if (!pl->p->tensors || !pl->p->nodes || !pl->p->cuts)
        return false;
    for (int64_t i = 0; i < g->count; i++) {
        struct plan_node *n = &pl->p->nodes[i];
        const size_t inputs = (size_t)g->nodes[i].layer.inputs;
        *n = (struct plan_node){
            PLAN_NONE, PLAN_NONE, PLAN_NONE, NULL, {PLAN_NONE, PLAN_NONE}};
        n->dx = arena_take(pl->arena, inputs, sizeof *n->dx);
        if (!n->dx)
            return false;
        for (size_t k = 0; k < inputs; k++)
            n->dx[k] = PLAN_NONE;
    }
    return true;
}

enum status plan_build(struct plan *p, struct arena *arena,
                       const struct graph *g, struct plan_rows rows,
                       struct err *e)
{
    struct planner pl = {g, p, arena, g->count};
    const int64_t last = g->count - 1;
    const bool training = rows.batch > 0;

    *p = (struct plan){.training = training, .rows = rows};
    if (!take_tables(&pl))
        return err_memory(e, "planning memory");
    for (int64_t i = 0; i < g->count; i++)
        plan_forward(&pl, i);
    /* The caller reads the output at the loss and writes its gradient. */
    extend(&pl, p->nodes[last].y, pl.time_of_loss);
    if (training && g->nodes[last].needs_dy)
        p->nodes[last].dy =
            add_tensor(&pl, output_bytes(&pl, last), pl.time_of_loss,
                       backward_time(&pl, last));
    for (int64_t i = last; training && i > 0; i--)
        plan_backward(&pl, i);
    p->work_bytes = largest_work(&pl);
    return place_lane(&pl, e);
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
