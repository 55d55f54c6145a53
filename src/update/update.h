/*
 * update.h - rules that turn a gradient into a step, Lasagne's formulas.
 *
 * Flat arrays; no graph.  One file per rule.  State ("slots") starts at 0 and
 * has the layout of the parameters.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "conf/registry.h"
#include "tensor/real.h"

enum { UPDATE_MAX_SLOTS = 3 };

/* What one step has in common for all parameters. */
struct update_step {
    int64_t t;            /* number of this update, from 1 */
    double learning_rate; /* schedule and per-layer scale applied */
    double momentum;      /* of this update; beta1, of rules that have one */
    bool regularizable;   /* adamw decays only these */
};

struct update_ops {
    struct kind kind;     /* every config starts with learning_rate */
    const char *momentum; /* the key of its momentum, "beta1"; NULL: none */
    const char *slots[UPDATE_MAX_SLOTS + 1]; /* "m", "v"; ended by NULL */
    unsigned magnitudes; /* bit k: slot k is never below 0 */

    /* p [n] read and overwritten, g [n] read, slot[i] [n] read and
     * overwritten; none alias.  Element i depends on element i alone, so
     * parameters may be cut anywhere. */
    void (*step)(const void *config, const struct update_step *s, int64_t n,
                 real *p, const real *g, real *const *slot);
};

REGISTRY_DECLARE(update)

/* Their names, the values of `train.update`; ended by NULL. */
extern const char *const update_words[];

/* update_learning_rate - the configured base rate of any rule. */
double update_learning_rate(struct variant v);

/* update_momentum - the configured momentum or beta1; NaN where the rule has
 * none. */
double update_momentum(struct variant v);
