#include "grad/cases.h"

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

const struct grad_case grad_cases[] = {
    {"conv2d", "3x3", CONV(3, 3, BIASED, PLAIN), "", IMAGE(2, 5, 6), 2, 0},
    {"conv2d", "one sample, one channel", CONV(2, 3, BIASED, PLAIN), "",
     IMAGE(1, 5, 5), 1, 0},
    {"conv2d", "even size, rectify", CONV(3, 2, BIASED, PLAIN), "rectify",
     IMAGE(2, 4, 5), 3, 0},
    {"conv2d", "tanh", CONV(3, 3, BIASED, PLAIN), "tanh", IMAGE(2, 4, 5), 2,
     0},
    {"conv2d", "pad", CONV(2, 3, BIASED, PLAIN, .pad = {.pair = {1, 2}}), "",
     IMAGE(2, 4, 3), 2, 0},
    {"conv2d", "pad same, even size",
     CONV(2, 4, BIASED, PLAIN, .pad = {.word = "same"}), "", IMAGE(1, 5, 4), 2,
     0},
    {"conv2d", "pad full", CONV(2, 3, BIASED, PLAIN, .pad = {.word = "full"}),
     "", IMAGE(2, 3, 2), 2, 0},
    {"conv2d", "stride",
     CONV(2, 3, BIASED, STEPS(2, 3, 1, 1, 1), .pad = {.pair = {1, 1}}), "",
     IMAGE(2, 6, 7), 2, 0},
    {"conv2d", "dilation", CONV(2, 3, BIASED, STEPS(1, 2, 2, 1, 1)), "",
     IMAGE(2, 6, 6), 2, 0},
    {"conv2d", "groups", CONV(4, 3, BIASED, STEPS(1, 1, 1, 1, 2)), "",
     IMAGE(4, 4, 4), 2, 0},
    {"conv2d", "depthwise", CONV(3, 2, BIASED, STEPS(1, 1, 1, 1, 3)), "",
     IMAGE(3, 4, 4), 2, 0},
    {"conv2d", "pointwise, several samples", CONV(3, 1, BIASED, PLAIN), "",
     IMAGE(4, 3, 3), 3, 0},
    {"conv2d", "pointwise, in place", CONV(2, 1, BIASED, PLAIN), "",
     IMAGE(2, 17, 19), 2, 0},
    {"conv2d", "several blocks of columns", CONV(1, 3, BIASED, PLAIN), "",
     IMAGE(1, 27, 27), 1, 0},
    {"conv2d", "no bias", CONV(2, 3, PLAIN), "", IMAGE(2, 5, 5), 2, 0},
    {"conv2d", "untied biases, rectify",
     CONV(2, 3, BIASED, STEPS(2, 1, 1, 1, 1), .untie_biases = true), "rectify",
     IMAGE(2, 5, 5), 3, 0},
    {"nin", "plain", NIN(3, BIASED), "", IMAGE(4, 3, 5), 3, 0},
    {"nin", "untied biases, tanh", NIN(2, BIASED, .untie_biases = true),
     "tanh", IMAGE(3, 4, 2), 2, 0},
    {"nin", "no bias, rectify, one sample", NIN(17, .untie_biases = false),
     "rectify", IMAGE(2, 5, 5), 1, 0},
    {"transposedconv2d", "plain", DECONV(3, 3, DECONV_STEPS(1, 1, 1)), "",
     IMAGE(2, 4, 5), 2, 0},
    {"transposedconv2d", "stride, crop, rectify",
     DECONV(2, 4, DECONV_STEPS(2, 3, 1), .crop = {.pair = {1, 2}}), "rectify",
     IMAGE(3, 3, 4), 3, 0},
    {"transposedconv2d", "larger than the least, tanh",
     DECONV(2, 3, DECONV_STEPS(2, 2, 1), .crop = {.word = "same"},
            .output_size = {6, 7}), "tanh", IMAGE(2, 3, 4), 2, 0},
    {"transposedconv2d", "groups, gaps",
     DECONV(4, 2, DECONV_STEPS(3, 2, 2)), "", IMAGE(2, 3, 3), 2, 0},
    {"transposedconv2d", "depthwise, full",
     DECONV(3, 3, DECONV_STEPS(1, 2, 3), .crop = {.word = "full"}), "",
     IMAGE(3, 6, 5), 2, 0},
    {"transposedconv2d", "untied biases",
     DECONV(2, 2, DECONV_STEPS(2, 2, 1), .untie_biases = true), "",
     IMAGE(2, 3, 2), 3, 0},
    {"transposedconv2d", "pointwise, no bias",
     DECONV(2, 1, .stride = {1, 1}, .num_groups = 1), "", IMAGE(3, 4, 3), 1,
     0},
    {"maxpool2d", "2x2", POOL(.pool_size = {2, 2}, .ignore_border = true), "",
     IMAGE(2, 6, 8), 2, 0},
    {"maxpool2d", "2x2, odd and wide", POOL(.pool_size = {2, 2},
                                            .ignore_border = true), "",
     IMAGE(1, 5, 21), 1, 0},
    {"maxpool2d", "overlapping", POOL(.pool_size = {3, 3}, .stride = {2, 2},
                                      .ignore_border = true), "",
     IMAGE(2, 7, 5), 2, 0},
    {"maxpool2d", "pad", POOL(.pool_size = {3, 2}, .pad = {1, 1},
                              .ignore_border = true), "", IMAGE(2, 5, 6), 2,
     0},
    {"maxpool2d", "borders", POOL(.pool_size = {2, 3}), "", IMAGE(2, 5, 5), 2,
     0},
    {"maxpool2d", "a window of many cells",
     POOL(.pool_size = {17, 18}, .stride = {1, 2}, .ignore_border = true), "",
     IMAGE(1, 18, 20), 2, 0},
    {"avgpool2d", "tiles", MEAN("exc_pad", .pool_size = {2, 2},
                                .ignore_border = true), "", IMAGE(3, 6, 8), 3,
     0},
    {"avgpool2d", "overlapping, padding not counted",
     MEAN("exc_pad", .pool_size = {3, 2}, .stride = {2, 1}, .pad = {1, 1},
          .ignore_border = true), "", IMAGE(2, 7, 5), 2, 0},
    {"avgpool2d", "padding counted",
     MEAN("inc_pad", .pool_size = {3, 3}, .stride = {1, 2}, .pad = {1, 2},
          .ignore_border = true), "", IMAGE(2, 5, 6), 2, 0},
    {"avgpool2d", "borders", MEAN("inc_pad", .pool_size = {2, 3}), "",
     IMAGE(2, 5, 5), 2, 0},
    {"avgpool2d", "gaps", MEAN("exc_pad", .pool_size = {1, 2},
                               .stride = {3, 4}, .ignore_border = true), "",
     IMAGE(1, 8, 9), 1, 0},
    {"globalpool", "mean", GLOBAL("mean"), "", IMAGE(3, 4, 5), 3, 0},
    {"globalpool", "sum", GLOBAL("sum"), "", IMAGE(2, 3, 3), 2, 0},
    {"globalpool", "max", GLOBAL("max"), "", IMAGE(3, 4, 5), 3, 0},
    {"locallyconnected2d", "plain", LOCAL(3, 3, 5, BIASED), "",
     IMAGE(2, 5, 6), 3, 0},
    {"locallyconnected2d", "channelwise, rectify",
     LOCAL(3, 3, 3, BIASED, .channelwise = true), "rectify", IMAGE(3, 4, 4), 2,
     0},
    {"locallyconnected2d", "no bias, wider than the image",
     LOCAL(2, 5, 7, .channelwise = false), "tanh", IMAGE(2, 2, 3), 1, 0},
    {"spatialpyramidpooling", "max", PYRAMID(three_levels, "max", "kaiming"),
     "", IMAGE(3, 7, 5), 3, 0},
    {"spatialpyramidpooling", "average",
     PYRAMID(three_levels, "average", "kaiming"), "", IMAGE(2, 5, 8), 2, 0},
    {"spatialpyramidpooling", "fast", PYRAMID(one_level, "max", "fast"), "",
     IMAGE(2, 4, 5), 2, 0},
    {"spatialpyramidpooling", "bins of many pixels",
     PYRAMID(three_levels, "max", "kaiming"), "", IMAGE(1, 17, 18), 1, 0},
    {"dense", "plain", DENSE(4, &any_init), "", VECTOR(7), 3, 0},
    {"dense", "image, rectify", DENSE(5, &any_init), "rectify",
     IMAGE(2, 3, 3), 2, 0},
    {"dense", "softmax", DENSE(5, &any_init), "softmax", VECTOR(6), 2, 0},
    {"dense", "no bias, one sample", DENSE(3, NULL), "tanh", VECTOR(5), 1, 0},
    {"dropout", "rescaled", DROPOUT(0.5, true), "", IMAGE(2, 5, 7), 3, 0},
    {"dropout", "mask only", DROPOUT(0.3, false), "", VECTOR(40), 2, 0},
    {"dropout", "channels",
     &(const struct dropout_config){.p = 0.4, .rescale = true,
                                    .shared_axes = AXES(2, 3)}, "",
     IMAGE(5, 3, 7), 3, 0},
    {"dropout", "locations",
     &(const struct dropout_config){.p = 0.4, .rescale = true,
                                    .shared_axes = AXES(1)}, "",
     IMAGE(2, 5, 3), 3, 0},
    {"gaussiannoise", "image", &(const struct gaussiannoise_config){0.5}, "",
     IMAGE(2, 9, 17), 3, 0},
    {"gaussiannoise", "features, tanh",
     &(const struct gaussiannoise_config){0.1}, "tanh", VECTOR(5), 2, 0},
    {"prelu", "per channel", PRELU(WORD("auto")), "", IMAGE(3, 5, 7), 3, 0},
    {"prelu", "per feature", PRELU(WORD("auto")), "", VECTOR(19), 2, 0},
    {"prelu", "one", PRELU(WORD("all")), "", IMAGE(2, 3, 3), 2, 0},
    {"prelu", "per row", PRELU(AXES(1, 3)), "", IMAGE(2, 3, 5), 1, 0},
    {"rrelu", "per channel", RRELU(WORD("auto")), "", IMAGE(3, 5, 7), 3, 0},
    {"rrelu", "per feature", RRELU(WORD("auto")), "", VECTOR(19), 2, 0},
    {"rrelu", "one", RRELU(WORD("all")), "", IMAGE(2, 3, 3), 3, 0},
    {"rrelu", "per element", RRELU(NO_AXES), "", IMAGE(2, 3, 5), 1, 0},
    {"standardization", "channels", STANDARD(WORD("auto")), "",
     IMAGE(3, 5, 7), 3, 0},
    {"standardization", "sample", STANDARD(WORD("features")), "",
     IMAGE(2, 3, 5), 2, 0},
    {"standardization", "features", STANDARD(WORD("auto")), "", VECTOR(19), 2,
     0},
    {"standardization", "across channels", STANDARD(AXES(1)), "",
     IMAGE(4, 3, 5), 2, 0},
    {"standardization", "channels and columns", STANDARD(AXES(1, -1)), "",
     IMAGE(3, 2, 5), 2, 0},
    {"standardization", "one value", STANDARD(WORD("spatial")), "",
     IMAGE(3, 1, 1), 2, 0},
    {"featurepool", "max", GROUPS(featurepool, 2, 1, "max"), "",
     IMAGE(6, 3, 5), 2, 0},
    {"featurepool", "max of features", GROUPS(featurepool, 3, -1, "max"), "",
     VECTOR(12), 3, 0},
    {"featurepool", "max, several runs", GROUPS(featurepool, 2, 1, "max"), "",
     IMAGE(2, 13, 11), 1, 0},
    {"featurepool", "mean", GROUPS(featurepool, 3, 1, "mean"), "tanh",
     IMAGE(6, 3, 5), 2, 0},
    {"featurepool", "sum of rows", GROUPS(featurepool, 2, 2, "sum"), "",
     IMAGE(2, 4, 5), 2, 0},
    {"featurewta", "channels", GROUPS(featurewta, 3, 1, "max"), "",
     IMAGE(6, 3, 5), 2, 0},
    {"featurewta", "features", GROUPS(featurewta, 2, 1, "max"), "", VECTOR(8),
     3, 0},
    {"featurewta", "columns", GROUPS(featurewta, 5, 3, "max"), "",
     IMAGE(2, 3, 5), 1, 0},
    {"lrn2d", "beta 3/4", LRN(0.75, 3), "", IMAGE(5, 3, 4), 2, 0},
    {"lrn2d", "beta 1/2", LRN(0.5, 5), "", IMAGE(7, 3, 3), 1, 0},
    {"lrn2d", "beta 1, wider than the channels", LRN(1, 7), "tanh",
     IMAGE(3, 2, 4), 2, 0},
    {"lrn2d", "several runs", LRN(0.75, 1), "", IMAGE(2, 9, 11), 1, 0},
    {"upscale2d", "repeat", UPSCALE(2, 2, "repeat"), "", IMAGE(2, 3, 4), 2, 0},
    {"upscale2d", "repeat, uneven", UPSCALE(3, 1, "repeat"), "tanh",
     IMAGE(2, 3, 4), 1, 0},
    {"upscale2d", "dilate", UPSCALE(2, 3, "dilate"), "", IMAGE(2, 3, 4), 2, 0},
    {"upscale2d", "bilinear", UPSCALE(2, 2, "bilinear"), "", IMAGE(2, 3, 4), 2,
     0},
    {"upscale2d", "bilinear, uneven", UPSCALE(3, 4, "bilinear"), "",
     IMAGE(2, 4, 3), 2, 0},
    {"upscale2d", "bilinear, one pixel", UPSCALE(2, 3, "bilinear"), "",
     IMAGE(2, 1, 1), 2, 0},
    {"upscale2d", "bilinear, one row", UPSCALE(1, 2, "bilinear"), "",
     IMAGE(1, 1, 5), 1, 0},
    {"bias", "per channel", BIAS(WORD("auto")), "", IMAGE(3, 5, 7), 3, 0},
    {"bias", "per feature, tanh", BIAS(WORD("auto")), "tanh", VECTOR(19), 2, 0},
    {"bias", "one", BIAS(WORD("all")), "", IMAGE(2, 3, 3), 2, 0},
    {"bias", "per element", BIAS(NO_AXES), "", IMAGE(2, 3, 3), 2, 0},
    {"bias", "per column", BIAS(AXES(1, 2)), "", IMAGE(2, 3, 5), 2, 0},
    {"scale", "per channel", SCALE(WORD("auto")), "", IMAGE(3, 5, 7), 3, 0},
    {"scale", "per feature, rectify", SCALE(WORD("auto")), "rectify",
     VECTOR(19), 2, 0},
    {"scale", "one", SCALE(WORD("all")), "", IMAGE(2, 3, 3), 1, 0},
    {"scale", "per element", SCALE(NO_AXES), "", IMAGE(2, 3, 3), 2, 0},
    {"scale", "per row", SCALE(AXES(1, -1)), "", IMAGE(2, 3, 5), 2, 0},
    {"nonlinearity", "tanh", &(const struct nonlinearity_config){{0}}, "tanh",
     IMAGE(2, 3, 3), 3, 0},
    {"nonlinearity", "gelu", &(const struct nonlinearity_config){{0}}, "gelu",
     IMAGE(2, 3, 3), 3, 0},
    {"nonlinearity", "swish", &(const struct nonlinearity_config){{0}}, "swish",
     VECTOR(9), 3, 0},
    {"nonlinearity", "mish", &(const struct nonlinearity_config){{0}}, "mish",
     VECTOR(9), 3, 0},
    {"nonlinearity", "hard_swish", &(const struct nonlinearity_config){{0}},
     "hard_swish", VECTOR(9), 3, 0},
    {"nonlinearity", "hard_sigmoid", &(const struct nonlinearity_config){{0}},
     "hard_sigmoid", VECTOR(9), 3, 0},
    {"conv2d", "gelu", CONV(3, 3, BIASED, PLAIN), "gelu", IMAGE(2, 4, 5), 2,
     0},
    {"elemwisesum", "one shape", SUM(FACTORS(1)), "", IMAGE(2, 3, 4), 3,
     MORE(IMAGE(2, 3, 4))},
    {"elemwisesum", "factors, tanh", SUM(FACTORS(2, -0.5, 0)), "tanh",
     IMAGE(2, 3, 4), 2, MORE(IMAGE(2, 3, 4), IMAGE(2, 3, 4))},
    {"elemwisesum", "repeated", SUM(FACTORS(0.5, 2, 1)), "", IMAGE(3, 1, 4), 3,
     MORE(VECTOR(3), IMAGE(3, 5, 4))},
    {"elemwisesum", "cropped", SUM(FACTORS(1), CROPPED("center")), "",
     IMAGE(3, 5, 4), 3, MORE(IMAGE(2, 6, 7))},
    {"elemwisemerge", "mul", MERGE("mul", ), "", IMAGE(2, 3, 4), 3,
     MORE(IMAGE(2, 3, 4), IMAGE(2, 3, 4))},
    {"elemwisemerge", "mul by channel, tanh", MERGE("mul", ), "tanh",
     IMAGE(3, 5, 4), 3, MORE(VECTOR(3))},
    {"elemwisemerge", "mul of channels by rows", MERGE("mul", ), "", VECTOR(3),
     2, MORE(IMAGE(1, 5, 1), IMAGE(3, 1, 4))},
    {"elemwisemerge", "sub", MERGE("sub", ), "", IMAGE(2, 3, 4), 3,
     MORE(IMAGE(2, 3, 4), IMAGE(2, 3, 4))},
    {"elemwisemerge", "add", MERGE("add", ), "", VECTOR(7), 1, MORE(VECTOR(7))},
    {"elemwisemerge", "maximum", MERGE("maximum", ), "", IMAGE(2, 3, 4), 3,
     MORE(IMAGE(2, 3, 4), IMAGE(2, 3, 4))},
    {"elemwisemerge", "minimum, cropped",
     MERGE("minimum", CROPPED(NULL, NULL, "upper", "lower")), "",
     IMAGE(2, 3, 7), 3, MORE(IMAGE(2, 5, 4), IMAGE(1, 3, 4))},
    {"concat", "channels", CONCAT(1, ), "", IMAGE(2, 3, 4), 3,
     MORE(IMAGE(1, 3, 4), IMAGE(3, 3, 4))},
    {"concat", "columns", CONCAT(-1, ), "tanh", IMAGE(2, 3, 4), 3,
     MORE(IMAGE(2, 3, 1))},
    {"concat", "cropped", CONCAT(1, CROPPED("upper")), "", IMAGE(2, 3, 7), 3,
     MORE(IMAGE(4, 5, 4))},
    {"batchnorm", "images", NORM(AUTO, true, true, "auto", ), "",
     IMAGE(3, 4, 5), 4, 0},
    {"batchnorm", "rectify", NORM(AUTO, true, true, "auto",
                                  BY(rectify_activation)), "",
     IMAGE(2, 5, 7), 5, 0},
    {"batchnorm", "tanh", NORM(AUTO, true, true, "auto", BY(tanh_activation)),
     "", IMAGE(3, 1, 2), 4, 0},
    {"batchnorm", "features", NORM(AUTO, true, true, "auto",
                                   BY(rectify_activation)), "", VECTOR(19), 7,
     0},
    {"batchnorm", "long rows", NORM(AUTO, true, true, "auto",
                                    BY(rectify_activation)), "",
     IMAGE(1, 13, 11), 3, 0},
    {"batchnorm", "every pixel", NORM(AXES(0), true, true, "auto", ), "",
     IMAGE(2, 3, 2), 4, 0},
    {"batchnorm", "rows and columns of all channels",
     NORM(AXES(1, 0), true, true, "auto", BY(rectify_activation)), "",
     IMAGE(3, 2, 2), 4, 0},
    {"batchnorm", "scattered", NORM(AXES(0, -2), true, true, "auto",
                                    BY(rectify_activation)), "",
     IMAGE(3, 2, 5), 4, 0},
    {"batchnorm", "all axes", NORM(AXES(0, 1, 2, 3), true, true, "auto", ), "",
     IMAGE(2, 3, 2), 3, 0},
    {"batchnorm", "no weight", NORM(AUTO, false, true, "true", ), "",
     IMAGE(2, 3, 3), 2, 0},
    {"batchnorm", "no bias", NORM(AUTO, true, false, "true", ), "",
     IMAGE(2, 3, 3), 2, 0},
    {"batchnorm", "no parameters", NORM(AUTO, false, false, "true", ), "",
     IMAGE(2, 3, 3), 2, 0},
    {"batchnorm", "one sample", NORM(AUTO, true, true, "auto", ), "",
     IMAGE(2, 3, 3), 1, 0},
    {"batchnorm", "one value", NORM(AUTO, true, true, "auto",
                                    BY(rectify_activation)), "", VECTOR(5), 1,
     0},
    {"batchnorm", "running statistics",
     NORM(AUTO, true, true, "false", BY(rectify_activation)), "",
     IMAGE(3, 4, 3), 3, 0},
    {"batchnorm", "running statistics, scattered, tanh",
     NORM(AXES(0, 2), true, false, "false", BY(tanh_activation)), "",
     IMAGE(2, 3, 3), 3, 0},
    {"batchnorm", "running statistics, no parameters",
     NORM(AUTO, false, false, "false", ), "", VECTOR(6), 3, 0},
    {"flatten", "all", FLATTEN(2), "", IMAGE(2, 3, 4), 3, 0},
    {"flatten", "rows and columns", FLATTEN(3), "", IMAGE(2, 3, 4), 1, 0},
    {"reshape", "the rest", RESHAPE(NUMBER(-1), BRACKETS(1)), "",
     IMAGE(2, 3, 4), 3, 0},
    {"dimshuffle", "moved", SHUFFLE("0", "3", "1", "x", "2"), "",
     IMAGE(2, 3, 4), 3, 0},
    {"dimshuffle", "in order", SHUFFLE("0", "x", "1", "3"), "", IMAGE(2, 1, 4),
     3, 0},
    {"slice", "a cell", SLICE(CELL(-2), 2), "", IMAGE(2, 3, 4), 3, 0},
    {"slice", "a range", SLICE(INDICES(NUMBER(1), OPEN), -1), "",
     IMAGE(2, 3, 4), 3, 0},
    {"slice", "every other channel, backwards",
     SLICE(INDICES(OPEN, OPEN, NUMBER(-2)), 1), "", IMAGE(5, 2, 3), 2, 0},
    {"pad", "constant", PAD("constant", 2, {1, 2}, {0, 3}), "", IMAGE(2, 3, 4),
     3, 0},
    {"pad", "edge, channels too", PAD("edge", 1, {2, 1}), "", IMAGE(2, 3, 2),
     3, 0},
    {"pad", "reflect", PAD("reflect", 2, {2, 1}, {3, 3}), "", IMAGE(2, 3, 4),
     3, 0},
    {"pad", "reflect, features", PAD("reflect", 1, {2, 4}), "", VECTOR(5), 2,
     0},
    {"norm", "sums over the batch", NULL, "", VECTOR(4), 5, 0},
    {"norm", "several inputs, tanh", NULL, "tanh", VECTOR(3), 6,
     MORE(VECTOR(3), VECTOR(3))},
    {"sum", "several inputs", NULL, "rectify", VECTOR(5), 3,
     MORE(VECTOR(5), VECTOR(5), VECTOR(5))},
    {0},
};
/* clang-format on */
