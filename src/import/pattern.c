/*
 * pattern.c - nodes that are, as they stand, what a layer of ours is written
 * as.
 *
 * The first of them says which layer that is.  It is not believed: the layer is
 * made of what it says and of the constants that are called as its weights, and
 * written again; only if all nodes and constants are equal is it that layer.
 * Writing stops where there would be more than the file has.
 */
#include <string.h>

#include "conf/tree.h"
#include "import/importer.h"
#include "operators/operators.h"

enum { MOST_NODES = 2000 }; /* that a layer is written as */

/* A layer that nodes claim to be. */
struct claim {
    struct step *s;
    struct arena *arena; /* that what the text says lives on */
    struct layer layer;
    struct shape in[LAYER_MAX_INPUTS];
    struct value *inputs[LAYER_MAX_INPUTS];
    const char *x[LAYER_MAX_INPUTS]; /* names of the inputs */
    const float *param[LAYER_MAX_PARAMS], *buffer[LAYER_MAX_PARAMS];
    int64_t nodes;                /* that are called so */
    struct operators_bound bound; /* of what they may be */
};

/* Is node `number` called as the layer or a part of it? */
static bool is_part(const struct claim *c, int64_t number)
{
    const struct onnx_model *from = c->s->im->from;
    const size_t length = strlen(c->layer.name);
    const char *name =
        number < from->node_count ? from->nodes[number].name : "";

    return strncmp(name, c->layer.name, length) == 0 &&
           (name[length] == '\0' || name[length] == '/');
}

/* The nodes that are called so; looking at them is counted.  False: so much was
 * looked at that this cannot be a file of ours. */
static bool count_nodes(struct claim *c)
{
    struct importer *im = c->s->im;

    while (im->claim_nodes >= 0 && c->nodes < MOST_NODES &&
           is_part(c, c->s->number + c->nodes)) {
        im->claim_nodes -= 1 + c->s->node[c->nodes].input_count;
        c->nodes++;
    }
    return im->claim_nodes >= 0;
}

/* The type and the keys that the text says. */
static bool read_words(struct claim *c, struct err *quiet)
{
    const char *doc = c->s->node->doc;
    struct tree t = {0};

    if (tree_parse(&t, c->arena, "", doc, strlen(doc), quiet) != OK)
        return false;
    const struct node *type = t.root->first;
    const struct layer_ops *ops =
        type && !type->next ? layer_find(type->key) : NULL;
    void *config =
        ops ? arena_take(c->arena, 1, ops->kind.config_size + 1) : NULL;
    if (!config || type->kind != NODE_MAP || ops->max_inputs == 0)
        return false;
    c->layer.ops = ops;
    c->layer.config = config;
    return !ops->kind.fields ||
           field_fill(&t, type, ops->kind.fields, config, quiet) == OK;
}

/* What the nodes read that none of them makes, in order; once each unless
 * `again`. */
static bool find_inputs(struct claim *c, bool again)
{
    const struct importer *im = c->s->im;
    const int64_t first = c->s->number;

    c->layer.inputs = 0;
    for (int64_t i = first; i < first + c->nodes; i++)
        for (int64_t k = 0; k < im->from->nodes[i].input_count; k++) {
            const int64_t at = im->reads[im->first_read[i] + k];
            struct value *v = at >= 0 ? &im->values[at] : NULL;
            bool known = !v || v->constant || v->layer < 0;
            for (int64_t j = 0; j < c->layer.inputs && !again; j++)
                known = known || c->inputs[j] == v;
            if (known)
                continue;
            if (c->layer.inputs == c->layer.ops->max_inputs)
                return false;
            c->in[c->layer.inputs] = im->layers[v->layer]->out;
            if (!shape_equal(v->shape, c->in[c->layer.inputs]))
                return false;
            c->x[c->layer.inputs] = v->name;
            c->inputs[c->layer.inputs++] = v;
        }
    return c->layer.inputs >= c->layer.ops->min_inputs;
}

/* The constants LAYER.NAME. */
static bool find_weights(struct claim *c, const struct param_spec *params,
                         int64_t count, const float **out)
{
    for (int64_t i = 0; i < count; i++) {
        const char *name =
            arena_printf(c->arena, "%s.%s", c->layer.name, params[i].name);
        const struct value *v = import_find(c->s->im, name);
        const struct onnx_tensor *t = v ? v->constant : NULL;
        if (!t || t->type != ONNX_FLOAT ||
            t->count != shape_count(params[i].shape))
            return false;
        out[i] = t->reals;
    }
    return true;
}

static bool same_words(int64_t count, const char *const *a,
                       const char *const *b)
{
    for (int64_t i = 0; i < count; i++)
        if (strcmp(a[i], b[i]) != 0)
            return false;
    return true;
}

static bool same_bytes(const void *a, const void *b, int64_t count, size_t size)
{
    return count == 0 || memcmp(a, b, (size_t)count * size) == 0;
}

static bool same_tensor(const struct onnx_tensor *a,
                        const struct onnx_tensor *b)
{
    return a->type == b->type && a->rank == b->rank &&
           same_bytes(a->dims, b->dims, a->rank, sizeof *a->dims) &&
           (a->type == ONNX_FLOAT
                ? same_bytes(a->reals, b->reals, a->count, sizeof *a->reals)
                : same_bytes(a->ints, b->ints, a->count, sizeof *a->ints));
}

