/*
 * rmsprop.c - steps divided by the root of a running mean of squares.
 *
 *   a = rho * a + (1 - rho) * g^2;  p -= eta * g / sqrt(a + epsilon)
 *
 * Ref: Tieleman and Hinton, lecture 6.5, 2012; epsilon inside the root, as in
 * Lasagne.
 */
#include <tgmath.h>

#include "update/shared.h"

struct rmsprop_config {
    double learning_rate, rho, epsilon;
};

static const struct field rmsprop_fields[] = {
    LEARNING_RATE(rmsprop_config, "1"),
    RHO(rmsprop_config, "0.9"),
    EPSILON(rmsprop_config, "1e-6", "inside the root"),
    {0},
};

static void rmsprop_step(const void *config, const struct update_step *s,
                         int64_t n, real *restrict p, const real *restrict g,
                         real *const *slot)
{
    const struct rmsprop_config *c = config;
    const real rate = (real)s->learning_rate, epsilon = (real)c->epsilon;
    const real keep = (real)c->rho, take = (real)(1 - c->rho);
    real *restrict a = slot[0];

    for (int64_t i = 0; i < n; i++) {
        a[i] = keep * a[i] + take * g[i] * g[i];
        p[i] -= rate * g[i] / sqrt(a[i] + epsilon);
    }
}

const struct update_ops rmsprop_update = {
    .kind = {.name = "rmsprop",
             .doc = "Steps divided by the root of the running mean of squared "
                    "gradients.",
             CONFIG(rmsprop)},
    .slots = {"a"},
    .magnitudes = 1,
    .step = rmsprop_step,
};
