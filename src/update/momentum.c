/*
 * momentum.c - gradient descent with a velocity.
 *
 *   v = mu * v - eta * g;  p += v
 *
 * Ref: Polyak 1964; the velocity contains the learning rate, as in Lasagne.
 */
#include "update/shared.h"

struct momentum_config {
    double learning_rate, momentum;
};

static const struct field momentum_fields[] = {
    LEARNING_RATE(momentum_config, NULL),
    MOMENTUM(momentum_config),
    {0},
};

static void momentum_step(const void *config, const struct update_step *s,
                          int64_t n, real *restrict p, const real *restrict g,
                          real *const *slot)
{
    const real rate = (real)s->learning_rate, mu = (real)s->momentum;
    real *restrict v = slot[0];

    (void)config;
    for (int64_t i = 0; i < n; i++) {
        v[i] = mu * v[i] - rate * g[i];
        p[i] += v[i];
    }
}

const struct update_ops momentum_update = {
    .kind = {.name = "momentum",
             .doc = "Gradient descent with a velocity.",
             CONFIG(momentum),
             .aka = "sgd_momentum"},
    .momentum = "momentum",
    .slots = {"v"},
    .step = momentum_step,
};
