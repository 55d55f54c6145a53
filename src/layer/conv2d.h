/*
 * conv2d.h - the parameters of conv2d.
 */
#ifndef LAYER_CONV2D_H
#define LAYER_CONV2D_H

#include "conf/field.h"

struct conv2d_config {
    int64_t num_filters;
    struct pair filter_size, stride;
    struct pair_or_word pad; /* NULL, "valid", "same" or "full" */
    struct pair dilation;
    int64_t num_groups;
    struct variant nonlinearity, W, b;
};

#endif
