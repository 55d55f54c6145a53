/*
 * registry.c - every activation, the order of menus.
 *
 * A new function is one line here and one file, or one more ops struct in the
 * file of its relatives.
 */
#include <string.h>

#include "activation/activation.h"

#define ACTIVATIONS(X)                                                         \
    X(activation, linear)                                                      \
    X(activation, rectify)                                                     \
    X(activation, softmax)                                                     \
    X(activation, tanh)                                                        \
    X(activation, sigmoid)                                                     \
    X(activation, scaled_tanh)                                                 \
    X(activation, leaky_rectify)                                               \
    X(activation, very_leaky_rectify)                                          \
    X(activation, elu)                                                         \
    X(activation, selu)                                                        \
    X(activation, softplus)                                                    \
    X(activation, gelu)                                                        \
    X(activation, swish)                                                       \
    X(activation, hard_swish)                                                  \
    X(activation, hard_sigmoid)                                                \
    X(activation, mish)

REGISTRY(activation, ACTIVATIONS)

const struct activation_ops *activation_of(struct variant v)
{
    /* The kind is the first member of the ops it belongs to. */
    return v.kind ? (const struct activation_ops *)(const void *)v.kind
                  : &linear_activation;
}

bool activation_always(const void *config)
{
    (void)config;
    return true;
}

double activation_value(struct variant v, const char *key)
{
    const struct field *at = v.kind->fields;

    while (strcmp(at->key, key) != 0)
        at++;
    return *(const double *)(const void *)((const char *)v.config + at->offset);
}
