/*
 * operators.h - layers as operators of ONNX, opset 17.
 *
 * One line of registry.c says who writes a layer, and as what; who writes a
 * file and who reads one both go by it: a reader takes some nodes for a layer
 * if they are, number for number, what the layer is written as.
 *
 * A layer LAYER becomes a node LAYER, or several nodes LAYER/PART, the last of
 * which makes its output.  Its parameters and running values are constants
 * LAYER.NAME, whose numbers stand as in a model file, axes of extent 1 apart;
 * other constants are called LAYER/PART.  The doc string of its first node is
 * the layer with all its keys in YAML, by which a reader knows what to compare
 * with.
 */
#pragma once

#include "base/arena.h"
#include "layer/layer.h"
#include "onnx/onnx.h"

enum { OPERATORS_OPSET = 17, OPERATORS_IR = 8 };

/* What may be built, which goes down. */
struct operators_bound {
    int64_t nodes, numbers; /* of constants */
};

/* Nodes and constants in the making; initialise with {0}, give back with
 * operators_free.  Want of memory stays in the arena, which is asked once at
 * the end. */
struct operators {
    struct arena arena; /* everything but numbers of layers */
    struct onnx_node *nodes;
    struct onnx_tensor *constants;
    int64_t node_count, constant_count;
    struct operators_bound *bound; /* NULL: none; what would be beyond it is
                                      want of memory */
    /* For who writes: */
    int64_t node_room, constant_room;
    const char *layer;                 /* what parts belong to */
    struct onnx_attribute *attributes; /* of the last node */
    const char **output;               /* of the last node */
};

/* A layer and the values around it. */
struct operator_layer {
    const struct layer *layer;
    struct variant nonlinearity; /* what is applied to its output; kind
                                         NULL: none */
    const real *const *param;    /* [spec.param_count] */
    const real *const *buffer;   /* [spec.buffer_count] */
    const char *const *x;        /* [layer.inputs] names of values */
    const char *y;               /* of the one that it makes */
};

/* operators_emit - append a layer's nodes and constants; names and numbers that
 * `l` points to must outlive `o`.  False: nobody writes layers of its type, or
 * its nonlinearity. */
bool operators_emit(struct operators *o, const struct operator_layer *l);
void operators_free(struct operators *o);

/* operators_doc - "TYPE: {KEY: VALUE, ..}", on `arena`: the layer as its nodes
 * compute it, so with their nonlinearity, and with a bias if it has one. */
const char *operators_doc(struct arena *arena, const struct operator_layer *l);

/* What a layer or a nonlinearity is written as, for people. */
struct operator_words {
    const char *kind, *words; /* "conv2d", "Conv; Add of untied biases" */
};

/* operators_of_layer, operators_of_activation - number i of the layers, or of
 * the nonlinearities; kind NULL: there are no more. */
struct operator_words operators_of_layer(size_t i);
struct operator_words operators_of_activation(size_t i);

/* operators_begin - what is built from now on (build.h) belongs to a layer, or
 * to what stands around them. */
void operators_begin(struct operators *o, const char *layer);
