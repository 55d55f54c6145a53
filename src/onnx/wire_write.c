/*
 * wire_write.c - from what a file is to say to its bytes.
 */
#include <string.h>

#include "onnx/onnx.h"
#include "onnx/wire.h"

static const char doing[] = "writing an ONNX file";

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && sizeof(float) == 4,
               "numbers are written as memory has them");

/* The library reads what it is given, but does not say so. */
static void *lent(const void *data)
{
    union {
        const void *given;
        void *taken;
    } pointer = {data};

    return pointer.taken;
}

static ProtobufCBinaryData bytes_of(const char *text)
{
    return (ProtobufCBinaryData){strlen(text), lent(text)};
}

/* One message of a list; what is "" is left out. */
#define PUT_TEXT(message, field, text)                                         \
    ((message)->has_##field = (text) && (text)[0],                             \
     (message)->field = bytes_of((text) ? (text) : ""))

/* NEW_LIST - `count` messages, each begun by `init`, as the pointers that the
 * library wants.  NULL when memory is short. */
#define NEW_LIST(type, init)                                                   \
    static type **init##_list(struct arena *a, int64_t count)                  \
    {                                                                          \
        type **list = arena_take(a, (size_t)count, sizeof *list);              \
        type *items = arena_take(a, (size_t)count, sizeof *items);             \
                                                                               \
        for (int64_t i = 0; list && items && i < count; i++) {                 \
            list[i] = &items[i];                                               \
            onnx__##init##__init(list[i]);                                     \
        }                                                                      \
        return items ? list : NULL;                                            \
    }
NEW_LIST(Onnx__Tensor, tensor)
NEW_LIST(Onnx__Attribute, attribute)
NEW_LIST(Onnx__Node, node)
NEW_LIST(Onnx__Dimension, dimension)
NEW_LIST(Onnx__Shape, shape)
NEW_LIST(Onnx__TensorType, tensor_type)
NEW_LIST(Onnx__Type, type)
NEW_LIST(Onnx__Value, value)
NEW_LIST(Onnx__Text, text)
NEW_LIST(Onnx__Opset, opset)
NEW_LIST(Onnx__Graph, graph)

static ProtobufCBinaryData *texts_of(struct arena *a, int64_t count,
                                     const char *const *texts)
{
    ProtobufCBinaryData *list = arena_take(a, (size_t)count, sizeof *list);

    for (int64_t i = 0; list && i < count; i++)
        list[i] = bytes_of(texts[i]);
    return list;
}

static void put_tensor(const struct onnx_tensor *t, Onnx__Tensor *to)
{
    const bool real = t->type == ONNX_FLOAT;
    const size_t size = real ? sizeof *t->reals : sizeof *t->ints;
    const void *data = real ? (const void *)t->reals : t->ints;

    PUT_TEXT(to, name, t->name);
    to->n_dims = (size_t)t->rank;
    to->dims = lent(t->dims);
    to->has_data_type = true;
    to->data_type = (int32_t)t->type;
    to->has_raw_data = true;
    to->raw_data = (ProtobufCBinaryData){(size_t)t->count * size, lent(data)};
}

/* AttributeProto.AttributeType. */
static const int32_t attribute_types[] = {
    [ONNX_REAL] = 1,  [ONNX_INT] = 2,  [ONNX_STRING] = 3,  [ONNX_TENSOR] = 4,
    [ONNX_REALS] = 6, [ONNX_INTS] = 7, [ONNX_STRINGS] = 8,
};

static void put_attribute(struct arena *arena, const struct onnx_attribute *a,
                          Onnx__Attribute *to)
{
    PUT_TEXT(to, name, a->name);
    to->has_type = true;
    to->type = attribute_types[a->kind];
    to->has_f = a->kind == ONNX_REAL;
    to->has_i = a->kind == ONNX_INT;
    to->has_s = a->kind == ONNX_STRING;
    to->f = to->has_f ? a->reals[0] : 0;
    to->i = to->has_i ? a->ints[0] : 0;
    to->s = bytes_of(to->has_s ? a->strings[0] : "");
    if (a->kind == ONNX_REALS) {
        to->n_floats = (size_t)a->count;
        to->floats = lent(a->reals);
    }
    if (a->kind == ONNX_INTS) {
        to->n_ints = (size_t)a->count;
        to->ints = lent(a->ints);
    }
    if (a->kind == ONNX_STRINGS) {
        to->n_strings = (size_t)a->count;
        to->strings = texts_of(arena, a->count, a->strings);
    }
    if (a->kind == ONNX_TENSOR) {
        to->n_t = 1;
        to->t = tensor_list(arena, 1);
        if (to->t)
            put_tensor(a->tensor, to->t[0]);
    }
}

