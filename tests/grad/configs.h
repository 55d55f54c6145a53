/*
 * configs.h - short forms of configurations, for the rows of cases.c.
 */
#pragma once

#include "activation/activation.h"
#include "base/compiler.h"
#include "layer/config.h"

extern const struct activation_ops tanh_activation;

/* A bias is wanted; trials fill parameters themselves. */
static const struct kind any_init = {.name = "any"};

static const int64_t three_levels[] = {3, 2, 1}, one_level[] = {2};

/* clang-format off */
#define CONV(filters, size, ...)                                               \
    &(const struct conv2d_config){.num_filters = (filters),                    \
                                  .filter_size = {(size), (size)}, __VA_ARGS__}
#define BIASED .b = {.kind = &any_init}
/* Strides, dilations, groups. */
#define STEPS(sy, sx, dy, dx, groups)                                          \
    .stride = {(sy), (sx)}, .dilation = {(dy), (dx)}, .num_groups = (groups)
#define PLAIN STEPS(1, 1, 1, 1, 1)
#define NIN(units, ...)                                                        \
    &(const struct nin_config){.num_units = (units), __VA_ARGS__}
#define DECONV(filters, size, ...)                                             \
    &(const struct transposedconv2d_config){.num_filters = (filters),          \
                                            .filter_size = {(size), (size)},   \
                                            __VA_ARGS__}
#define DECONV_STEPS(sy, sx, groups)                                           \
    BIASED, .stride = {(sy), (sx)}, .num_groups = (groups)
#define LOCAL(filters, sy, sx, ...)                                            \
    &(const struct locallyconnected2d_config){                                 \
        .num_filters = (filters), .filter_size = {(sy), (sx)}, __VA_ARGS__}
#define PYRAMID(levels, m, how)                                                \
    &(const struct spatialpyramidpooling_config){                              \
        .pool_dims = {(levels), ARRAY_LEN(levels)},                            \
        .mode = (m),                                                           \
        .implementation = (how)}
#define POOL(...) &(const struct maxpool2d_config){__VA_ARGS__}
#define MEAN(pads, ...)                                                        \
    &(const struct avgpool2d_config){.mode = "average_" pads, __VA_ARGS__}
#define GLOBAL(function) &(const struct globalpool_config){(function)}
#define DENSE(units, bias)                                                     \
    &(const struct dense_config){.num_units = (units), .b.kind = (bias)}
#define DROPOUT(share, grows)                                                  \
    &(const struct dropout_config){.p = (share), .rescale = (grows)}
#define BIAS(...)  &(const struct bias_config){.shared_axes = __VA_ARGS__}
#define SCALE(...) &(const struct scale_config){.shared_axes = __VA_ARGS__}
#define WORD(text) {.word = (text)}
#define PRELU(...) &(const struct prelu_config){.shared_axes = __VA_ARGS__}
#define RRELU(...)                                                             \
    &(const struct rrelu_config){.lower = -0.5, .upper = 0.8,                  \
                                 .shared_axes = __VA_ARGS__}
#define STANDARD(...)                                                          \
    &(const struct standardization_config){.epsilon = 1e-2,                    \
                                           .axes = __VA_ARGS__}
#define GROUPS(type, size, at, function)                                       \
    &(const struct type##_config){(size), (at), (function)}
#define LRN(exponent, around)                                                  \
    &(const struct lrn2d_config){.alpha = 0.5, .k = 1, .beta = (exponent),     \
                                 .n = (around)}
#define UPSCALE(y, x, word) &(const struct upscale2d_config){{(y), (x)}, (word)}
/* `shared_axes: [..]`, and none of them. */
#define AXES(...)                                                              \
    {.list = {(const int64_t[]){__VA_ARGS__},                                  \
              sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t)}}
#define NO_AXES {.list = {NULL, 0}}
#define CROPPED(...)                                                           \
    .cropping = {(const char *const[]){__VA_ARGS__},                           \
                 sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)}
#define FACTORS(...)                                                           \
    .coeffs = {(const double[]){__VA_ARGS__},                                  \
               sizeof((const double[]){__VA_ARGS__}) / sizeof(double)}
#define SUM(...) &(const struct elemwisesum_config){__VA_ARGS__}
#define MERGE(word, ...)                                                       \
    &(const struct elemwisemerge_config){.merge_function = (word), __VA_ARGS__}
#define CONCAT(at, ...) &(const struct concat_config){.axis = (at), __VA_ARGS__}
#define FLATTEN(axes) &(const struct flatten_config){axes}
#define NUMBER(n)     {(n), INDEX_NUMBER}
#define BRACKETS(n)   {(n), INDEX_BRACKETS}
#define OPEN          {0, INDEX_NONE}
#define INDICES(...)                                                           \
    {                                                                          \
        (const struct index[]){__VA_ARGS__},                                   \
            sizeof((const struct index[]){__VA_ARGS__}) /                      \
                sizeof(struct index), false                                    \
    }
#define CELL(n) {(const struct index[]){NUMBER(n)}, 1, true}
#define RESHAPE(...)                                                           \
    &(const struct reshape_config){                                            \
        INDICES(BRACKETS(0), __VA_ARGS__)}
#define SHUFFLE(...)                                                           \
    &(const struct dimshuffle_config){                                         \
        {(const char *const[]){__VA_ARGS__},                                   \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)}}
#define SLICE(...) &(const struct slice_config){__VA_ARGS__}
#define PAD(how, leading, ...)                                                 \
    &(const struct pad_config){                                                \
        .width = {(const struct pair[]){__VA_ARGS__},                          \
                  sizeof((const struct pair[]){__VA_ARGS__}) /                 \
                      sizeof(struct pair)},                                    \
        .val = 0.5, .batch_ndim = (leading), .mode = (how)}
#define MORE(...) (const struct shape[]){__VA_ARGS__, {0}}
/* Axes, learnt parameters, update. */
#define NORM(axes_, w, b, update_, ...)                                        \
    &(const struct batchnorm_config){                                          \
        .axes = axes_, .epsilon = 1e-3, .alpha = 0.1, .weight = (w),           \
        .bias = (b), .update = (update_), __VA_ARGS__}
#define AUTO WORD("auto")
#define BY(f) .nonlinearity = {.kind = &(f).kind}
#define IMAGE(c, h, w)      {3, {(c), (h), (w)}}
#define VECTOR(n)           {1, {(n)}}
/* clang-format on */
