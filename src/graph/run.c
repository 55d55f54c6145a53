/*
 * run.c - calls the layers in order with the memory that the plan gave them.
 */
#include "graph/run.h"

#include <assert.h>
#include <string.h>

#include "base/num.h"

/* Pointers of one call; as many as any layer has. */
struct views {
    const real *x[LAYER_MAX_INPUTS];
    real *dx[LAYER_MAX_INPUTS];
    const real *param[LAYER_MAX_PARAMS];
    real *grad[LAYER_MAX_PARAMS];
    const real *buffer[LAYER_MAX_PARAMS];
};

static void *at(const struct run *r, int64_t tensor)
{
    return plan_at(r->plan, &r->memory, tensor);
}

/* Of a sample, in memory: activations see lanes beyond the channels, too. */
static int64_t width_of(const struct graph_node *n)
{
    return graph_node_reals(n);
}

static void view_params(const struct run *r, const struct graph_node *n,
                        struct views *v)
{
    for (int64_t i = 0; i < n->layer.spec.param_count; i++)
        v->param[i] = r->params + r->graph->params[n->first_param + i].offset;
}

/* What the batch's sums of a node became; NULL: nothing yet. */
static const double *settled_sums(const struct run *r, int64_t node,
                                  enum direction d)
{
    const int64_t cut = r->plan->nodes[node].cut[d];

    if (cut == PLAN_NONE || cut >= r->segment)
        return NULL;
    return r->settled + r->plan->cuts[cut].first;
}

static real *laid_of(const struct run *r, int64_t node, enum direction d)
{
    const int64_t at = r->plan->nodes[node].laid[d];

    return at == PLAN_NONE ? NULL : r->laid + at;
}

/* Everything of a call that forward and backward have in common. */
static struct pass view_node(const struct run *r, int64_t node, struct views *v)
{
    const struct graph *g = r->graph;
    const struct graph_node *n = &g->nodes[node];
    const struct plan_node *here = &r->plan->nodes[node];

    for (int64_t k = 0; k < n->layer.inputs; k++)
        v->x[k] = at(r, r->plan->nodes[n->inputs[k]].y);
    view_params(r, n, v);
    for (int64_t i = 0; i < n->layer.spec.buffer_count; i++)
        v->buffer[i] = r->params + g->params[n->first_buffer + i].offset;
    return (struct pass){
        .batch = r->rows,
        .training = r->plan->training,
        .x = v->x,
        .y = at(r, here->y),
        .param = v->param,
        .buffer = v->buffer,
        .sums = {settled_sums(r, node, FORWARD),
                 settled_sums(r, node, BACKWARD)},
        .cache = at(r, here->cache),
        .work = r->work,
        .laid = laid_of(r, node, FORWARD),
        .crew = r->crew,
        .rng = n->rng,
        .epoch = r->epoch,
        .samples = r->ids,
    };
}

const real *run_output(const struct run *r, int64_t node)
{
    return at(r, r->plan->nodes[node].y);
}

real *run_input(const struct run *r)
{
    return at(r, r->plan->nodes[0].y);
}

/* The moments of the segment's calls: see plan.h. */
static int64_t begin_of(const struct run *r)
{
    return r->segment == 0 ? 1 : r->plan->cuts[r->segment - 1].moment;
}

static int64_t end_of(const struct run *r)
{
    return r->segment == r->plan->cut_count ? 2 * r->graph->count
                                            : r->plan->cuts[r->segment].moment;
}

/* Lanes beyond the channels are zeros: what a nonlinearity has made of them may
 * grow, layer by layer, to what is no number any more, and a product with zero
 * then, too. */
static void clear_lanes(const struct layer *l, int64_t rows, real *y)
{
    const struct variant act = l->spec.nonlinearity;
    const struct layout out = layer_writes(l);
    const int64_t used = out.channels % out.lanes;
    real of_zero = 0;

    if (used == 0)
        return;
    activation_of(act)->forward(act.config, 1, 1, &of_zero);
    if (of_zero >= 0 && of_zero <= 0)
        return;
    for (; rows > 0; rows--) {
        y += layout_reals(&out);
        for (int64_t i = 1; i <= out.pixels; i++)
            memset(y - i * out.lanes + used, 0,
                   (size_t)(out.lanes - used) * sizeof *y);
    }
}

