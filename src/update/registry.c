/*
 * registry.c - the list of update rules as a table, and what they share.
 */
#include "update/list.h"

const char *const update_rate_aka[] = {"lr",        "rate",    "eta",
                                       "step_size", "base_lr", NULL};
const char *const update_momentum_aka[] = {"mu", NULL};
const char *const update_rho_aka[] = {"alpha", "decay", "decay_rate",
                                      "smoothing_constant", NULL};
const char *const update_beta1_aka[] = {"beta_1", "b1", "betas", NULL};
const char *const update_beta2_aka[] = {"beta_2", "b2", NULL};
const char *const update_epsilon_aka[] = {"eps", "delta", NULL};
const char *const update_decay_aka[] = {"wd", "decay", NULL};

#define KIND(name) &name##_update.kind,
const struct kind *const update_kinds[] = {UPDATES(KIND) NULL};

#define WORD(name) #name,
const char *const update_words[] = {UPDATES(WORD) NULL};

const struct update_ops *update_of(struct variant v)
{
    /* The kind is the first member of the ops it belongs to. */
    return (const struct update_ops *)(const void *)v.kind;
}

double update_learning_rate(struct variant v)
{
    /* Every config starts with it. */
    return *(const double *)v.config;
}
