/*
 * dropout.h - the parameters of dropout.
 */
#ifndef LAYER_DROPOUT_H
#define LAYER_DROPOUT_H

#include <stdbool.h>

#include "conf/field.h"

struct dropout_config {
    double p;
    bool rescale;
};

#endif
