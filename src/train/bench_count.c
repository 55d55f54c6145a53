/*
 * bench_count.c - what a call computes and moves, whatever time it takes.
 */
#include "graph/precision.h"
#include "train/bench.h"

/* What a pass of a node costs a sample. */
typedef double cost_fn(const struct graph *g, int64_t node,
                       enum layer_pass pass, const struct limits *limits);

/* Operations, as the layer is defined. */
static double defined_flops(const struct graph *g, int64_t node,
                            enum layer_pass pass, const struct limits *unused)
{
    (void)pass;
    (void)unused;
    return 2 * (double)g->nodes[node].layer.spec.macs;
}

/* Seconds at the limit, by the algorithm of the plan. */
static double least_seconds(const struct graph *g, int64_t node,
                            enum layer_pass pass, const struct limits *limits)
{
    const double flops = 2 * layer_macs(&g->nodes[node].layer, pass);
    const bool pairs = limits->pairs > 0 && precision_rounds(g, node, pass);

    return flops / (pairs ? limits->pairs : limits->plain);
}

/* Of all passes that a call is. */
static double count(const struct graph *g, int64_t node, enum bench_pass pass,
                    cost_fn *cost, const struct limits *limits)
{
    const struct layer *l = &g->nodes[node].layer;
    const bool of_batch = l->ops->batch_gradient != NULL;
    double all[LAYER_PASSES];

    for (int i = 0; i < LAYER_PASSES; i++) {
        const enum layer_pass one = (enum layer_pass)i;
        all[i] = (double)graph_passes(g, node, one, true) *
                 cost(g, node, one, limits);
    }
    if (pass == BENCH_UPDATE)
        return of_batch ? all[LAYER_WEIGHTS] : 0;
    if (pass != BENCH_BACKWARD)
        return all[LAYER_FORWARD];
    return all[LAYER_DATA] + (of_batch ? 0 : all[LAYER_WEIGHTS]);
}

double bench_flops(const struct graph *g, int64_t node, enum bench_pass pass,
                   int64_t batch)
{
    return (double)batch * count(g, node, pass, defined_flops, NULL);
}

double bench_least(const struct graph *g, int64_t node, enum bench_pass pass,
                   int64_t batch, struct limits limits)
{
    return (double)batch * count(g, node, pass, least_seconds, &limits);
}

/* Reals of a sample: of all inputs, of their gradients that are wanted. */
static int64_t input_count(const struct graph *g, int64_t node, bool wanted)
{
    const struct graph_node *n = &g->nodes[node];
    int64_t count = 0;

    for (int64_t k = 0; k < n->layer.inputs; k++)
        if (!wanted || g->nodes[n->inputs[k]].needs_dy)
            count += shape_count(n->layer.in[k]);
    return count;
}

static int64_t reals_moved(const struct graph *g, int64_t node,
                           enum bench_pass pass)
{
    const struct layer *l = &g->nodes[node].layer;
    const struct layer_spec *spec = &l->spec;
    const int64_t x = input_count(g, node, false), y = shape_count(spec->out);

    if (pass == BENCH_UPDATE || spec->view == VIEW_ALWAYS ||
        (pass == BENCH_INFERENCE && spec->view == VIEW_INFERENCE))
        return 0;
    if (pass == BENCH_BACKWARD) {
        const int64_t read =
            y + l->ops->backward_reads_x * x + l->ops->backward_reads_y * y;
        return read * (1 + (spec->sums[BACKWARD] > 0)) +
               input_count(g, node, true) + !layer_takes_dy(l) * 3 * y;
    }
    return x * (1 + (pass == BENCH_FORWARD && spec->sums[FORWARD] > 0)) + y +
           !layer_applies(l) * 2 * y;
}

double bench_bytes(const struct graph *g, int64_t node, enum bench_pass pass,
                   int64_t batch)
{
    const struct layer_spec *spec = &g->nodes[node].layer.spec;
    const bool is_kept = pass == BENCH_FORWARD || pass == BENCH_BACKWARD;

    if (spec->macs > 0 || node == 0)
        return 0;
    return (double)batch * ((double)reals_moved(g, node, pass) * sizeof(real) +
                            (double)(is_kept ? spec->cache_per_sample : 0));
}
