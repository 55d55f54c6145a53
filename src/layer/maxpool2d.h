/*
 * maxpool2d.h - the parameters of maxpool2d.
 */
#ifndef LAYER_MAXPOOL2D_H
#define LAYER_MAXPOOL2D_H

#include <stdbool.h>

#include "conf/field.h"

struct maxpool2d_config {
    struct pair pool_size;
    struct pair stride; /* {0, 0}: pool_size */
    struct pair pad;
    bool ignore_border;
};

#endif
