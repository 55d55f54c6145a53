/*
 * graph.c - from a list of entries to nodes with shapes and parameters.
 */
#include "graph/graph.h"

#include <stdio.h>
#include <string.h>

#include "base/dict.h"
#include "base/num.h"
#include "base/text.h"

struct builder {
    struct graph *g;
    struct arena *arena;
    const struct graph_entry *entries;
    int64_t count;
    const struct graph_reporter *reporter;
    struct err *e;
    struct dict names; /* of the entries */
    int64_t compared;  /* names, to find one that was meant: not without end */
    bool to_input;     /* as the request has it */
};

static enum status out_of_memory(struct builder *b)
{
    return err_memory(b->e, "building the network");
}

static enum status fault(struct builder *b, int64_t entry, const char *key,
                         const char *why)
{
    return b->reporter->report(b->reporter->context, entry, key, why);
}

/* The entry called `name` among the first `end`; -1 when there is none. */
static int64_t find_entry(const struct builder *b, const char *name,
                          int64_t end)
{
    const struct dict_entry *found = dict_find(&b->names, name, strlen(name));

    return found && found->value < end ? found->value : -1;
}

/* The last that is added of a name, hence its first entry, stays. */
static bool know_names(struct builder *b)
{
    for (int64_t i = b->count - 1; i >= 0; i--) {
        const char *name = b->entries[i].name;
        struct dict_entry *known =
            name ? dict_add(&b->names, name, strlen(name)) : NULL;
        if (name && !known)
            return false;
        if (known)
            known->value = i;
    }
    return true;
}

/* What to say of an incoming name that is no layer above entry `at`. */
static enum status report_incoming(struct builder *b, int64_t at,
                                   const char *name)
{
    char why[LAYER_WHY_BYTES];
    struct nearest near = {.word = name};

    if (find_entry(b, name, b->count) >= 0) {
        snprintf(why, sizeof why,
                 "'%s' is not above this layer; layers refer upward only",
                 name);
        return fault(b, at, "incoming", why);
    }
    for (int64_t i = 0; i < at && b->compared < 100000; i++)
        if (b->entries[i].name && ++b->compared)
            nearest_offer(&near, b->entries[i].name, b->entries[i].name);
    snprintf(why, sizeof why, "no layer is called '%s'%s", name,
             did_you_mean(near.found).text);
    return fault(b, at, "incoming", why);
}

/* Resolves the inputs of entry `at` to nodes. */
static enum status connect(struct builder *b, int64_t at, struct graph_node *n)
{
    const struct graph_entry *entry = &b->entries[at];
    const int64_t count = entry->ops->max_inputs == 0 ? 0
                          : entry->incoming.count > 0 ? entry->incoming.count
                                                      : 1;
    if (count > LAYER_MAX_INPUTS)
        return fault(b, at, "incoming", "more than 64 incoming layers");
    int64_t *inputs = arena_take(b->arena, (size_t)count, sizeof *inputs);
    enum status s = OK;

    if (!inputs)
        return out_of_memory(b);
    for (int64_t k = 0; k < count; k++) {
        inputs[k] = at - 1;
        if (entry->incoming.count == 0)
            continue;
        inputs[k] = find_entry(b, entry->incoming.at[k], at);
        if (inputs[k] < 0)
            s = report_incoming(b, at, entry->incoming.at[k]);
    }
    n->inputs = inputs;
    n->layer.inputs = count;
    return s;
}

static enum status check_arity(struct builder *b, int64_t at, int64_t inputs)
{
    const struct layer_ops *ops = b->entries[at].ops;
    char why[LAYER_WHY_BYTES];

    if (ops->max_inputs == 0)
        return at == 0 ? OK
                       : fault(b, at, NULL,
                               "an input layer can only be the first layer");
    if (at == 0)
        return fault(b, at, NULL, "the first layer must be an input layer");
    if (inputs >= ops->min_inputs && inputs <= ops->max_inputs)
        return OK;
    snprintf(why, sizeof why, "has %lld incoming layers, %s takes %s %lld",
             (long long)inputs, ops->kind.name,
             ops->min_inputs == ops->max_inputs ? "exactly"
             : inputs < ops->min_inputs         ? "at least"
                                                : "at most",
             (long long)(inputs < ops->min_inputs ? ops->min_inputs
                                                  : ops->max_inputs));
    return fault(b, at, ops->max_inputs > 1 ? NULL : "incoming", why);
}

