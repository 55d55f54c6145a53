/*
 * index.c - the values of a graph: who makes them, who reads them.
 */
#include <string.h>

#include "base/num.h"
#include "import/importer.h"

static enum status fault(const struct importer *im, const char *what,
                         const char *name)
{
    return err_add(im->e, ERR_DATA, im->file, "%s '%s'", what, name);
}

struct value *import_find(const struct importer *im, const char *name)
{
    const struct dict_entry *entry = dict_find(&im->names, name, strlen(name));

    return entry && entry->value >= 0 ? &im->values[entry->value] : NULL;
}

/* The next value; an output that nobody names is none. */
static enum status add(struct importer *im, const char *name, int64_t producer,
                       const struct onnx_tensor *constant)
{
    const struct value v = {name, producer, 0, constant, NO_LAYER, {0}};

    if (*name) {
        struct dict_entry *entry = dict_add(&im->names, name, strlen(name));
        if (!entry)
            return import_memory(im);
        if (entry->value >= 0)
            return fault(im, "the graph makes twice", name);
        entry->value = im->value_count;
    }
    im->values[im->value_count++] = v;
    return OK;
}

static enum status take_room(struct importer *im)
{
    const struct onnx_model *from = im->from;
    int64_t values = from->input_count + from->constant_count, reads = 0;
    struct arena *a = im->arena;

    if (from->node_count > IMPORT_MOST_NODES)
        return err_add(im->e, ERR_DATA, im->file,
                       "has %lld nodes, more than "
                       "%d",
                       (long long)from->node_count, IMPORT_MOST_NODES);
    for (int64_t i = 0; i < from->node_count; i++) {
        values += from->nodes[i].output_count;
        reads += from->nodes[i].input_count;
    }
    const size_t nodes = (size_t)from->node_count;
    im->values = arena_take(a, (size_t)values, sizeof *im->values);
    im->reads = arena_take(a, (size_t)reads, sizeof *im->reads);
    im->first_read = arena_take(a, nodes, sizeof *im->first_read);
    im->first_value = arena_take(a, nodes, sizeof *im->first_value);
    im->counts = arena_take(a, nodes, sizeof *im->counts);
    im->taken = arena_take(a, nodes, sizeof *im->taken);
    return arena_check(a, im->e, "reading the network");
}

/* Nodes stand in an order in which they can be computed, so a cycle is one that
 * reads what stands below. */
static enum status add_node(struct importer *im, int64_t number, int64_t *read)
{
    const struct onnx_node *n = &im->from->nodes[number];
    const struct place place = {im->file, n, number};
    enum status s = OK;

    im->first_read[number] = *read;
    for (int64_t k = 0; k < n->input_count; k++) {
        const struct value *v = import_find(im, n->inputs[k]);
        if (*n->inputs[k] && !v)
            return node_refuse(&place, im->e,
                               "reads '%s', which nothing above it makes",
                               n->inputs[k]);
        im->reads[(*read)++] = v ? v - im->values : NO_NODE;
    }
    im->first_value[number] = im->value_count;
    for (int64_t k = 0; s == OK && k < n->output_count; k++)
        s = add(im, n->outputs[k], number, NULL);
    return s;
}

/* From the output upwards. */
static void count_readers(struct importer *im)
{
    for (int64_t i = im->from->node_count - 1; i >= 0; i--) {
        const struct onnx_node *n = &im->from->nodes[i];
        const struct value *out = &im->values[im->first_value[i]];
        for (int64_t k = 0; k < n->output_count; k++)
            im->counts[i] = im->counts[i] || out[k].readers > 0;
        for (int64_t k = 0; im->counts[i] && k < n->input_count; k++) {
            const int64_t at = im->reads[im->first_read[i] + k];
            if (at >= 0)
                im->values[at].readers++;
        }
    }
}

static enum status check_numbers(const struct importer *im,
                                 const struct onnx_value *v, const char *what)
{
    return v->type == ONNX_FLOAT
               ? OK
               : err_add(im->e, ERR_DATA, im->file,
                         "its %s '%s' is of %s, expected float32", what,
                         v->name, v->type_name);
}

enum status index_build(struct importer *im)
{
    const struct onnx_model *from = im->from;
    int64_t read = 0;

    if (from->input_count != 1 || from->output_count != 1)
        return err_add(im->e, ERR_DATA, im->file,
                       "has %lld inputs and %lld outputs, a network here has "
                       "one of each",
                       (long long)from->input_count,
                       (long long)from->output_count);
    enum status s = check_numbers(im, &from->inputs[0], "input");
    if (s == OK)
        s = check_numbers(im, &from->outputs[0], "output");
    if (s == OK)
        s = take_room(im);
    if (s == OK)
        s = add(im, from->inputs[0].name, NO_NODE, NULL);
    for (int64_t i = 0; s == OK && i < from->constant_count; i++)
        s = add(im, from->constants[i].name, NO_NODE, &from->constants[i]);
    for (int64_t i = 0; s == OK && i < from->node_count; i++)
        s = add_node(im, i, &read);
    if (s != OK)
        return s;
    struct value *out = import_find(im, from->outputs[0].name);
    if (!out)
        return fault(im, "nothing makes its output", from->outputs[0].name);
    out->readers = 1;
    count_readers(im);
    return OK;
}
