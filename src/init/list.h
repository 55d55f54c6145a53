/*
 * list.h - every initializer, the order of menus.
 *
 * Private to init/: a new one is one word here and one file, or one more ops
 * struct in the file of its relatives.
 */
#ifndef INIT_LIST_H
#define INIT_LIST_H

#include "init/init.h"

#define INITS(X)                                                               \
    X(glorot_uniform)                                                          \
    X(glorot_normal)                                                           \
    X(he_uniform)                                                              \
    X(he_normal)                                                               \
    X(normal)                                                                  \
    X(uniform)                                                                 \
    X(constant)

#define INIT_DECLARE(name) extern const struct init_ops name##_init;
INITS(INIT_DECLARE)

/* Uniform in [low, high): the mean, and sqrt(3) standard deviations on either
 * side of it. */
void init_uniform(struct rng_key key, int64_t count, const double bounds[2],
                  real *value);

/* N(mean, std^2). */
void init_normal(struct rng_key key, int64_t count, double mean, double std,
                 real *value);

/* init_fan_in - the inputs that one output sums over: n2 * receptive. */
double init_fan_in(struct shape shape);

#endif