static enum status check_params(struct builder *b, int64_t at,
                                const struct layer_spec *spec)
{
    char why[LAYER_WHY_BYTES];

    for (int64_t i = 0; i < spec->param_count; i++) {
        const struct param_spec *p = &spec->params[i];
        const struct init_ops *init = init_of(p->init);
        if (!shape_fits(p->shape))
            return fault(b, at, NULL, "its weights are too many to address");
        if (!init || init->min_axes <= p->shape.axes)
            continue;
        snprintf(why, sizeof why,
                 "%s needs the numbers of inputs and outputs, its %s has one "
                 "axis",
                 init->kind.name, p->name);
        return fault(b, at, NULL, why);
    }
    return OK;
}

/* Shapes of entry `at` from those of its inputs. */
static enum status infer(struct builder *b, int64_t at, struct graph_node *n)
{
    const struct graph_entry *entry = &b->entries[at];
    struct layer *l = &n->layer;
    struct shape *in = arena_take(b->arena, (size_t)l->inputs, sizeof *in);

    if (!in)
        return out_of_memory(b);
    for (int64_t k = 0; k < l->inputs; k++)
        in[k] = b->g->nodes[n->inputs[k]].layer.spec.out;
    l->ops = entry->ops;
    l->name = entry->name;
    l->config = entry->config;
    l->in = in;
    l->spec.engine = b->g->engine;
    l->spec.frozen = !graph_trains(entry);
    n->lint = entry->lint;
    if (l->ops->infer(l->config, in, l->inputs, &l->spec) != OK)
        return fault(b, at, l->spec.why_key, l->spec.why);
    if (activation_is_linear(l->spec.nonlinearity))
        l->spec.nonlinearity = (struct variant){0};
    if (!shape_fits(l->spec.out))
        return fault(b, at, NULL, "its output is too large to address");
    return check_params(b, at, &l->spec);
}

static enum status add_node(struct builder *b, int64_t at)
{
    struct graph *g = b->g;
    struct graph_node *n = &g->nodes[at];
    enum status s = connect(b, at, n);

    if (s == OK)
        s = check_arity(b, at, n->layer.inputs);
    if (s == OK)
        s = infer(b, at, n);
    if (s != OK)
        return s;
    for (int64_t k = 0; k < n->layer.inputs; k++)
        g->nodes[n->inputs[k]].consumers++;
    g->count = at + 1;
    return OK;
}

/* Every layer but the last must feed another one. */
static enum status check_used(struct builder *b)
{
    enum status s = OK;

    for (int64_t i = 0; i < b->g->count - 1; i++)
        if (b->g->nodes[i].consumers == 0)
            s = fault(b, i, NULL, "no layer reads its output");
    return s;
}

static int64_t room_of(const struct param *p)
{
    return num_ceil_div(p->count, PARAM_ALIGN) * PARAM_ALIGN;
}

/* Appends `count` tensors of a node to the list, their numbers to the block. */
static bool add_tensors(struct builder *b, int64_t at,
                        const struct param_spec *from, int64_t count)
{
    struct graph *g = b->g;
    const struct graph_entry *entry = &b->entries[at];
    bool fits = true;

    for (int64_t i = 0; i < count; i++, from++) {
        struct param *p = &g->params[g->tensor_count++];
        *p = (struct param){
            .node = at,
            .name = arena_printf(b->arena, "%s.%s", entry->name, from->name),
            .shape = from->shape,
            .offset = g->weight_size,
            .count = shape_count(from->shape),
            .grad_offset = GRADIENT_NONE,
            .trainable = graph_trains(entry),
            .regularizable = from->regularizable,
            .learning_rate_scale = entry->learning_rate_scale,
            .l1 = entry->l1,
            .l2 = entry->l2,
            .init = from->init,
            .value = from->value,
            .is_magnitude = from->is_magnitude,
        };
        fits = num_add(g->weight_size, room_of(p), &g->weight_size) && fits;
    }
    return fits;
}

static enum status lay_out_params(struct builder *b)
{
    struct graph *g = b->g;
    bool fits = true;

