/*
 * form.c - names of a file, which must be names and stand once.
 */
#include "onnx/form.h"

#include <string.h>

#include "base/utf8.h"

static const char doing[] = "reading an ONNX file";

static bool is_clean(const void *bytes, size_t length, bool shown)
{
    const char *at = bytes;
    uint32_t code;

    for (size_t i = 0, step; i < length; i += step) {
        step = utf8_decode(at + i, length - i, &code);
        if (step == 0 || code == 0 ||
            (shown && (utf8_is_control(code) || utf8_misleads(code))))
            return false;
    }
    return true;
}

bool form_is_text(const void *bytes, size_t length)
{
    return is_clean(bytes, length, false);
}

bool form_is_name(const void *bytes, size_t length)
{
    return is_clean(bytes, length, true);
}

const struct onnx_attribute *onnx_attribute_of(const struct onnx_node *n,
                                               const char *name)
{
    for (int64_t i = 0; i < n->attribute_count; i++)
        if (strcmp(n->attributes[i].name, name) == 0)
            return &n->attributes[i];
    return NULL;
}

/* A growing list of names. */
struct names {
    const char **at;
    int64_t count;
};

static void add(struct names *n, const char *name)
{
    if (name[0])
        n->at[n->count++] = name;
}

static size_t values_of(const struct onnx_model *m)
{
    size_t count = (size_t)(m->input_count + m->constant_count);

    for (int64_t i = 0; i < m->node_count; i++)
        count += (size_t)m->nodes[i].output_count;
    return count;
}

/* Everything that defines a value: each may have one origin. */
static enum status check_values(const struct onnx_model *m, const char *path,
                                struct arena *scratch, struct err *e)
{
    struct names n = {.at = arena_take(scratch, values_of(m), sizeof *n.at)};

    if (!n.at)
        return err_memory(e, doing);
    for (int64_t i = 0; i < m->input_count; i++)
        add(&n, m->inputs[i].name);
    for (int64_t i = 0; i < m->constant_count; i++)
        add(&n, m->constants[i].name);
    for (int64_t i = 0; i < m->node_count; i++)
        for (int64_t k = 0; k < m->nodes[i].output_count; k++)
            add(&n, m->nodes[i].outputs[k]);
    const char *twin = text_twin(n.at, n.count, scratch);
    return twin ? err_add(e, ERR_DATA, path,
                          "the value '%s' is defined more than once", twin)
                : arena_check(scratch, e, doing);
}

static enum status check_texts(const struct onnx_model *m, const char *path,
                               struct arena *scratch, struct err *e)
{
    struct names n = {
        .at = arena_take(scratch, (size_t)m->text_count, sizeof *n.at)};

    if (!n.at)
        return err_memory(e, doing);
    for (int64_t i = 0; i < m->text_count; i++)
        add(&n, m->texts[i].key);
    const char *twin = text_twin(n.at, n.count, scratch);
    return twin ? err_add(e, ERR_DATA, path,
                          "the metadata '%s' stand there more than once", twin)
                : arena_check(scratch, e, doing);
}

static enum status check_attributes(const struct onnx_node *node,
                                    const char *path, struct arena *scratch,
                                    struct err *e)
{
    struct names n = {
        .at = arena_take(scratch, (size_t)node->attribute_count, sizeof *n.at)};

    if (!n.at)
        return err_memory(e, doing);
    for (int64_t i = 0; i < node->attribute_count; i++)
        add(&n, node->attributes[i].name);
    const char *twin = text_twin(n.at, n.count, scratch);
    return twin ? err_add(e, ERR_DATA, path,
                          "node '%s' (%s): the attribute '%s' stands there "
                          "more than once",
                          node->name, node->op, twin)
                : arena_check(scratch, e, doing);
}

enum status form_check(const struct onnx_model *m, const char *path,
                       struct arena *scratch, struct err *e)
{
    enum status s = check_values(m, path, scratch, e);

    if (s == OK)
        s = check_texts(m, path, scratch, e);
    for (int64_t i = 0; s == OK && i < m->node_count; i++)
        s = check_attributes(&m->nodes[i], path, scratch, e);
    return s;
}
