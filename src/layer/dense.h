/*
 * dense.h - the parameters of dense.
 */
#ifndef LAYER_DENSE_H
#define LAYER_DENSE_H

#include "conf/field.h"

struct dense_config {
    int64_t num_units;
    struct variant nonlinearity, W, b;
};

#endif
