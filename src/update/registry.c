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

const char *const update_rate_aka[] = {"lr",        "rate",    "eta",
                                       "step_size", "base_lr", NULL};
const char *const update_momentum_aka[] = {"mu", NULL};
const char *const update_rho_aka[] = {"alpha", "decay", "decay_rate",
                                      "smoothing_constant", NULL};
const char *const update_beta1_aka[] = {"beta_1", "b1", "betas", NULL};
const char *const update_beta2_aka[] = {"beta_2", "b2", NULL};
const char *const update_epsilon_aka[] = {"eps", "delta", NULL};
const char *const update_decay_aka[] = {"wd", "decay", NULL};

double update_learning_rate(struct variant v)
{
    /* Every config starts with it. */
    return *(const double *)v.config;
}
