/*
 * shared.h - the rows and factors that update rules have in common.
 *
 * Private to update/.  The rules compute their factors in double, once per
 * call, and round each of them once; the loops are element by element without
 * branches.  A gradient that is NaN makes the parameter NaN.
 */
#pragma once

#include "update/update.h"

/* Rows of the tables; `default` NULL: required.  Decays stay below 1, where
 * averages and their bias corrections are defined.  Epsilon stays large enough
 * that a gradient whose square underflows makes no large step. */
#define LEARNING_RATE(S, default)                                              \
    FIELD(S, learning_rate, .resume = NAMED, .def = default, .max = 1e6,       \
          .aka = "lr lr0 rate eta step_size base_lr", .doc = "Step size.")
#define MOMENTUM(S)                                                            \
    FIELD(S, momentum, .resume = NAMED, .def = "0.9", .max = 0.999999,         \
          .aka = "mu", .doc = "Share of the velocity kept by each update.")
#define RHO(S, default)                                                        \
    FIELD(S, rho, .resume = NAMED, .def = default, .max = 0.999999,            \
          .aka = "alpha decay decay_rate smoothing_constant",                  \
          .doc = "Share of the running squares kept by each update.")
#define BETA1(S)                                                               \
    FIELD(S, beta1, .resume = NAMED, .def = "0.9", .max = 0.999999,            \
          .aka = "beta_1 b1 betas",                                            \
          .doc = "Share of the running mean kept by each update.")
#define BETA2(S, what)                                                         \
    FIELD(S, beta2, .resume = NAMED, .def = "0.999", .max = 0.999999,          \
          .aka = "beta_2 b2",                                                  \
          .doc = "Share of the running " what " kept by each update.")
#define EPSILON(S, default, where)                                             \
    FIELD(S, epsilon, .resume = NAMED, .def = default, .min = 1e-16, .max = 1, \
          .aka = "eps delta", .doc = "Added " where " against division by 0.")

/* What adam, amsgrad and adamw have in common. */
struct adam_config {
    double learning_rate, beta1, beta2, epsilon;
    double weight_decay; /* adamw alone */
};

#define ADAM_ROWS                                                              \
    LEARNING_RATE(adam_config, "0.001"), BETA1(adam_config),                   \
        BETA2(adam_config, "squares"),                                         \
        EPSILON(adam_config, "1e-8", "to the root of the squares")

/* The factors of one step of theirs: m = keep_m * m + take_m * g, v alike, and
 * p -= rate * m / (sqrt(v) + epsilon). */
struct adam_factors {
    real keep_m, take_m, keep_v, take_v, epsilon;
    real rate; /* learning_rate * sqrt(1 - beta2^t) / (1 - beta1^t) */
};

struct adam_factors adam_factors(const struct adam_config *c,
                                 const struct update_step *s);
