/*
 * wire_node.c - constants, attributes and nodes of a file.
 */
#include <string.h>

#include "onnx/form.h"
#include "onnx/wire.h"

static const char *const *
list_of(struct wire_reader *r, size_t count, const ProtobufCBinaryData *from,
        const char *(*one)(struct wire_reader *r, const ProtobufCBinaryData *b))
{
    const char **to = arena_take(r->arena, count, sizeof *to);

    for (size_t i = 0; to && i < count; i++)
        to[i] = one(r, &from[i]);
    return to;
}

struct onnx_tensor wire_tensor(struct wire_reader *r, const char *where,
                               const Onnx__Tensor *from)
{
    const struct numbers numbers = {
        .type = from->data_type,
        .raw = from->raw_data.data,
        .raw_bytes = from->raw_data.len,
        .fields = {[IN_FLOATS] = {from->float_data, from->n_float_data},
                   [IN_INT32S] = {from->int32_data, from->n_int32_data},
                   [IN_INT64S] = {from->int64_data, from->n_int64_data},
                   [IN_DOUBLES] = {from->double_data, from->n_double_data},
                   [IN_UINT64S] = {from->uint64_data, from->n_uint64_data}},
    };
    struct onnx_tensor t = {.name = wire_name(r, &from->name),
                            .rank = (int64_t)from->n_dims,
                            .dims = from->dims};

    if (from->has_segment)
        wire_fault(r, where, t.name, "stands there in segments");
    if (from->n_external_data > 0 || from->data_location != 0)
        wire_fault(r, where, t.name, "its data lie in another file");
    const char *what = numbers_read(&numbers, r->arena, &t);
    if (what)
        wire_fault(r, where, t.name, what);
    return t;
}

/* AttributeProto.AttributeType. */
enum {
    A_FLOAT = 1,
    A_INT,
    A_STRING,
    A_TENSOR,
    A_FLOATS = 6,
    A_INTS,
    A_STRINGS
};

/* What it says it is must be all that it has. */
static enum onnx_kind kind_of(struct wire_reader *r, const Onnx__Attribute *a,
                              const char *name)
{
    const struct {
        int32_t type;
        enum onnx_kind kind;
        bool has;
    } rows[] = {
        {A_FLOAT, ONNX_REAL, a->has_f},
        {A_INT, ONNX_INT, a->has_i},
        {A_STRING, ONNX_STRING, a->has_s},
        {A_TENSOR, ONNX_TENSOR, a->n_t > 0},
        {A_FLOATS, ONNX_REALS, a->n_floats > 0},
        {A_INTS, ONNX_INTS, a->n_ints > 0},
        {A_STRINGS, ONNX_STRINGS, a->n_strings > 0},
    };
    enum onnx_kind kind = ONNX_OTHER;
    int64_t others = 0, found = 0;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const bool named = a->has_type ? rows[i].type == a->type : rows[i].has;
        kind = named ? rows[i].kind : kind;
        found += named;
        others += rows[i].has && !named;
    }
    if (found > 1 || others > 0)
        wire_fault(r, "attribute", name, "has values of more than one type");
    if (kind == ONNX_TENSOR && a->n_t != 1)
        wire_fault(r, "attribute", name, "has not one tensor");
    return a->has_ref_attr_name ? ONNX_OTHER : kind;
}

static const struct onnx_tensor *
value_of(struct wire_reader *r, const char *name, const Onnx__Attribute *from)
{
    struct onnx_tensor *t = arena_take(r->arena, 1, sizeof *t);

    if (t)
        *t = wire_tensor(r, "attribute", from->t[0]);
    if (t && r->status == OK)
        t->name = name;
    return t;
}

static struct onnx_attribute attribute_of(struct wire_reader *r,
                                          const Onnx__Attribute *from)
{
    struct onnx_attribute a = {.name = wire_name(r, &from->name), .count = 1};

    a.kind = kind_of(r, from, a.name);
    if (!a.name[0])
        wire_fault(r, "an attribute", "", "has no name");
    if (r->status != OK)
        return a;
    if (a.kind == ONNX_INTS || a.kind == ONNX_REALS || a.kind == ONNX_STRINGS)
        a.count = (int64_t)(from->n_ints + from->n_floats + from->n_strings);
    a.ints = a.kind == ONNX_INT ? &from->i : from->ints;
    a.reals = a.kind == ONNX_REAL ? &from->f : from->floats;
    if (a.kind == ONNX_STRING)
        a.strings = list_of(r, 1, &from->s, wire_text);
    if (a.kind == ONNX_STRINGS)
        a.strings = list_of(r, from->n_strings, from->strings, wire_text);
    if (a.kind == ONNX_TENSOR)
        a.tensor = value_of(r, a.name, from);
    return a;
}

struct onnx_node wire_node(struct wire_reader *r, const Onnx__Node *from)
{
    const size_t count = from->n_attribute;
    struct onnx_attribute *a = arena_take(r->arena, count, sizeof *a);
    struct onnx_node n = {
        .name = wire_name(r, &from->name),
        .op = wire_name(r, &from->op_type),
        .domain = wire_name(r, &from->domain),
        .doc = wire_text(r, &from->doc_string),
        .input_count = (int64_t)from->n_input,
        .output_count = (int64_t)from->n_output,
        .attribute_count = (int64_t)count,
        .inputs = list_of(r, from->n_input, from->input, wire_name),
        .outputs = list_of(r, from->n_output, from->output, wire_name),
        .attributes = a,
    };

    for (size_t i = 0; a && i < count && r->status == OK; i++)
        a[i] = attribute_of(r, from->attribute[i]);
    if (strcmp(n.domain, "ai.onnx") == 0)
        n.domain = "";
    if (!n.op[0])
        wire_fault(r, "node", n.name, "has no operator");
    return n;
}
