/*
 * wire.c - from a file's bytes to what they say.
 *
 * Protocol buffers, as onnx.proto describes them; here are the graph and what
 * stands around it, see wire_node.c for its parts and wire_write.c for the way
 * back.
 */
#include "onnx/wire.h"

#include <string.h>

#include "base/dict.h"
#include "onnx/form.h"

static const char doing[] = "reading an ONNX file";

/* The messages live on the arena, as what is made of them. */
static void *take(void *reader, size_t size)
{
    struct wire_reader *r = reader;

    if (size > r->left)
        return NULL;
    r->left -= size;
    return arena_take(r->arena, size, 1);
}

static void keep(void *reader, void *piece)
{
    (void)reader;
    (void)piece;
}

void wire_fault(struct wire_reader *r, const char *where, const char *name,
                const char *what)
{
    if (r->status == OK && r->arena->failed) /* its strings are empty then */
        r->status = err_memory(r->e, "reading the network");
    else if (r->status == OK)
        r->status =
            name[0] ? err_add(r->e, ERR_DATA, r->path, "%s '%s': %s", where,
                              name, what)
                    : err_add(r->e, ERR_DATA, r->path, "%s: %s", where, what);
}

static const char *copy(struct wire_reader *r, const ProtobufCBinaryData *b)
{
    return b->len > 0 ? arena_strndup(r->arena, (const char *)b->data, b->len)
                      : "";
}

const char *wire_name(struct wire_reader *r, const ProtobufCBinaryData *b)
{
    if (form_is_name(b->data, b->len))
        return copy(r, b);
    wire_fault(r, "a name", "",
               "is no UTF-8 or has characters that no name has");
    return "";
}

const char *wire_text(struct wire_reader *r, const ProtobufCBinaryData *b)
{
    if (form_is_text(b->data, b->len))
        return copy(r, b);
    wire_fault(r, "a text", "", "is no UTF-8");
    return "";
}

static void shape_of(struct wire_reader *r, const Onnx__Shape *from,
                     struct onnx_value *v)
{
    int64_t *dims = arena_take(r->arena, from->n_dim, sizeof *dims);
    const char **symbols = arena_take(r->arena, from->n_dim, sizeof *symbols);

    for (size_t i = 0; dims && symbols && i < from->n_dim; i++) {
        const Onnx__Dimension *d = from->dim[i];
        dims[i] = d->has_dim_value ? d->dim_value : ONNX_SYMBOLIC;
        symbols[i] = d->has_dim_value ? "" : wire_name(r, &d->dim_param);
        if (d->has_dim_value && (d->dim_value < 0 || d->has_dim_param))
            wire_fault(r, "the shape of", v->name, "an extent is no count");
    }
    v->has_shape = true;
    v->rank = (int64_t)from->n_dim;
    v->dims = dims;
    v->symbols = symbols;
}

static struct onnx_value value_info(struct wire_reader *r,
                                    const Onnx__Value *from)
{
    struct onnx_value v = {.name = wire_name(r, &from->name),
                           .type_name = "no tensor"};
    const Onnx__Type *type = from->n_type == 1 ? from->type[0] : NULL;
    const Onnx__TensorType *tensor =
        type && type->n_tensor_type == 1 ? type->tensor_type[0] : NULL;

    if (!v.name[0])
        wire_fault(r, "an input or output", "", "has no name");
    if (from->n_type > 1 || (type && type->n_tensor_type > 1) ||
        (tensor && tensor->n_shape > 1))
        wire_fault(r, "the type of", v.name, "stands there more than once");
    if (!tensor)
        return v;
    v.type = tensor->elem_type == ONNX_FLOAT || tensor->elem_type == ONNX_INT64
                 ? (enum onnx_type)tensor->elem_type
                 : ONNX_UNKNOWN;
    v.type_name = numbers_type_name(tensor->elem_type, r->arena);
    if (tensor->n_shape == 1)
        shape_of(r, tensor->shape[0], &v);
    return v;
}

static void constants_of(struct wire_reader *r, const Onnx__Graph *g,
                         struct onnx_model *m)
{
    struct onnx_tensor *t = arena_take(r->arena, g->n_initializer, sizeof *t);

    for (size_t i = 0; t && i < g->n_initializer && r->status == OK; i++) {
        t[i] = wire_tensor(r, "initializer", g->initializer[i]);
        if (!t[i].name[0])
            wire_fault(r, "an initializer", "", "has no name");
    }
    m->constants = t;
    m->constant_count = (int64_t)g->n_initializer;
}

static void nodes_of(struct wire_reader *r, const Onnx__Graph *g,
                     struct onnx_model *m)
{
    struct onnx_node *n = arena_take(r->arena, g->n_node, sizeof *n);

    for (size_t i = 0; n && i < g->n_node && r->status == OK; i++)
        n[i] = wire_node(r, g->node[i]);
    m->nodes = n;
    m->node_count = (int64_t)g->n_node;
}

