/*
 * registry.c - every update rule, the order of menus, and what they share.
 *
 * A new rule is one line here and one file.
 */
#include <math.h>

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

double update_momentum(struct variant v)
{
    const char *key = update_of(v)->momentum;

    if (!key)
        return (double)NAN;
    const struct field *f = field_find(v.kind->fields, key);
    return *(const double *)(const void *)((const char *)v.config + f->offset);
}
