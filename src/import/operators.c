/*
 * operators.c - the operators that are read, a row each.
 *
 * A new one is a row: its attributes, what it computes, what layer it is.
 */
#include <string.h>

#include "import/importer.h"

#define WINDOW "auto_pad:s kernel_shape:I strides:I pads:I dilations:I"

static const struct operator operators[] = {
    {"Add", "", 2, 2, evaluate_binary, make_add},
    {"ArgMax", "axis:i keepdims:i select_last_index:i", 1, 1, evaluate_argmax,
     NULL},
    {"AveragePool", WINDOW " ceil_mode:i count_include_pad:i", 1, 1,
     evaluate_pool, make_avgpool},
    {"BatchNormalization", "epsilon:r momentum:r spatial:i training_mode:i", 5,
     5, evaluate_batchnorm, make_batchnorm},
    {"Cast", "to:i", 1, 1, evaluate_cast, make_cast},
    {"Clip", "min:r max:r", 1, 3, evaluate_clip, make_clip},
    {"Concat", "axis:i", 1, INT64_MAX, evaluate_concat, make_concat},
    {"Constant",
     "value:t value_float:r value_floats:R value_int:i "
     "value_ints:I",
     0, 0, evaluate_constant, NULL},
    {"ConstantOfShape", "value:t", 1, 1, evaluate_constant_of_shape, NULL},
    {"Conv", WINDOW " group:i", 2, 3, evaluate_conv, make_conv},
    {"ConvTranspose", WINDOW " group:i output_padding:I output_shape:I", 2, 3,
     evaluate_transposed, make_transposed},
    {"Div", "", 2, 2, evaluate_binary, make_div},
    {"Dropout", "ratio:r seed:i", 1, 3, evaluate_identity, make_dropout},
    {"Elu", "alpha:r", 1, 1, evaluate_unary, make_function},
    {"Equal", "", 2, 2, evaluate_binary, NULL},
    {"Erf", "", 1, 1, evaluate_unary, NULL},
    {"Flatten", "axis:i", 1, 1, evaluate_flatten, make_flatten},
    {"Gather", "axis:i", 2, 2, evaluate_gather, NULL},
    {"Gelu", "approximate:s", 1, 1, evaluate_unary, make_function},
    {"Gemm", "alpha:r beta:r transA:i transB:i", 2, 3, evaluate_gemm,
     make_gemm},
    {"GlobalAveragePool", "", 1, 1, evaluate_globalpool, make_globalpool},
    {"GlobalMaxPool", "", 1, 1, evaluate_globalpool, make_globalpool},
    {"HardSigmoid", "alpha:r beta:r", 1, 1, evaluate_unary, make_function},
    {"HardSwish", "", 1, 1, evaluate_unary, make_function},
    {"Identity", "", 1, 1, evaluate_identity, make_identity},
    {"InstanceNormalization", "epsilon:r", 3, 3, evaluate_instancenorm,
     make_instancenorm},
    {"LRN", "alpha:r beta:r bias:r size:i", 1, 1, evaluate_lrn, make_lrn},
    {"LeakyRelu", "alpha:r", 1, 1, evaluate_unary, make_function},
    {"LogSoftmax", "axis:i", 1, 1, evaluate_softmax, make_softmax},
    {"MatMul", "", 2, 2, evaluate_matmul, make_matmul},
    {"Max", "", 1, INT64_MAX, evaluate_fold, make_max},
    {"MaxPool", WINDOW " ceil_mode:i storage_order:i", 1, 1, evaluate_pool,
     make_maxpool},
    {"Min", "", 1, INT64_MAX, evaluate_fold, make_min},
    {"Mul", "", 2, 2, evaluate_binary, make_mul},
    {"PRelu", "", 2, 2, evaluate_prelu, make_prelu},
    {"Pad", "mode:s pads:I value:r", 1, 3, evaluate_pad, make_pad},
    {"ReduceMax", "axes:I keepdims:i", 1, 2, evaluate_reduce, NULL},
    {"ReduceMean", "axes:I keepdims:i", 1, 2, evaluate_reduce, make_mean},
    {"ReduceSum", "axes:I keepdims:i", 1, 2, evaluate_reduce, NULL},
    {"Relu", "", 1, 1, evaluate_unary, make_function},
    {"Reshape", "allowzero:i", 2, 2, evaluate_reshape, make_reshape},
    {"Resize",
     "coordinate_transformation_mode:s cubic_coeff_a:r "
     "exclude_outside:i extrapolation_value:r mode:s nearest_mode:s",
     2, 4, evaluate_resize, make_resize},
    {"Selu", "alpha:r gamma:r", 1, 1, evaluate_unary, make_function},
    {"Shape", "start:i end:i", 1, 1, evaluate_shape, make_shape},
    {"Sigmoid", "", 1, 1, evaluate_unary, make_function},
    {"Slice", "starts:I ends:I axes:I", 1, 5, evaluate_slice, make_slice},
    {"Softmax", "axis:i", 1, 1, evaluate_softmax, make_softmax},
    {"Softplus", "", 1, 1, evaluate_unary, make_function},
    {"Sqrt", "", 1, 1, evaluate_unary, NULL},
    {"Squeeze", "axes:I", 1, 2, evaluate_squeeze, make_squeeze},
    {"Sub", "", 2, 2, evaluate_binary, make_sub},
    {"Sum", "", 1, INT64_MAX, evaluate_fold, make_sum},
    {"Tanh", "", 1, 1, evaluate_unary, make_function},
    {"Transpose", "perm:I", 1, 1, evaluate_transpose, make_transpose},
    {"Unsqueeze", "axes:I", 1, 2, evaluate_unsqueeze, make_unsqueeze},
    {"Upsample", "mode:s scales:R", 1, 2, evaluate_resize, make_resize},
    {"Where", "", 3, 3, evaluate_where, NULL},
};

const struct operator* operator_find(const char *op)
{
    for (size_t i = 0; i < ARRAY_LEN(operators); i++)
        if (strcmp(operators[i].op, op) == 0)
            return &operators[i];
    return NULL;
}
