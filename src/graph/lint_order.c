/*
 * lint_order.c - rules about what stands in front of what, and at the end.
 */
#include <string.h>

#include "graph/lint_rule.h"

static const double dense_share = 0.9;

bool lint_wrong_units(const struct lint_subject *s, int64_t at,
                      char message[LINT_MESSAGE_BYTES])
{
    const int64_t units = shape_count(s->graph->out);

    return at == s->graph->count - 1 && s->class_count > 0 &&
           units != s->class_count &&
           lint_say(message, "%lld output units, the data has %lld classes",
                    (long long)units, (long long)s->class_count);
}

static bool has_bias(const struct layer *l)
{
    for (int64_t i = 0; i < l->spec.param_count; i++)
        if (strcmp(l->spec.params[i].name, "bias") == 0)
            return true;
    return false;
}

/* Running statistics that do not follow the batch cancel nothing. */
static bool cancels_bias(const struct layer *l)
{
    return l->ops->cancels_bias &&
           (!l->ops->gather || l->spec.sums[FORWARD] > 0);
}

bool lint_lost_bias(const struct lint_subject *s, int64_t at,
                    char message[LINT_MESSAGE_BYTES])
{
    const struct graph *g = s->graph;
    const struct graph_node *n = &g->nodes[at];

    if (!has_bias(&n->layer) || n->layer.spec.nonlinearity.kind ||
        cancels_bias(&n->layer) || n->consumers != 1)
        return false;
    for (int64_t i = at + 1; i < g->count; i++)
        if (cancels_bias(&g->nodes[i].layer) && g->nodes[i].inputs[0] == at)
            return lint_say(message,
                            "its bias is cancelled by %s; b: null saves it",
                            g->nodes[i].layer.name);
    return false;
}

/* A network of dense layers alone has nowhere else to put its weights. */
bool lint_heavy_dense(const struct lint_subject *s, int64_t at,
                      char message[LINT_MESSAGE_BYTES])
{
    const struct graph *g = s->graph;
    const struct graph_node *n = &g->nodes[at];
    double share = 0;

    if (layer_window_of(&n->layer).kind != WINDOW_WHOLE)
        return false;
    for (int64_t i = 0; i < n->layer.spec.param_count; i++)
        share += (double)g->params[n->first_param + i].count;
    share /= (double)graph_weights(g, false);
    return audit_applies(g) && share > dense_share &&
           lint_say(message, "holds %.1f %% of all parameters", 100 * share);
}

bool lint_missing_activation(const struct lint_subject *s, int64_t at,
                             char message[LINT_MESSAGE_BYTES])
{
    const struct loss_ops *loss = s->loss.kind ? loss_of(s->loss) : NULL;
    const struct activation_ops *last =
        activation_of(s->graph->output_nonlinearity);

    return at == s->graph->count - 1 && loss && loss->activation &&
           strcmp(last->kind.name, loss->activation) != 0 &&
           lint_say(message, "nonlinearity %s, %s needs %s", last->kind.name,
                    loss->kind.name, loss->activation);
}

bool lint_one_value(const struct lint_subject *s, int64_t at,
                    char message[LINT_MESSAGE_BYTES])
{
    const struct layer_spec *spec = &s->graph->nodes[at].layer.spec;
    const bool over_batch = spec->sums[FORWARD] > 0;

    return spec->normalized == 1 && (!over_batch || s->batch_size == 1) &&
           lint_say(message, "normalizes over one value: its output does not "
                             "depend on its input");
}

bool lint_noisy_variance(const struct lint_subject *s, int64_t at,
                         char message[LINT_MESSAGE_BYTES])
{
    const struct graph *g = s->graph;
    const int64_t behind = s->batch_layer[at];

    return g->nodes[at].layer.ops->drops && behind > 0 &&
           lint_say(message,
                    "drops inputs in front of %s, whose variance then differs "
                    "between training and inference",
                    g->nodes[behind].layer.name);
}

/* The one behind the output is the caller's to apply. */
static const struct activation_ops *activation_at(const struct graph *g,
                                                  int64_t at)
{
    return activation_of(at == g->count - 1
                             ? g->output_nonlinearity
                             : g->nodes[at].layer.spec.nonlinearity);
}

static bool is_linear_at(const struct graph *g, int64_t at)
{
    return activation_at(g, at) == activation_of((struct variant){NULL, NULL});
}

static double weights_of(const struct layer *l)
{
    const struct layer_window w = layer_window_of(l);
    const bool is_sum = w.kind == WINDOW_CONV || w.kind == WINDOW_WHOLE;

    return is_sum && l->spec.param_count > 0 && w.spread.y <= 1 &&
                   w.spread.x <= 1
               ? (double)shape_count(l->spec.params[0].shape)
               : 0;
}

/* The weights of the one layer that does what two linear ones do. */
static double weights_of_one(const struct layer *first,
                             const struct layer *second)
{
    const struct layer_window a = layer_window_of(first);
    const struct layer_window b = layer_window_of(second);

    if (a.kind == WINDOW_WHOLE || b.kind == WINDOW_WHOLE)
        return (double)shape_count(first->in[0]) *
               (double)shape_count(second->spec.out);
    const double rows =
        lint_extent(a.size.y, a.dilation.y) +
        (lint_extent(b.size.y, b.dilation.y) - 1) * (double)a.stride.y;
    const double columns =
        lint_extent(a.size.x, a.dilation.x) +
        (lint_extent(b.size.x, b.dilation.x) - 1) * (double)a.stride.x;
    return (double)first->in[0].dim[0] * (double)second->spec.out.dim[0] *
           rows * columns;
}

/* Two linear layers that have no fewer weights than the one they amount to:
 * bottlenecks and separable convolutions have. */
static bool is_doubled(const struct graph *g, int64_t from, int64_t at)
{
    const struct layer *first = &g->nodes[from].layer;
    const struct layer *second = &g->nodes[at].layer;
    const double a = weights_of(first), b = weights_of(second);

    return a > 0 && b > 0 && is_linear_at(g, from) &&
           g->nodes[from].consumers == 1 &&
           a + b >= weights_of_one(first, second);
}

bool lint_indistinct(const struct lint_subject *s, int64_t at,
                     char message[LINT_MESSAGE_BYTES])
{
    const struct graph *g = s->graph;
    const struct graph_node *n = &g->nodes[at];
    const int64_t from = n->inputs[0];
    const char *name = g->nodes[from].layer.name;
    const bool activates = n->layer.ops->activates;

    if (n->layer.inputs != 1)
        return false;
    if (activates && g->nodes[from].layer.ops->activates)
        return lint_say(message, "%s in front of it is an activation already",
                        name);
    if (activates && !is_linear_at(g, from))
        return lint_say(message,
                        "%s in front of it ends in nonlinearity %s already",
                        name, activation_at(g, from)->kind.name);
    return is_doubled(g, from, at) &&
           lint_say(message,
                    "%s in front of it is linear: the two are no more than one "
                    "layer",
                    name);
}
