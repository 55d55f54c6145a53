/*
 * input.h - the parameters of input.
 */
#ifndef LAYER_INPUT_H
#define LAYER_INPUT_H

#include "conf/field.h"

struct input_config {
    struct int_list shape; /* of one sample */
};

#endif