static void forward_node(const struct run *r, int64_t node)
{
    const struct layer *l = &r->graph->nodes[node].layer;
    const struct variant act = l->spec.nonlinearity;
    const size_t width = (size_t)width_of(&r->graph->nodes[node]);
    real *const z = at(r, r->plan->nodes[node].z);
    struct views v;
    struct pass p = view_node(r, node, &v);
    real *const y = p.y;

    p.y = z ? z : y;
    l->ops->forward(l, &p);
    if (layer_applies(l))
        return;
    if (z)
        memcpy(y, z, (size_t)r->rows * width * sizeof *y);
    activation_of(act)->forward(act.config, r->rows, (int64_t)width, y);
    clear_lanes(l, r->rows, y);
}

/* dy becomes the gradient before the nonlinearity, unless the layer sees to
 * that; returns it. */
static real *pass_nonlinearity(const struct run *r, int64_t node)
{
    const struct graph_node *n = &r->graph->nodes[node];
    const struct variant act = n->layer.spec.nonlinearity;
    const struct plan_node *here = &r->plan->nodes[node];
    real *dy = at(r, here->dy);

    if (!layer_takes_dy(&n->layer) && !layer_masks_dy(&n->layer))
        activation_of(act)->backward(
            act.config, r->rows, width_of(n),
            at(r, here->z == PLAN_NONE ? here->y : here->z), dy);
    return dy;
}

/* Leaves the sums that the cut after the segment asks for. */
static void gather_sums(const struct run *r, enum direction d)
{
    const struct plan_cut *cut = &r->plan->cuts[r->segment];

    if (r->segment == r->plan->cut_count || cut->direction != d || !r->sums)
        return;
    const struct layer *l = &r->graph->nodes[cut->node].layer;
    struct views v;
    watch_begin(r->watch);
    struct pass p = view_node(r, cut->node, &v);
    if (d == BACKWARD)
        p.dy = pass_nonlinearity(r, cut->node);
    l->ops->gather(l, &p, d, r->sums);
    watch_end(r->watch, NULL, cut->node, (enum run_call)d);
}

int64_t run_lays(const struct plan *p)
{
    return p->lay_count * LAY_PARTS;
}

void run_lay(const struct run *r, int64_t part)
{
    const struct plan_lay *lay = &r->plan->lays[part / LAY_PARTS];
    const struct graph_node *n = &r->graph->nodes[lay->node];
    struct views v;

    watch_begin(r->watch);
    view_params(r, n, &v);
    const struct pass p = {
        .param = v.param,
        .work = r->work,
        .laid = laid_of(r, lay->node, lay->direction),
    };
    n->layer.ops->lay(&n->layer, &p, lay->direction, part % LAY_PARTS);
    watch_end(r->watch, NULL, lay->node, (enum run_call)lay->direction);
}

real *run_forward(const struct run *r)
{
    const int64_t end = num_min(end_of(r), r->graph->count);

    for (int64_t i = begin_of(r); i < end; i++) {
        if (r->graph->nodes[i].folded)
            continue;
        watch_begin(r->watch);
        forward_node(r, i);
        watch_end(r->watch, r, i, RUN_FORWARD);
    }
    gather_sums(r, FORWARD);
    return at(r, r->plan->nodes[r->graph->count - 1].y);
}

real *run_gradient(const struct run *r, int64_t node)
{
    return at(r, r->plan->nodes[node].dy);
}

static void add_to(real *restrict sum, const real *restrict term, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        sum[i] += term[i];
}

