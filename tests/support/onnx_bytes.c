/*
 * onnx_bytes.c - files of ONNX byte by byte.
 */
#include "support/onnx_bytes.h"

#include <criterion/criterion.h>
#include <string.h>

/* Wire types of protocol buffers. */
enum { VARINT, WIDE, BYTES, SINGLE = 5 };

static void put_varint(struct text *t, uint64_t v)
{
    for (; v >= 128; v >>= 7)
        text_add(t, &(char){(char)(v | 128)}, 1);
    text_add(t, &(char){(char)v}, 1);
}

void put_int(struct text *t, int field, int64_t v)
{
    put_varint(t, (uint64_t)field << 3 | VARINT);
    put_varint(t, (uint64_t)v);
}

void put_bytes(struct text *t, int field, const void *bytes, size_t length)
{
    put_varint(t, (uint64_t)field << 3 | BYTES);
    put_varint(t, length);
    text_add(t, bytes, length);
}

void put_word(struct text *t, int field, const char *word)
{
    put_bytes(t, field, word, strlen(word));
}

/* A message within another; `part` is given back. */
void put_part(struct text *t, int field, struct text *part)
{
    put_bytes(t, field, text_string(part), part->length);
    text_free(part);
}

void put_real(struct text *t, int field, float v)
{
    put_varint(t, (uint64_t)field << 3 | SINGLE);
    text_add(t, (const char *)&v, sizeof v);
}

void put_opset(struct text *t, const char *domain, int64_t version)
{
    struct text opset = {0};

    if (domain)
        put_word(&opset, 1, domain);
    put_int(&opset, 2, version);
    put_part(t, 8, &opset);
}

/* input or output `name`, float32 [N, 3]. */
void put_value(struct text *graph, int field, const char *name)
{
    struct text value = {0}, type = {0}, tensor = {0}, shape = {0}, dim = {0};

    put_word(&dim, 2, "N");
    put_part(&shape, 1, &dim);
    put_int(&dim, 1, 3);
    put_part(&shape, 1, &dim);
    put_int(&tensor, 1, 1);
    put_part(&tensor, 2, &shape);
    put_part(&type, 1, &tensor);
    put_word(&value, 1, name);
    put_part(&value, 2, &type);
    put_part(graph, field, &value);
}

void put_node(struct text *graph, const char *op, const char *in,
              const char *out, struct text *attributes)
{
    struct text node = {0};

    put_word(&node, 1, in);
    put_word(&node, 2, out);
    put_word(&node, 4, op);
    if (attributes)
        text_join(&node, attributes);
    put_part(graph, 1, &node);
}

/* The whole file around a graph, which is given back; the opset is last, so
 * that nothing before the end is a file. */
void put_file(struct text *t, struct text *graph)
{
    put_int(t, 1, 8);
    put_word(t, 2, "somebody");
    put_part(t, 7, graph);
    put_opset(t, NULL, 13);
}

struct reading *read_file(struct text *file)
{
    static struct reading r;

    arena_free(&r.arena);
    err_clear(&r.e);
    r.status = onnx_read(text_string(file), file->length, "f.onnx", &r.arena,
                         &r.model, &r.e);
    text_free(file);
    return &r;
}

/* A file whose one constant is that tensor. */
struct reading *read_tensor(struct text *tensor)
{
    struct text graph = {0}, file = {0};

    put_word(tensor, 8, "w");
    put_part(&graph, 5, tensor);
    put_file(&file, &graph);
    return read_file(&file);
}

void expect_fault(const struct reading *r, const char *what)
{
    cr_expect_eq(r->status, ERR_DATA, "%s: %s", what, r->e.text);
    cr_expect(strstr(r->e.text, what), "expected \"%s\", got %s", what,
              r->e.text);
    cr_expect_eq(strncmp(r->e.text, "f.onnx: error: ", 15), 0, "%s", r->e.text);
}

/* An attribute of a node, its fields written by hand. */
struct reading *read_attribute(struct text *attribute)
{
    struct text graph = {0}, file = {0}, all = {0};

    put_word(attribute, 1, "a");
    put_part(&all, 5, attribute);
    put_node(&graph, "Op", "x", "y", &all);
    put_file(&file, &graph);
    return read_file(&file);
}
