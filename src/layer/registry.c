/*
 * registry.c - the list of layer types.
 *
 * A new type is one word here and one file.
 */
#include <string.h>

#include "layer/layer.h"

#define LAYERS(X) X(input) X(conv2d) X(maxpool2d) X(dense) X(dropout)

#define DECLARE(name) extern const struct layer_ops name##_layer;
LAYERS(DECLARE)

#define ADDRESS(name) &name##_layer,
const struct layer_ops *const layer_registry[] = {LAYERS(ADDRESS) NULL};

#define KIND(name) &name##_layer.kind,
const struct kind *const layer_kinds[] = {LAYERS(KIND) NULL};

const struct layer_ops *layer_find(const char *name)
{
    for (size_t i = 0; layer_registry[i]; i++)
        if (strcmp(layer_registry[i]->kind.name, name) == 0)
            return layer_registry[i];
    return NULL;
}
