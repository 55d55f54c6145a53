/*
 * onnx.h - models in the Open Neural Network Exchange format, as facts.
 *
 * What a file says, checked for its form alone: lengths, types, names.  Knows
 * no operator and no network; wire.c alone knows how it is serialized (protocol
 * buffers).  Subgraphs, sequences, maps and sparse tensors are not read: they
 * are attributes of type ONNX_OTHER, or refused where nothing stands for them.
 *
 * Ref: onnx/onnx.proto, IR version 8; field numbers are facts of the format.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

/* Types of numbers, as TensorProto.DataType counts them. */
enum onnx_type {
    ONNX_FLOAT = 1,
    ONNX_INT64 = 7,
    ONNX_UNKNOWN = 0, /* any other: `type_name` says which */
};

/* A constant.  Float16 and float64 are read as floats, each rounded once; all
 * integers and bool as 64-bit ones. */
struct onnx_tensor {
    const char *name; /* "": none */
    enum onnx_type type;
    const char *type_name; /* of the file: "float16" */
    int64_t rank;
    const int64_t *dims; /* [rank], each at least 0 */
    int64_t count;       /* their product; 1 of rank 0 */
    const float *reals;  /* [count] of ONNX_FLOAT */
    const int64_t *ints; /* [count] of ONNX_INT64 */
};

enum onnx_kind {
    ONNX_OTHER, /* a subgraph, a list of tensors, .. */
    ONNX_INT,
    ONNX_INTS,
    ONNX_REAL,
    ONNX_REALS,
    ONNX_STRING,
    ONNX_STRINGS,
    ONNX_TENSOR,
};

struct onnx_attribute {
    const char *name;
    enum onnx_kind kind;
    int64_t count; /* of lists; else 1 */
    const int64_t *ints;
    const float *reals;
    const char *const *strings;
    const struct onnx_tensor *tensor;
};

struct onnx_node {
    const char *name;   /* "": none */
    const char *op;     /* "Conv" */
    const char *domain; /* "": the standard's */
    const char *doc;
    int64_t input_count, output_count, attribute_count;
    const char *const *inputs; /* "": an optional one that is left out */
    const char *const *outputs;
    const struct onnx_attribute *attributes;
};

enum { ONNX_SYMBOLIC = -1 };

/* An input or output of the graph. */
struct onnx_value {
    const char *name;
    enum onnx_type type; /* ONNX_FLOAT of float32 alone */
    const char *type_name;
    bool has_shape;
    int64_t rank;
    const int64_t *dims; /* [rank]; ONNX_SYMBOLIC: not fixed */
    const char *const
        *symbols; /* [rank]; "N"; "" where it is a number or has no
                                   name */
};

struct onnx_text {
    const char *key, *value;
};

struct onnx_model {
    int64_t ir_version;
    int64_t opset; /* of the standard's operators */
    const char *producer, *producer_version;
    const char *graph_name;
    int64_t node_count, constant_count, input_count, output_count, text_count;
    const struct onnx_node *nodes;             /* in the order of the file */
    const struct onnx_tensor *constants;       /* initializers */
    const struct onnx_value *inputs, *outputs; /* inputs that are initializers,
                                                  too, are left out */
    const struct onnx_text *texts;             /* metadata_props */
};

/*
 * onnx_read - the model that `bytes` hold; it lives on `arena` and, where
 * numbers can be used as they stand, in `bytes`.
 *
 * ERR_DATA, naming `path` and what is wrong: not this format, truncated, data
 * that is not as long as its dimensions say or lies in other files, more than
 * one opset of the standard or none, names that stand twice, strings with
 * control bytes or no UTF-8 where names are.  Memory is proportional to the
 * length of the file whatever it says.  ERR_MEMORY.
 */
MUST_USE enum status onnx_read(const void *bytes, size_t length,
                               const char *path, struct arena *arena,
                               struct onnx_model *out, struct err *e);

/*
 * onnx_write - append the file to `out`: equal models give equal bytes.
 * Numbers are raw data, little endian.  ERR_CONFIG: it would be 2 GiB or more,
 * which the format cannot hold; ERR_MEMORY.
 */
MUST_USE enum status onnx_write(const struct onnx_model *m, struct text *out,
                                struct err *e);

/* onnx_attribute_of - the attribute called so; NULL: there is none. */
const struct onnx_attribute *onnx_attribute_of(const struct onnx_node *n,
                                               const char *name);
