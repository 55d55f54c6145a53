/*
 * onnx_bytes.h - files of ONNX byte by byte, from what the format says and not
 * from what the program writes.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "onnx/onnx.h"

/* put_.. - field `field` of a message; put_part - another message, which is
 * given back. */
void put_int(struct text *t, int field, int64_t v);
void put_bytes(struct text *t, int field, const void *bytes, size_t length);
void put_word(struct text *t, int field, const char *word);
void put_part(struct text *t, int field, struct text *part);
void put_real(struct text *t, int field, float v);
void put_opset(struct text *t, const char *domain, int64_t version);

/* put_value - an input (11) or output (12) of a graph, float32 [N, 3]; put_node
 * - a node with attributes, which are given back, or NULL. */
void put_value(struct text *graph, int field, const char *name);
void put_node(struct text *graph, const char *op, const char *in,
              const char *out, struct text *attributes);

/* put_file - the whole file around a graph, which is given back; the opset is
 * last, so that nothing before the end is a file. */
void put_file(struct text *t, struct text *graph);

/* What became of a file; there is one at a time. */
struct reading {
    struct arena arena;
    struct onnx_model model;
    struct err e;
    enum status status;
};

/* read_file - of a file, which is given back; read_tensor - whose one constant
 * is that tensor; read_attribute - whose one node has that attribute. */
struct reading *read_file(struct text *file);
struct reading *read_tensor(struct text *tensor);
struct reading *read_attribute(struct text *attribute);

/* expect_fault - ERR_DATA whose message says that. */
void expect_fault(const struct reading *r, const char *what);
