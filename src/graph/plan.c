/*
 * plan.c - which tensors there are, and when they hold a value.
 */
#include "graph/plan.h"

#include "base/num.h"

enum { TENSOR_ALIGN = 64, MOST_LAID = 16 << 20, MANY_ROWS = 8 };

static const int64_t BATCH_LONG = INT64_MAX; /* an end that never comes */

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
    return (size_t)graph_node_reals(&p->graph->nodes[node]) * sizeof(real);
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

/* Does backward pass a nonlinearity whose slope is a function of z? */
static bool keeps_z(const struct plan *p, int64_t node)
{
    const struct graph_node *n = &p->graph->nodes[node];

    return p->training && n->needs_dy &&
           activation_reads_z(n->layer.spec.nonlinearity);
}

static void read_at(struct plan *p, int64_t node, int64_t moment)
{
    p->nodes[node].last = num_max(p->nodes[node].last, moment);
}

/* Until when the outputs are read that `node` reads: its inputs' and its own.
 * BATCH_LONG: as long as the batch lives. */
static void plan_reads(struct plan *p, int64_t node)
{
    const struct graph_node *n = &p->graph->nodes[node];
    const struct layer_ops *ops = n->layer.ops;
    const bool goes_back = p->training && n->needs_dy && node > 0;
    const int64_t again = backward_time(p, node);

    read_at(p, node, node);
    if (goes_back && (ops->backward_reads_y ||
                      (!layer_takes_dy(&n->layer) && !keeps_z(p, node))))
        read_at(p, node, again);
    for (int64_t k = 0; k < n->layer.inputs; k++)
        read_at(p, n->inputs[k],
                goes_back && ops->backward_reads_x ? again : node);
    if (goes_back && ops->batch_gradient)
        read_at(p, n->inputs[0], BATCH_LONG);
}

/* Can the layer's output be its input k, with nothing done to it? */
static bool is_view(const struct plan *p, int64_t node, int64_t k)
{
    const struct layer_spec *spec = &p->graph->nodes[node].layer.spec;
    const bool is_changed =
        spec->nonlinearity.kind && !spec->applied && !keeps_z(p, node);

    if (p->graph->nodes[node].folded)
        return true;
    return k == 0 && !is_changed && node != p->graph->count - 1 &&
           (spec->view == VIEW_ALWAYS ||
            (spec->view == VIEW_INFERENCE && !p->training));
}

/* How many inputs of the node lie in that tensor. */
static int64_t count_readers(const struct plan *p, int64_t node, int64_t tensor)
{
    const struct graph_node *n = &p->graph->nodes[node];
    int64_t count = 0;

    for (int64_t k = 0; k < n->layer.inputs; k++)
        count += p->nodes[n->inputs[k]].y == tensor;
    return count;
}

static bool can_replace(const struct plan *p, int64_t node, int64_t k)
{
    const struct layer_spec *spec = &p->graph->nodes[node].layer.spec;

    return (spec->in_place >> k & 1) || (k == 0 && spec->view != VIEW_NEVER);
}

/* The tensor that the layer's forward fills, which is read until `last`: a view
 * of an input, the place of one that nobody reads any more, or a new one. */
static int64_t plan_output(struct plan *p, int64_t node, int64_t last)
{
    const struct graph_node *n = &p->graph->nodes[node];
    int64_t tensor = PLAN_NONE;

    for (int64_t k = 0; k < n->layer.inputs && tensor == PLAN_NONE; k++) {
        const int64_t from = p->nodes[n->inputs[k]].y;
        if (is_view(p, node, k) ||
            (can_replace(p, node, k) && p->tensors[from].end <= node &&
             count_readers(p, node, from) == 1))
            tensor = from;
    }
    if (tensor == PLAN_NONE)
        tensor = add_tensor(p, output_bytes(p, node), node, last);
    struct plan_tensor *t = &p->tensors[tensor];
    t->end = num_max(t->end, last);
    if (t->end == BATCH_LONG)
        keep_batch(p, tensor);
    return tensor;
}

