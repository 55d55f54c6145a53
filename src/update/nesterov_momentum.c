/*
 * nesterov_momentum.c - gradient descent with a velocity that looks ahead.
 *
 *   v = mu * v - eta * g;  p += mu * v - eta * g
 *
 * Written, as in Lasagne, so that the gradient is that of the current p.
 * Ref: Sutskever, Martens, Dahl, Hinton 2013; Nesterov 1983.
 */
#include "update/shared.h"

struct nesterov_config {
    double learning_rate, momentum;
};

static const struct field nesterov_fields[] = {
    LEARNING_RATE(nesterov_config, NULL),
    MOMENTUM(nesterov_config),
    {0},
};

static void nesterov_step(const void *config, const struct update_step *s,
                          int64_t n, real *restrict p, const real *restrict g,
                          real *const *slot)
{
    const real rate = (real)s->learning_rate, mu = (real)s->momentum;
    real *restrict v = slot[0];

    (void)config;
    for (int64_t i = 0; i < n; i++) {
        const real down = rate * g[i];
        v[i] = mu * v[i] - down;
        p[i] += mu * v[i] - down;
    }
}

const struct update_ops nesterov_momentum_update = {
    .kind = {.name = "nesterov_momentum",
             .doc = "Gradient descent with a velocity that looks ahead.",
             CONFIG(nesterov),
             .aka = "nesterov nag"},
    .momentum = "momentum",
    .slots = {"v"},
    .step = nesterov_step,
};