static bool same_attribute(const struct onnx_attribute *a,
                           const struct onnx_attribute *b)
{
    if (strcmp(a->name, b->name) != 0 || a->kind != b->kind ||
        a->count != b->count)
        return false;
    switch (a->kind) {
    case ONNX_INT:
    case ONNX_INTS:
        return same_bytes(a->ints, b->ints, a->count, sizeof *a->ints);
    case ONNX_REAL:
    case ONNX_REALS:
        return same_bytes(a->reals, b->reals, a->count, sizeof *a->reals);
    case ONNX_STRING:
    case ONNX_STRINGS:
        return same_words(a->count, a->strings, b->strings);
    case ONNX_TENSOR:
        return same_tensor(a->tensor, b->tensor);
    case ONNX_OTHER:
    default:
        return false;
    }
}

/* The last node's output is called by who reads it. */
static bool same_node(const struct onnx_node *a, const struct onnx_node *b,
                      bool last)
{
    bool same = strcmp(a->name, b->name) == 0 && strcmp(a->op, b->op) == 0 &&
                strcmp(a->domain, b->domain) == 0 &&
                strcmp(a->doc, b->doc) == 0 &&
                a->input_count == b->input_count &&
                a->output_count == b->output_count &&
                a->attribute_count == b->attribute_count &&
                same_words(a->input_count, a->inputs, b->inputs) &&
                (last || same_words(a->output_count, a->outputs, b->outputs));

    for (int64_t i = 0; same && i < a->attribute_count; i++)
        same = same_attribute(&a->attributes[i], &b->attributes[i]);
    return same;
}

static bool is_written_so(const struct claim *c, const struct operators *o)
{
    const struct importer *im = c->s->im;

    if (o->arena.failed || o->node_count < 1 || o->node_count > c->nodes)
        return false;
    for (int64_t i = 0; i < o->node_count; i++)
        if (!same_node(&o->nodes[i], &c->s->node[i], i == o->node_count - 1))
            return false;
    for (int64_t i = 0; i < o->constant_count; i++) {
        const struct onnx_tensor *t = &o->constants[i];
        const struct value *v = import_find(im, t->name);
        if (!v || !v->constant || v->producer >= 0 ||
            !same_tensor(t, v->constant))
            return false;
    }
    return true;
}

/* The layer in the list, and its nodes done with. */
static enum status accept(struct claim *c, int64_t nodes)
{
    struct importer *im = c->s->im;
    struct step *s = c->s;
    const struct layer_spec *spec = &c->layer.spec;
    const struct made *other = made_new(s, c->layer.ops->kind.name);
    struct made *m = arena_take(im->arena, 1, sizeof *m);

    if (!m || !other)
        return import_memory(im);
    *m = (struct made){.ops = c->layer.ops,
                       .name = c->layer.name,
                       .config = (void *)(uintptr_t)c->layer.config,
                       .fixed = true};
    for (int64_t i = 0; i < spec->param_count; i++)
        made_weight(m, spec->params[i].name, c->param[i],
                    shape_count(spec->params[i].shape));
    for (int64_t i = 0; i < spec->buffer_count; i++)
        made_weight(m, spec->buffers[i].name, c->buffer[i],
                    shape_count(spec->buffers[i].shape));
    for (int64_t i = 0; i < nodes; i++)
        im->taken[s->number + i] = true;
    s->out = &im->values[im->first_value[s->number + nodes - 1]];
    return made_done(s, m, c->inputs, c->layer.inputs);
}

/* Is what the text says what the nodes say? */
static bool holds(struct claim *c, bool again, struct err *quiet,
                  int64_t *nodes)
{
    struct operators o = {.bound = &c->bound};
    struct layer_spec *spec = &c->layer.spec;

    *spec = (struct layer_spec){.engine = c->s->im->engine};
    c->bound = (struct operators_bound){c->nodes, c->s->im->claim_numbers};
    if (!read_words(c, quiet) || !find_inputs(c, again) ||
        c->layer.ops->infer(c->layer.config, c->in, c->layer.inputs, spec) !=
            OK ||
        !shape_fits(spec->out) ||
        !find_weights(c, spec->params, spec->param_count, c->param) ||
        !find_weights(c, spec->buffers, spec->buffer_count, c->buffer))
        return false;
    c->layer.in = c->in;
    const struct operator_layer l = {
        .layer = &c->layer,
        .nonlinearity = spec->nonlinearity,
        .param = c->param,
        .buffer = c->buffer,
        .x = c->x,
        .y = "",
    };
    const bool same = operators_emit(&o, &l) && is_written_so(c, &o);
    *nodes = o.node_count;
    c->s->im->claim_numbers = c->bound.numbers;
    operators_free(&o);
    return same;
}

enum status pattern_take(struct step *s, bool *taken)
{
    const size_t length = strcspn(s->node->name, "/");
    struct arena scratch = {0};
    struct claim c = {.s = s, .arena = &scratch};
    int64_t nodes = 0;

    *taken = false;
    if (!*s->node->doc || length == 0)
        return OK;
    c.layer.name = arena_strndup(s->im->arena, s->node->name, length);
    if (!count_nodes(&c))
        return OK;
    *taken = holds(&c, false, s->im->quiet, &nodes) ||
             holds(&c, true, s->im->quiet, &nodes);
    c.arena = s->im->arena;
    if (*taken && !read_words(&c, s->im->quiet))
        s->im->arena->failed = true; /* it was read before */
    enum status status = arena_check(&scratch, s->im->e, "reading the network");
    if (status == OK)
        status = arena_check(s->im->arena, s->im->e, "reading the network");
    arena_free(&scratch);
    return *taken && status == OK ? accept(&c, nodes) : status;
}