static const struct onnx_value *values_of(struct wire_reader *r, size_t count,
                                          Onnx__Value *const *from)
{
    struct onnx_value *v = arena_take(r->arena, count, sizeof *v);

    for (size_t i = 0; v && i < count && r->status == OK; i++)
        v[i] = value_info(r, from[i]);
    return v;
}

/* Older files list initializers among the inputs, as what they are unless
 * somebody gives others. */
static void inputs_of(struct wire_reader *r, const Onnx__Graph *g,
                      struct onnx_model *m)
{
    const struct onnx_value *all = values_of(r, g->n_input, g->input);
    struct onnx_value *kept = arena_take(r->arena, g->n_input, sizeof *kept);
    struct dict constants = {0};

    for (int64_t i = 0;
         r->status == OK && !r->arena->failed && i < m->constant_count; i++)
        if (!dict_add(&constants, m->constants[i].name,
                      strlen(m->constants[i].name)))
            r->arena->failed = true;
    for (size_t i = 0; r->status == OK && !r->arena->failed && i < g->n_input;
         i++)
        if (!dict_find(&constants, all[i].name, strlen(all[i].name)))
            kept[m->input_count++] = all[i];
    m->inputs = kept;
    dict_free(&constants);
}

static void graph_of(struct wire_reader *r, const Onnx__Graph *g,
                     struct onnx_model *m)
{
    if (g->n_sparse_initializer > 0)
        wire_fault(r, "the graph", "", "has sparse initializers");
    m->graph_name = wire_text(r, &g->name);
    constants_of(r, g, m);
    nodes_of(r, g, m);
    inputs_of(r, g, m);
    m->outputs = values_of(r, g->n_output, g->output);
    m->output_count = (int64_t)g->n_output;
}

static void texts_of(struct wire_reader *r, const Onnx__Model *from,
                     struct onnx_model *m)
{
    struct onnx_text *t =
        arena_take(r->arena, from->n_metadata_props, sizeof *t);

    for (size_t i = 0; t && i < from->n_metadata_props; i++)
        t[i] =
            (struct onnx_text){wire_name(r, &from->metadata_props[i]->key),
                               wire_text(r, &from->metadata_props[i]->value)};
    m->texts = t;
    m->text_count = (int64_t)from->n_metadata_props;
}

/* That of the standard, which must stand there once; others are of operators
 * that are nobody's here. */
static void opset_of(struct wire_reader *r, const Onnx__Model *from,
                     struct onnx_model *m)
{
    int64_t found = 0;

    for (size_t i = 0; i < from->n_opset_import; i++) {
        const Onnx__Opset *o = from->opset_import[i];
        const char *domain = wire_name(r, &o->domain);
        if (domain[0] && strcmp(domain, "ai.onnx") != 0)
            continue;
        m->opset = o->version;
        found++;
    }
    if (found != 1)
        wire_fault(r, "its opset", "",
                   found == 0 ? "is not there" : "stands there more than once");
}

static void model_of(struct wire_reader *r, const Onnx__Model *from,
                     struct onnx_model *m)
{
    m->ir_version = from->ir_version;
    m->producer = wire_text(r, &from->producer_name);
    m->producer_version = wire_text(r, &from->producer_version);
    if (from->n_graph != 1) {
        wire_fault(r, "its graph", "",
                   from->n_graph == 0 ? "is not there"
                                      : "stands there more than once");
        return;
    }
    opset_of(r, from, m);
    texts_of(r, from, m);
    graph_of(r, from->graph[0], m);
}

/* What the messages of a file of some length take at most: the most wasteful
 * byte is that of an empty message in a list. */
static size_t bound(size_t length)
{
    enum { BYTES_PER_BYTE = 256, BYTES_OF_NONE = 1 << 16 };
    size_t most;

    return __builtin_mul_overflow(length, (size_t)BYTES_PER_BYTE, &most) ||
                   most > SIZE_MAX - BYTES_OF_NONE
               ? SIZE_MAX
               : most + BYTES_OF_NONE;
}

enum status onnx_read(const void *bytes, size_t length, const char *path,
                      struct arena *arena, struct onnx_model *out,
                      struct err *e)
{
    struct wire_reader r = {arena, path, bound(length), OK, e};
    ProtobufCAllocator allocator = {take, keep, &r};

    *out = (struct onnx_model){0};
    const Onnx__Model *from = onnx__model__unpack(&allocator, length, bytes);
    enum status s = arena_check(arena, e, doing);
    if (s != OK)
        return s;
    if (!from)
        return err_add(e, ERR_DATA, path,
                       "is no ONNX file, or is truncated or damaged");
    model_of(&r, from, out);
    if (r.status != OK)
        return r.status;
    s = arena_check(arena, e, doing);
    return s == OK ? form_check(out, path, arena, e) : s;
}
