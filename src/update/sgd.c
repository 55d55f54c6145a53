/*
 * sgd.c - stochastic gradient descent, p -= eta * g.
 */
#include "update/shared.h"

struct sgd_config {
    double learning_rate;
};

static const struct field sgd_fields[] = {
    LEARNING_RATE(sgd_config, NULL),
    {0},
};

static void sgd_step(const void *config, const struct update_step *s, int64_t n,
                     real *restrict p, const real *restrict g,
                     real *const *slot)
{
    const real rate = (real)s->learning_rate;

    (void)config;
    (void)slot;
    for (int64_t i = 0; i < n; i++)
        p[i] -= rate * g[i];
}

const struct update_ops sgd_update = {
    .kind = {.name = "sgd",
             .doc = "Stochastic gradient descent.",
             CONFIG(sgd),
             .aka = "gd gradient_descent"},
    .step = sgd_step,
};