/* The forward call of `node` reads its inputs and writes y. */
static void plan_forward(struct plan *p, int64_t node)
{
    const struct graph_node *n = &p->graph->nodes[node];
    const struct layer_spec *spec = &n->layer.spec;
    struct plan_node *here = &p->nodes[node];

    if (keeps_z(p, node)) {
        here->z = plan_output(p, node, backward_time(p, node));
        here->y = add_tensor(p, output_bytes(p, node), node, here->last);
        if (here->last == BATCH_LONG)
            keep_batch(p, here->y);
    } else {
        here->y = plan_output(p, node, here->last);
    }
    if (p->training && n->needs_dy && spec->cache_per_sample > 0)
        here->cache = add_tensor(p, (size_t)spec->cache_per_sample, node,
                                 backward_time(p, node));
    add_cut(p, node, FORWARD, node);
}

/* The input whose gradient takes the place of dy, which nobody reads after the
 * call: one whose gradient begins here, or one to which it is added; PLAN_NONE:
 * none. */
static int64_t choose_heir(const struct plan *p, int64_t node)
{
    const struct graph_node *n = &p->graph->nodes[node];
    int64_t heir = PLAN_NONE;

    if (p->tensors[p->nodes[node].dy].of_batch)
        return PLAN_NONE;
    for (int64_t k = n->layer.inputs - 1; k >= 0; k--) {
        const int64_t from = n->inputs[k];
        if (!can_replace(p, node, k) || !p->graph->nodes[from].needs_dy)
            continue;
        if (heir == PLAN_NONE || p->nodes[from].dy == PLAN_NONE)
            heir = k;
    }
    return heir;
}

/* Where the gradient towards input k goes: the first call in time to reach an
 * input fills its dy, later ones fill a tensor that is added to it. */
static int64_t plan_dx(struct plan *p, int64_t node, int64_t k, bool is_heir)
{
    const int64_t input = p->graph->nodes[node].inputs[k];
    const int64_t now = backward_time(p, node);
    struct plan_node *from = &p->nodes[input];
    const bool is_first = from->dy == PLAN_NONE;
    const int64_t until = is_first ? backward_time(p, input) : now;
    int64_t tensor = p->nodes[node].dy;

    if (!p->graph->nodes[input].needs_dy)
        return PLAN_NONE;
    if (is_heir)
        p->tensors[tensor].end = num_max(p->tensors[tensor].end, until);
    else
        tensor = add_tensor(p, output_bytes(p, input), now, until);
    if (is_first)
        from->dy = tensor;
    return tensor;
}

/* The backward call of `node` reads dy and what its forward left behind. */
static void plan_backward(struct plan *p, int64_t node)
{
    const struct graph_node *n = &p->graph->nodes[node];
    struct plan_node *here = &p->nodes[node];

    if (!n->needs_dy)
        return;
    if (n->layer.ops->batch_gradient)
        keep_batch(p, here->dy);
    const int64_t heir = choose_heir(p, node);
    for (int64_t k = 0; k < n->layer.inputs; k++)
        here->dx[k] = plan_dx(p, node, k, k == heir);
    add_cut(p, node, BACKWARD, backward_time(p, node));
}

static bool take_tables(struct plan *p, struct arena *arena)
{
    const struct graph *g = p->graph;
    size_t links = 0;

    for (int64_t i = 0; i < g->count; i++)
        links += (size_t)g->nodes[i].layer.inputs;
    /* Per node y, z, dy and cache, per link at most one dx. */
    p->tensors =
        arena_take(arena, 4 * (size_t)g->count + links, sizeof *p->tensors);
    p->nodes = arena_take(arena, (size_t)g->count, sizeof *p->nodes);
    p->cuts = arena_take(arena, DIRECTIONS * (size_t)g->count, sizeof *p->cuts);
    p->lays = arena_take(arena, DIRECTIONS * (size_t)g->count, sizeof *p->lays);
    int64_t *dx = arena_take(arena, links, sizeof *dx);
    if (!p->tensors || !p->nodes || !p->cuts || !p->lays || !dx)
        return false;
    for (int64_t i = 0; i < g->count; i++) {
        p->nodes[i] = (struct plan_node){
            .y = PLAN_NONE,
            .z = PLAN_NONE,
            .dy = PLAN_NONE,
            .laid = {PLAN_NONE, PLAN_NONE},
            .cache = PLAN_NONE,
            .dx = dx,
            .cut = {PLAN_NONE, PLAN_NONE},
        };
        for (int64_t k = 0; k < g->nodes[i].layer.inputs; k++)
            *dx++ = PLAN_NONE;
    }
    return true;
}

