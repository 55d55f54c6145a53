/*
 * list.h - every activation, the order of menus.
 *
 * Private to activation/: a new function is one word here and one file, or one
 * more ops struct in the file of its relatives.
 */
#ifndef ACTIVATION_LIST_H
#define ACTIVATION_LIST_H

#include "activation/activation.h"

#define ACTIVATIONS(X)                                                         \
    X(linear)                                                                  \
    X(rectify)                                                                 \
    X(softmax)                                                                 \
    X(tanh)                                                                    \
    X(sigmoid)                                                                 \
    X(scaled_tanh)                                                             \
    X(leaky_rectify)                                                           \
    X(very_leaky_rectify)                                                      \
    X(elu)                                                                     \
    X(selu)                                                                    \
    X(softplus)

#define ACTIVATION_DECLARE(name)                                               \
    extern const struct activation_ops name##_activation;
ACTIVATIONS(ACTIVATION_DECLARE)

/* The table of a function without parameters. */
extern const struct field activation_no_fields[];

#endif