static void put_node(struct arena *arena, const struct onnx_node *n,
                     Onnx__Node *to)
{
    PUT_TEXT(to, name, n->name);
    PUT_TEXT(to, op_type, n->op);
    PUT_TEXT(to, domain, n->domain);
    PUT_TEXT(to, doc_string, n->doc);
    to->n_input = (size_t)n->input_count;
    to->input = texts_of(arena, n->input_count, n->inputs);
    to->n_output = (size_t)n->output_count;
    to->output = texts_of(arena, n->output_count, n->outputs);
    to->n_attribute = (size_t)n->attribute_count;
    to->attribute = attribute_list(arena, n->attribute_count);
    for (int64_t i = 0; to->attribute && i < n->attribute_count; i++)
        put_attribute(arena, &n->attributes[i], to->attribute[i]);
}

static void put_shape(struct arena *arena, const struct onnx_value *v,
                      Onnx__Shape *to)
{
    to->n_dim = (size_t)v->rank;
    to->dim = dimension_list(arena, v->rank);
    for (int64_t i = 0; to->dim && i < v->rank; i++) {
        Onnx__Dimension *d = to->dim[i];
        d->has_dim_value = v->dims[i] != ONNX_SYMBOLIC;
        d->dim_value = v->dims[i];
        if (!d->has_dim_value)
            PUT_TEXT(d, dim_param, v->symbols[i]);
    }
}

static void put_value(struct arena *arena, const struct onnx_value *v,
                      Onnx__Value *to)
{
    Onnx__Type **type = type_list(arena, 1);
    Onnx__TensorType **tensor = tensor_type_list(arena, 1);
    Onnx__Shape **shape = shape_list(arena, 1);

    if (!type || !tensor || !shape)
        return;
    PUT_TEXT(to, name, v->name);
    to->n_type = type[0]->n_tensor_type = 1;
    to->type = type;
    type[0]->tensor_type = tensor;
    tensor[0]->has_elem_type = true;
    tensor[0]->elem_type = (int32_t)v->type;
    if (!v->has_shape)
        return;
    tensor[0]->n_shape = 1;
    tensor[0]->shape = shape;
    put_shape(arena, v, shape[0]);
}

static void put_graph(struct arena *arena, const struct onnx_model *m,
                      Onnx__Graph *to)
{
    PUT_TEXT(to, name, m->graph_name);
    to->n_node = (size_t)m->node_count;
    to->node = node_list(arena, m->node_count);
    for (int64_t i = 0; to->node && i < m->node_count; i++)
        put_node(arena, &m->nodes[i], to->node[i]);
    to->n_initializer = (size_t)m->constant_count;
    to->initializer = tensor_list(arena, m->constant_count);
    for (int64_t i = 0; to->initializer && i < m->constant_count; i++)
        put_tensor(&m->constants[i], to->initializer[i]);
    to->n_input = (size_t)m->input_count;
    to->input = value_list(arena, m->input_count);
    for (int64_t i = 0; to->input && i < m->input_count; i++)
        put_value(arena, &m->inputs[i], to->input[i]);
    to->n_output = (size_t)m->output_count;
    to->output = value_list(arena, m->output_count);
    for (int64_t i = 0; to->output && i < m->output_count; i++)
        put_value(arena, &m->outputs[i], to->output[i]);
}

static void put_model(struct arena *arena, const struct onnx_model *m,
                      Onnx__Model *to)
{
    to->has_ir_version = true;
    to->ir_version = m->ir_version;
    PUT_TEXT(to, producer_name, m->producer);
    PUT_TEXT(to, producer_version, m->producer_version);
    to->n_graph = 1;
    to->graph = graph_list(arena, 1);
    if (to->graph)
        put_graph(arena, m, to->graph[0]);
    to->n_opset_import = 1;
    to->opset_import = opset_list(arena, 1);
    if (to->opset_import) {
        to->opset_import[0]->has_domain = true;
        to->opset_import[0]->has_version = true;
        to->opset_import[0]->version = m->opset;
    }
    to->n_metadata_props = (size_t)m->text_count;
    to->metadata_props = text_list(arena, m->text_count);
    for (int64_t i = 0; to->metadata_props && i < m->text_count; i++) {
        PUT_TEXT(to->metadata_props[i], key, m->texts[i].key);
        PUT_TEXT(to->metadata_props[i], value, m->texts[i].value);
    }
}

/* Where the library's bytes go. */
struct sink {
    ProtobufCBuffer base; /* first: the library knows nothing else */
    struct text *out;
};

static void append(ProtobufCBuffer *base, size_t length, const uint8_t *bytes)
{
    struct sink *sink = (void *)base;

    if (length > 0)
        text_add(sink->out, (const char *)bytes, length);
}

enum status onnx_write(const struct onnx_model *m, struct text *out,
                       struct err *e)
{
    struct sink sink = {{append}, out};
    struct arena arena = {0};
    Onnx__Model model;

    onnx__model__init(&model);
    put_model(&arena, m, &model);
    enum status s = arena_check(&arena, e, doing);
    if (s == OK && onnx__model__get_packed_size(&model) > INT32_MAX)
        s = err_add(e, ERR_CONFIG, NULL,
                    "the network is too large for ONNX: a file of that format "
                    "is smaller than 2 GiB");
    if (s == OK)
        onnx__model__pack_to_buffer(&model, &sink.base);
    if (s == OK && out->failed)
        s = err_memory(e, doing);
    arena_free(&arena);
    return s;
}