/* Are there laid out weights that a direction reads: is there a dx? */
static bool calls(const struct plan *p, int64_t node, enum direction d)
{
    const struct graph_node *n = &p->graph->nodes[node];

    return !n->folded && n->layer.spec.laid[d] > 0 &&
           (d == FORWARD || p->nodes[node].dx[0] != PLAN_NONE);
}

/* Reals that the weights of a node take when they are laid out for a direction.
 * Where a call needs no scratch instead they are so large that for slices of
 * many rows in training there is much to take and little to gain. */
static int64_t reals_laid(const struct plan *p, int64_t node, enum direction d)
{
    const struct layer_spec *spec = &p->graph->nodes[node].layer.spec;
    const int64_t align = TENSOR_ALIGN / (int64_t)sizeof(real);

    if (!calls(p, node, d) ||
        (p->training && p->rows.slice >= MANY_ROWS && spec->unlaid[d] == 0))
        return 0;
    return num_ceil_div(spec->laid[d], align) * align;
}

/* How much is laid out: all, if that is not more than the scratch of so many
 * threads would need instead, or MOST_LAID.  Those of wide layers, which take
 * most memory, gain least. */
static int64_t most_laid(const struct plan *p)
{
    int64_t sum = 0, largest = 0;

    for (int64_t i = 0; i < p->graph->count; i++)
        for (int d = FORWARD; d < DIRECTIONS; d++) {
            const int64_t reals = reals_laid(p, i, (enum direction)d);
            const int64_t *unlaid = p->graph->nodes[i].layer.spec.unlaid;
            sum += reals;
            largest = num_max(largest, num_min(reals, unlaid[d]));
        }
    return sum <= p->rows.threads * largest ? sum : MOST_LAID;
}

static void plan_laid(struct plan *p)
{
    const int64_t most = p->rows.threads > 0 ? most_laid(p) : 0;

    for (int64_t i = 0; i < p->graph->count; i++)
        for (int d = FORWARD; d < DIRECTIONS; d++) {
            const int64_t reals = reals_laid(p, i, (enum direction)d);
            if (reals == 0 || reals > most - p->laid)
                continue;
            p->nodes[i].laid[d] = p->laid;
            p->lays[p->lay_count++] = (struct plan_lay){i, (enum direction)d};
            p->laid += reals;
        }
}

/* Scratch of a call, with room for weights that nobody has laid out. */
static size_t work_of(const struct plan *p, int64_t node, enum direction d)
{
    const struct layer_spec *spec = &p->graph->nodes[node].layer.spec;
    const int64_t bytes =
        d == FORWARD ? spec->infer_work_bytes : spec->work_bytes;
    const bool lays = p->nodes[node].laid[d] == PLAN_NONE && calls(p, node, d);

    return align((size_t)bytes +
                 (size_t)(lays ? spec->unlaid[d] : 0) * sizeof(real));
}

static void plan_work(struct plan *p)
{
    for (int64_t i = 0; i < p->graph->count; i++) {
        p->work_bytes = max_size(p->work_bytes, work_of(p, i, FORWARD));
        if (p->training)
            p->work_bytes = max_size(p->work_bytes, work_of(p, i, BACKWARD));
    }
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
        plan_reads(p, i);
    /* The caller reads the output at the loss and writes its gradient. */
    read_at(p, last, g->count);
    for (int64_t i = 0; i < g->count; i++)
        plan_forward(p, i);
    if (training && g->nodes[last].needs_dy)
        p->nodes[last].dy = add_tensor(p, output_bytes(p, last), g->count,
                                       backward_time(p, last));
    for (int64_t i = last; training && i > 0; i--)
        plan_backward(p, i);
    plan_laid(p);
    plan_work(p);
    struct lane lane = {
        .tensors = p->tensors,
        .count = p->tensor_count,
        .moments = 2 * g->count + 1,
        .loss = training ? g->count : -1,
    };
    const enum status s = place_tensors(&lane, e);
    p->lane_bytes = lane.bytes;
    return s;
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
