/*
 * run.c - calls the layers in order with the memory that the plan gave them.
 */
#include "graph/run.h"

#include <assert.h>
#include <string.h>

/* Pointers of one call; as many as any layer has. */
struct views {
    const real *x[GRAPH_MAX_INPUTS];
    real *dx[GRAPH_MAX_INPUTS];
    const real *param[LAYER_MAX_PARAMS];
    real *grad[LAYER_MAX_PARAMS];
    real *buffer[LAYER_MAX_PARAMS];
};

static void *at(const struct run *r, int64_t block)
{
    return plan_at(r->plan, r->lane, block);
}

static int64_t width_of(const struct graph_node *n)
{
    return shape_count(n->layer.spec.out);
}

/* Everything of a call that forward and backward have in common. */
static struct pass view_node(const struct run *r, int64_t node, struct views *v)
{
    const struct graph *g = r->graph;
    const struct graph_node *n = &g->nodes[node];
    const struct plan_node *here = &r->plan->nodes[node];

    for (int64_t k = 0; k < n->layer.inputs; k++)
        v->x[k] = at(r, r->plan->nodes[n->inputs[k]].y);
    for (int64_t i = 0; i < n->layer.spec.param_count; i++)
        v->param[i] = r->params + g->params[n->first_param + i].offset;
    for (int64_t i = 0; i < n->layer.spec.buffer_count; i++)
        v->buffer[i] = r->buffers + g->buffers[n->first_buffer + i].offset;
    return (struct pass){
        .training = r->plan->training,
        .x = v->x,
        .y = at(r, here->y),
        .param = v->param,
        .buffer = v->buffer,
        .cache = at(r, here->cache),
        .work = r->lane + r->plan->tensor_bytes,
        .rng = n->rng,
        .epoch = r->epoch,
    };
}

static void before_call(const struct run *r)
{
    if (r->watch)
        r->watch->before(r->watch->context);
}

static void after_call(const struct run *r, int64_t node, enum run_call call)
{
    if (r->watch)
        r->watch->after(r->watch->context, r, node, call);
}

const real *run_output(const struct run *r, int64_t node)
{
    return at(r, r->plan->nodes[node].y);
}

real *run_input(const struct run *r)
{
    return at(r, r->plan->nodes[0].y);
}

static void forward_node(const struct run *r, int64_t node, int64_t batch,
                         const int64_t *samples)
{
    const struct graph_node *n = &r->graph->nodes[node];
    const struct layer *l = &n->layer;
    const struct variant act = l->spec.nonlinearity;
    struct views v;
    struct pass p = view_node(r, node, &v);

    p.batch = batch;
    p.samples = samples;
    l->ops->forward(l, &p);
    if (act.kind && !l->ops->fuses_nonlinearity)
        activation_of(act)->forward(act.config, batch, width_of(n), p.y);
}

real *run_forward(const struct run *r, int64_t batch, const int64_t *samples)
{
    const int64_t last = r->graph->count - 1;

    for (int64_t i = 1; i <= last; i++) {
        before_call(r);
        forward_node(r, i, batch, samples);
        after_call(r, i, RUN_FORWARD);
    }
    return at(r, r->plan->nodes[last].y);
}

real *run_output_gradient(const struct run *r)
{
    return at(r, r->plan->nodes[r->graph->count - 1].dy);
}

static void add_to(real *restrict sum, const real *restrict term, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        sum[i] += term[i];
}

/* Adds the gradients that did not go straight into an input's dy. */
static void gather_dx(const struct run *r, int64_t node, int64_t batch)
{
    const struct graph_node *n = &r->graph->nodes[node];
    const struct plan_node *here = &r->plan->nodes[node];

    for (int64_t k = 0; k < n->layer.inputs; k++) {
        const int64_t sum = r->plan->nodes[n->inputs[k]].dy;
        if (here->dx[k] != PLAN_NONE && here->dx[k] != sum)
            add_to(at(r, sum), at(r, here->dx[k]),
                   batch * width_of(&r->graph->nodes[n->inputs[k]]));
    }
}

static real *grad_at(const struct param *p, real *grads)
{
    return p->grad_offset == GRADIENT_NONE ? NULL : grads + p->grad_offset;
}

static void keep_late(const struct run *r, int64_t node, int64_t batch,
                      const real *x, const real *dy)
{
    const struct layer *l = &r->graph->nodes[node].layer;

    if (!r->late.x || !r->late.x[node])
        return;
    const int64_t in = shape_count(l->in[0]), out = shape_count(l->spec.out);
    memcpy(r->late.x[node] + r->late.first * in, x,
           (size_t)(batch * in) * sizeof *x);
    memcpy(r->late.dy[node] + r->late.first * out, dy,
           (size_t)(batch * out) * sizeof *dy);
}

static void backward_node(const struct run *r, int64_t node, int64_t batch,
                          const int64_t *samples, real *grads)
{
    const struct graph_node *n = &r->graph->nodes[node];
    const struct layer *l = &n->layer;
    const struct plan_node *here = &r->plan->nodes[node];
    struct views v;
    struct pass p = view_node(r, node, &v);
    real *dy = at(r, here->dy);

    assert(l->inputs > 0);
    for (int64_t k = 0; k < l->inputs; k++)
        v.dx[k] = at(r, here->dx[k]);
    for (int64_t i = 0; i < l->spec.param_count; i++)
        v.grad[i] = grad_at(&r->graph->params[n->first_param + i], grads);
    if (l->spec.nonlinearity.kind)
        activation_of(l->spec.nonlinearity)
            ->backward(l->spec.nonlinearity.config, batch, width_of(n), p.y,
                       dy);
    keep_late(r, node, batch, v.x[0], dy);
    p.batch = batch;
    p.samples = samples;
    p.dy = dy;
    p.dx = v.dx;
    p.grad = v.grad;
    l->ops->backward(l, &p);
    gather_dx(r, node, batch);
}

void run_backward(const struct run *r, int64_t batch, const int64_t *samples,
                  real *grads)
{
    for (int64_t i = r->graph->count - 1; i > 0; i--)
        if (r->graph->nodes[i].needs_dy) {
            before_call(r);
            backward_node(r, i, batch, samples, grads);
            after_call(r, i, RUN_BACKWARD);
        }
}
