/*
 * config.h - the parameters of the layer types, as the tables of their files
 * bind them to YAML; for whoever makes a layer without a document.
 */
#pragma once

#include <stdbool.h>

#include "conf/field.h"

struct input_config {
    struct int_list shape; /* of one sample */
};

struct conv2d_config {
    int64_t num_filters;
    struct pair filter_size, stride;
    struct pair_or_word pad; /* NULL, "valid", "same" or "full" */
    struct pair dilation;
    int64_t num_groups;
    bool untie_biases;
    struct variant nonlinearity, W, b;
};

struct nin_config {
    int64_t num_units;
    bool untie_biases;
    struct variant nonlinearity, W, b;
};

struct transposedconv2d_config {
    int64_t num_filters;
    struct pair filter_size, stride;
    struct pair_or_word crop; /* NULL, "valid", "same" or "full" */
    struct pair output_size;  /* {0, 0}: the smallest */
    int64_t num_groups;
    bool untie_biases;
    struct variant nonlinearity, W, b;
};

struct locallyconnected2d_config {
    int64_t num_filters;
    struct pair filter_size;
    const char *pad; /* "same" */
    bool channelwise;
    struct variant nonlinearity, W, b;
};

struct maxpool2d_config {
    struct pair pool_size;
    struct pair stride; /* {0, 0}: pool_size */
    struct pair pad;
    bool ignore_border;
};

struct avgpool2d_config {
    struct pair pool_size;
    struct pair stride; /* {0, 0}: pool_size */
    struct pair pad;
    bool ignore_border;
    const char *mode; /* "average_exc_pad", "average_inc_pad" */
};

struct globalpool_config {
    const char *pool_function; /* "mean", "max", "sum" */
};

struct spatialpyramidpooling_config {
    struct int_list pool_dims;
    const char *mode;           /* "max", "average" */
    const char *implementation; /* "kaiming", "fast" */
};

struct dense_config {
    int64_t num_units;
    struct variant nonlinearity, W, b;
};

struct bias_config {
    struct int_list_or_word shared_axes;
    struct variant b;
};

struct scale_config {
    struct int_list_or_word shared_axes;
    struct variant scales;
};

struct batchnorm_config {
    struct int_list_or_word axes;
    double epsilon, alpha;
    bool weight, bias;
    const char *update; /* "auto", "true" or "false" */
    struct variant nonlinearity;
};

struct dropout_config {
    double p;
    bool rescale;
    struct int_list_or_word shared_axes; /* no words */
};

struct gaussiannoise_config {
    double sigma;
};

struct prelu_config {
    struct int_list_or_word shared_axes;
    struct variant alpha;
};

struct rrelu_config {
    struct int_list_or_word shared_axes;
    double lower, upper;
};

struct standardization_config {
    struct int_list_or_word axes; /* "auto", "spatial", "features" */
    double epsilon;
};

struct featurepool_config {
    int64_t pool_size, axis;
    const char *pool_function; /* "max", "mean", "sum" */
};

struct featurewta_config {
    int64_t pool_size, axis;
    const char *pool_function; /* "max" */
};

struct lrn2d_config {
    double alpha, k, beta;
    int64_t n;
};

struct upscale2d_config {
    struct pair scale_factor;
    const char *mode; /* "repeat", "dilate", "bilinear" */
};

struct nonlinearity_config {
    struct variant nonlinearity;
};

struct elemwisesum_config {
    struct real_list coeffs; /* one stands for all inputs */
    struct text_list cropping;
};

struct elemwisemerge_config {
    const char *merge_function;
    struct text_list cropping;
};

struct concat_config {
    int64_t axis;
    struct text_list cropping;
};

struct flatten_config {
    int64_t outdim; /* axes of the output, the batch counted */
};

struct reshape_config {
    struct index_list shape; /* brackets: the extent of that axis */
};

struct dimshuffle_config {
    struct text_list pattern; /* axes of the input, and x */
};

struct slice_config {
    struct index_list indices;
    int64_t axis;
};

struct pad_config {
    struct pair_list width; /* before and after; one stands for all axes */
    double val;
    int64_t batch_ndim;
    const char *mode; /* "constant", "reflect" or "edge" */
};
