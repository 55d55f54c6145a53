/*
 * registry.c - every update rule, the order of menus, and what they share.
 *
 * A new rule is one line here and one file.
 */
#include "update/shared.h"

#define UPDATES(X)                                                             \
    X(update, sgd)                                                             \
    X(update, momentum)                                                        \
    X(update, nesterov_momentum)                                               \
    X(update, adagrad)                                                         \
    X(update, rmsprop)                                                         \
    X(update, adadelta)                                                        \
    X(update, adam)                                                            \
    X(update, adamax)                                                          \
    X(update, amsgrad)                                                         \
    X(update, adamw)

REGISTRY(update, UPDATES)

#define WORD(what, name) #name,
const char *const update_words[] = {UPDATES(WORD) NULL};

double update_learning_rate(struct variant v)
{
    /* Every config starts with it. */
    return *(const double *)v.config;
}
