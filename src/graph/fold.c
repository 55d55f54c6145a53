/*
 * fold.c - which layers become part of others, and their weights.
 */
#include "graph/fold.h"

#include <string.h>

#include "base/num.h"

/* Is `affine` all that is made of `linear`, and has that one number of bias per
 * channel or none? */
static bool folds(const struct graph *g, struct fold_pair pair)
{
    const struct graph_node *to = &g->nodes[pair.linear];
    const struct layer_spec *spec = &to->layer.spec;

    return g->nodes[pair.affine].layer.spec.is_affine &&
           to->layer.ops->is_linear && to->consumers == 1 &&
           !spec->nonlinearity.kind &&
           (spec->param_count == 1 ||
            shape_count(spec->params[1].shape) == spec->out.dim[0]);
}

static int64_t channels_of(const struct graph *g, struct fold_pair pair)
{
    return g->nodes[pair.affine].layer.in[0].dim[0];
}

/* Pairs in the order of their second nodes; the most channels of one. */
static int64_t find_pairs(struct fold *f, const struct graph *g)
{
    int64_t most = 0;

    for (int64_t i = 1; i < g->count; i++) {
        const struct fold_pair pair = {g->nodes[i].inputs[0], i};
        if (!folds(g, pair))
            continue;
        f->pairs[f->count++] = pair;
        most = num_max(most, channels_of(g, pair));
    }
    return most;
}

/* The linear layer gets the nonlinearity, and a bias where it has none. */
static void change_layers(struct graph *g, struct fold_pair pair)
{
    struct layer_spec *linear = &g->nodes[pair.linear].layer.spec;
    struct graph_node *affine = &g->nodes[pair.affine];

    const struct variant behind = affine->layer.spec.behind;

    linear->nonlinearity =
        behind.kind ? behind : affine->layer.spec.nonlinearity;
    affine->layer.spec.nonlinearity = (struct variant){0};
    affine->folded = true;
    if (linear->param_count == 1)
        spec_param(linear, "bias", SHAPE(channels_of(g, pair)),
                   (struct variant){0}, false);
}

/* The bias that a node did not have, behind all other weights. */
static struct param new_bias(struct graph *g, int64_t node)
{
    const struct layer *l = &g->nodes[node].layer;
    const struct param p = {
        .node = node,
        .name = l->name,
        .shape = l->spec.params[1].shape,
        .offset = g->weight_size,
        .count = l->spec.out.dim[0],
        .grad_offset = GRADIENT_NONE,
    };

    g->weight_size += num_ceil_div(p.count, PARAM_ALIGN) * PARAM_ALIGN;
    return p;
}

/* The tensors of a node, which a run finds one behind the other. */
static void list_tensors(const struct fold *f, struct graph *to, int64_t node)
{
    const struct graph_node *before = &f->of->nodes[node];
    struct graph_node *n = &to->nodes[node];
    const struct layer_spec *spec = &n->layer.spec;
    const int64_t old = before->layer.spec.param_count;

    n->first_param = to->tensor_count;
    for (int64_t i = 0; i < spec->param_count; i++)
        to->params[to->tensor_count++] =
            i < old ? f->of->params[before->first_param + i]
                    : new_bias(to, node);
    n->first_buffer = to->tensor_count;
    for (int64_t i = 0; i < spec->buffer_count; i++)
        to->params[to->tensor_count++] =
            f->of->params[before->first_buffer + i];
}

static enum status change_graph(struct fold *f, struct arena *arena,
                                struct err *e)
{
    const size_t nodes = (size_t)f->of->count;
    struct graph *to = &f->graph;

    to->nodes = arena_take(arena, nodes, sizeof *to->nodes);
    to->params = arena_take(arena, (size_t)(to->tensor_count + f->count),
                            sizeof *to->params);
    if (!to->nodes || !to->params)
        return err_memory(e, "folding the network");
    memcpy(to->nodes, f->of->nodes, nodes * sizeof *to->nodes);
    for (int64_t i = 0; i < f->count; i++)
        change_layers(to, f->pairs[i]);
    to->tensor_count = 0;
    for (int64_t i = 0; i < to->count; i++)
        list_tensors(f, to, i);
    return OK;
}

enum status fold_build(struct fold *f, struct arena *arena,
                       const struct graph *g, struct err *e)
{
    *f = (struct fold){.of = g, .graph = *g};
    if (!g->folds)
        return OK;
    f->pairs = arena_take(arena, (size_t)g->count, sizeof *f->pairs);
    if (!f->pairs)
        return err_memory(e, "folding the network");
    const size_t most = (size_t)find_pairs(f, g);
    f->scale = arena_take(arena, most, sizeof *f->scale);
    f->shift = arena_take(arena, most, sizeof *f->shift);
    if (!f->scale || !f->shift)
        return err_memory(e, "folding the network");
    return f->count > 0 ? change_graph(f, arena, e) : OK;
}

/* y = scale * (W x + b) + shift = (scale * W) x + (scale * b + shift). */
static void fold_pair(const struct fold *f, struct fold_pair pair,
                      const real *weights, real *folded)
{
    const struct graph *g = &f->graph;
    const struct graph_node *linear = &g->nodes[pair.linear];
    const struct graph_node *affine = &g->nodes[pair.affine];
    const struct param *weight = &g->params[linear->first_param];
    const struct param *bias = weight + 1;
    const int64_t channels = channels_of(g, pair);
    const int64_t row = weight->count / channels;
    const real *param[LAYER_MAX_PARAMS], *buffer[LAYER_MAX_PARAMS];

    for (int64_t i = 0; i < affine->layer.spec.param_count; i++)
        param[i] = weights + g->params[affine->first_param + i].offset;
    for (int64_t i = 0; i < affine->layer.spec.buffer_count; i++)
        buffer[i] = weights + g->params[affine->first_buffer + i].offset;
    affine->layer.ops->affine(&affine->layer, param, buffer, f->scale,
                              f->shift);
    for (int64_t c = 0; c < channels; c++) {
        real *w = folded + weight->offset + c * row;
        real *b = folded + bias->offset + c;
        for (int64_t i = 0; i < row; i++)
            w[i] = (real)(f->scale[c] * (double)w[i]);
        *b = (real)(f->scale[c] * (double)*b + f->shift[c]);
    }
}

void fold_weights(const struct fold *f, const real *weights, real *folded)
{
    const int64_t size = f->of->weight_size;

    memcpy(folded, weights, (size_t)size * sizeof *folded);
    memset(folded + size, 0,
           (size_t)(f->graph.weight_size - size) * sizeof *folded);
    for (int64_t i = 0; i < f->count; i++)
        fold_pair(f, f->pairs[i], weights, folded);
}