/* Adds the gradients that did not go straight into an input's dy. */
static void add_dx(const struct run *r, int64_t node)
{
    const struct graph_node *n = &r->graph->nodes[node];
    const struct plan_node *here = &r->plan->nodes[node];

    for (int64_t k = 0; k < n->layer.inputs; k++) {
        const int64_t sum = r->plan->nodes[n->inputs[k]].dy;
        if (here->dx[k] != PLAN_NONE && here->dx[k] != sum)
            add_to(at(r, sum), at(r, here->dx[k]),
                   r->rows * width_of(&r->graph->nodes[n->inputs[k]]));
    }
}

static void view_grads(const struct graph *g, int64_t node, real *grads,
                       real *grad[LAYER_MAX_PARAMS])
{
    const struct graph_node *n = &g->nodes[node];

    for (int64_t i = 0; i < n->layer.spec.param_count; i++) {
        const int64_t offset = g->params[n->first_param + i].grad_offset;
        const bool wanted = grads && !n->layer.spec.frozen;
        grad[i] = wanted && offset != GRADIENT_NONE ? grads + offset : NULL;
    }
}

static void backward_node(const struct run *r, int64_t node, real *grads)
{
    const struct layer *l = &r->graph->nodes[node].layer;
    const struct plan_node *here = &r->plan->nodes[node];
    struct views v;
    struct pass p = view_node(r, node, &v);

    assert(l->inputs > 0);
    for (int64_t k = 0; k < l->inputs; k++)
        v.dx[k] = at(r, here->dx[k]);
    view_grads(r->graph, node, grads, v.grad);
    /* Where there are sums, they have been taken behind it. */
    p.dy = here->cut[BACKWARD] == PLAN_NONE ? pass_nonlinearity(r, node)
                                            : at(r, here->dy);
    p.dx = v.dx;
    p.grad = v.grad;
    p.laid = laid_of(r, node, BACKWARD);
    l->ops->backward(l, &p);
    add_dx(r, node);
}

void run_backward(const struct run *r, real *grads)
{
    const int64_t count = r->graph->count;

    for (int64_t i = num_max(begin_of(r), count + 1); i < end_of(r); i++) {
        const int64_t node = 2 * count - i;
        if (!r->graph->nodes[node].needs_dy)
            continue;
        watch_begin(r->watch);
        backward_node(r, node, grads);
        watch_end(r->watch, r, node, RUN_BACKWARD);
    }
    gather_sums(r, BACKWARD);
}

void run_batch_gradient(const struct run *r, int64_t node, int64_t batch,
                        int64_t first, int64_t count, real *grad)
{
    const struct graph_node *n = &r->graph->nodes[node];
    const struct batch_pass pass = {
        .batch = batch,
        .slice_rows = r->plan->rows.slice,
        .x = at(r, r->plan->nodes[n->inputs[0]].y),
        .dy = at(r, r->plan->nodes[node].dy),
        .first = first,
        .count = count,
        .grad = grad,
    };

    n->layer.ops->batch_gradient(&n->layer, &pass);
}

void run_settle(const struct run *r, int64_t batch, double *settled,
                real *weights, real *grads)
{
    const struct graph *g = r->graph;
    const struct plan_cut *cut = &r->plan->cuts[r->segment];
    const struct graph_node *n = &g->nodes[cut->node];
    const int64_t forward = r->plan->nodes[cut->node].cut[FORWARD];
    real *buffer[LAYER_MAX_PARAMS];
    struct views v;

    view_params(r, n, &v);
    view_grads(g, cut->node, grads, v.grad);
    for (int64_t i = 0; i < n->layer.spec.buffer_count; i++)
        buffer[i] = weights + g->params[n->first_buffer + i].offset;
    const struct settle s = {
        .direction = cut->direction,
        .batch = batch,
        .sums = settled + cut->first,
        .forward = cut->direction == BACKWARD && forward != PLAN_NONE
                       ? settled + r->plan->cuts[forward].first
                       : NULL,
        .param = v.param,
        .buffer = buffer,
        .grad = grads ? v.grad : NULL,
    };
    n->layer.ops->settle(&n->layer, &s);
}