    g->params = arena_take(b->arena, 2 * (size_t)g->count * LAYER_MAX_PARAMS,
                           sizeof *g->params);
    if (!g->params)
        return out_of_memory(b);
    for (int64_t i = 0; i < g->count; i++) {
        struct graph_node *n = &g->nodes[i];
        const struct layer_spec *spec = &n->layer.spec;
        n->first_param = g->tensor_count;
        fits = add_tensors(b, i, spec->params, spec->param_count) && fits;
        for (int64_t k = n->layer.ops->batch_gradient ? 1 : 0;
             k < spec->param_count; k++) {
            struct param *p = &g->params[n->first_param + k];
            p->grad_offset = g->grad_size;
            g->grad_size += room_of(p);
        }
    }
    g->param_count = g->tensor_count;
    g->param_size = g->weight_size;
    for (int64_t i = 0; i < g->count; i++) {
        const struct layer_spec *spec = &g->nodes[i].layer.spec;
        g->nodes[i].first_buffer = g->tensor_count;
        fits = add_tensors(b, i, spec->buffers, spec->buffer_count) && fits;
    }
    return fits ? OK : out_of_memory(b);
}

/* A rectify behind a layer that applies it in passing becomes that layer's, if
 * nobody else reads what is between them: the same bits, a pass over memory
 * less. */
static void fuse_rectify(struct graph *g)
{
    for (int64_t i = 1; i < g->count; i++) {
        struct layer *l = &g->nodes[i].layer;
        struct graph_node *from = &g->nodes[g->nodes[i].inputs[0]];
        l->spec.applied =
            l->ops->activates &&
            activation_of(l->spec.nonlinearity) == &rectify_activation &&
            from->layer.ops->fuses_slope && from->consumers == 1 &&
            !from->layer.spec.nonlinearity.kind;
        if (l->spec.applied)
            from->layer.spec.behind = l->spec.nonlinearity;
    }
}

/* A gradient is wanted at a node with something to train, and below it. */
static void finish_nodes(struct builder *b)
{
    struct graph *g = b->g;

    for (int64_t i = 0; i < g->count; i++) {
        struct graph_node *n = &g->nodes[i];
        n->rng =
            rng_key(g->seed, arena_printf(b->arena, "layer/%s", n->layer.name));
        n->needs_dy = (i == 0 && b->to_input) ||
                      (!n->layer.spec.frozen && n->layer.spec.param_count > 0);
        for (int64_t k = 0; k < n->layer.inputs; k++)
            n->needs_dy = n->needs_dy || g->nodes[n->inputs[k]].needs_dy;
    }
}

static enum status finish(struct builder *b)
{
    struct graph *g = b->g;
    struct layer_spec *last = &g->nodes[g->count - 1].layer.spec;
    const enum status s = lay_out_params(b);

    g->in = g->nodes[0].layer.spec.out;
    g->out = last->out;
    if (!activation_reads_z(last->nonlinearity)) { /* nobody else keeps z */
        g->output_nonlinearity = last->nonlinearity;
        last->nonlinearity = (struct variant){0};
    }
    fuse_rectify(g);
    finish_nodes(b);
    graph_choose_layouts(g, b->arena);
    return s == OK ? arena_check(b->arena, b->e, "building the network") : s;
}

struct layer_engine graph_engine(const struct graph_request *request)
{
    return (struct layer_engine){request->kern ? request->kern : kernels_best(),
                                 request->convolution};
}

/* The nodes that are sound, in order. */
static enum status build_nodes(struct builder *b,
                               const struct graph_request *request)
{
    enum status s = OK;

    for (int64_t i = 0; s != ERR_MEMORY && i < b->count; i++) {
        struct graph_node unused = {0};
        if (s == OK && i < b->count - request->faulty)
            s = add_node(b, i);
        else if (b->entries[i].ops && connect(b, i, &unused) != OK)
            s = b->arena->failed ? ERR_MEMORY : ERR_CONFIG;
    }
    if (s == OK && request->faulty == 0)
        s = check_used(b);
    return s;
}

enum status graph_build(struct graph *g, struct arena *arena,
                        const struct graph_request *request,
                        const struct graph_reporter *reporter, struct err *e)
{
    struct builder b = {.g = g, .arena = arena, .reporter = reporter, .e = e};

    b.entries = request->entries;
    b.count = request->count;
    b.to_input = request->to_input;
    *g = (struct graph){
        .seed = request->seed,
        .engine = graph_engine(request),
        .folds = request->folds,
    };
    g->nodes = arena_take(arena, (size_t)b.count, sizeof *g->nodes);
    const bool has_room = g->nodes && know_names(&b);
    const enum status s =
        has_room ? build_nodes(&b, request) : out_of_memory(&b);
    dict_free(&b.names);
    const enum status finished = g->count > 0 ? finish(&b) : OK;
    return s == OK ? finished : s;
}
