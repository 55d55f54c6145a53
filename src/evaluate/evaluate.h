/*
 * evaluate.h - what operators compute, one node at a time.
 *
 * Naive loops over tensors as they stand in the format, nothing of a layer of
 * ours: constants of a graph are folded with them, and a network that was
 * imported must compute what they compute.
 *
 * Ref: onnx/docs/Operators.md, opsets 7 to 21.
 */
#pragma once

#include "evaluate/node.h"

/* Stands in a shape for the samples of a batch, while their number is open. */
#define BATCH_EXTENT INT64_MIN

/* The most that the extents of a tensor may be together, those of 0 taken for
 * 1. */
#define EVALUATE_MOST (INT64_C(1) << 40)

struct evaluation {
    struct place place;
    int64_t opset;
    const struct onnx_tensor *const *in; /* [input_count]; NULL: left out */
    struct onnx_tensor out;
    float *reals; /* of `out`, one or the other */
    int64_t *ints;
    struct arena *arena;
    int64_t *room; /* numbers that may still be made */
    int64_t *work; /* steps that may still be taken */
    struct err *e;
};

typedef enum status evaluate_fn(struct evaluation *v);

/* evaluate_take - memory for an output.  ERR_DATA: beyond `room`, NODE_MOST
 * axes or EVALUATE_MOST; ERR_MEMORY. */
MUST_USE enum status evaluate_take(struct evaluation *v, enum onnx_type type,
                                   int64_t rank, const int64_t *dims);

/* evaluate_steps - as many are about to be taken: false, they are too many, and
 * *work is below 0 from now on. */
MUST_USE bool evaluate_steps(struct evaluation *v, int64_t count, int64_t each);

/* evaluate_in - input k, which must be there and of floats, of NODE_MOST axes
 * and EVALUATE_MOST cells at most; NULL: it is not, which has been recorded. */
const struct onnx_tensor *evaluate_in(struct evaluation *v, int64_t k);

/* evaluate_numbers - the same of any numbers that are read; evaluate_maybe -
 * NULL where it is left out, and of any type. */
const struct onnx_tensor *evaluate_numbers(struct evaluation *v, int64_t k);
const struct onnx_tensor *evaluate_maybe(const struct evaluation *v, int64_t k);

/* evaluate_put - cell i of the output is cell `from` of x; -1: as it is. */
void evaluate_put(struct evaluation *v, const struct onnx_tensor *x, int64_t i,
                  int64_t from);

/* evaluate_extents - those of a and b together.  ERR_DATA: they do not fit. */
MUST_USE enum status evaluate_extents(struct evaluation *v,
                                      const struct onnx_tensor *a,
                                      const struct onnx_tensor *b,
                                      int64_t *rank, int64_t dims[NODE_MOST]);

/* Broadcasting: the element of `t` that meets cell `at` of `rank` extents. */
int64_t broadcast_index(const struct onnx_tensor *t, int64_t rank,
                        const int64_t *at);

/* next_cell - the cell after `at` in row-major order. */
void next_cell(int64_t rank, const int64_t *dims, int64_t *at);

/* Who computes an operator, for a table of them: moves.c, cells.c, functions.c,
 * sums.c, image.c. */
/* clang-format off */
#define EVALUATIONS(X)                                                         \
    X(identity) X(constant) X(constant_of_shape) X(reshape) X(flatten)         \
    X(squeeze) X(unsqueeze) X(transpose) X(concat) X(slice) X(gather)          \
    X(cast) X(pad) X(shape) X(unary) X(clip) X(binary) X(fold) X(prelu)        \
    X(matmul) X(gemm) X(softmax) X(reduce) X(argmax) X(where) X(batchnorm)     \
    X(instancenorm) X(conv) X(transposed) X(pool) X(globalpool) X(lrn)         \
    X(resize)
/* clang-format on */
#define EVALUATION(name) evaluate_fn evaluate_##name;
EVALUATIONS(EVALUATION)
#undef EVALUATION
