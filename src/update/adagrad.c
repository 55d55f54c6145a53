/*
 * adagrad.c - steps divided by the root of all squares so far.
 *
 *   a += g^2;  p -= eta * g / sqrt(a + epsilon)
 *
 * Ref: Duchi, Hazan, Singer 2011; epsilon inside the root, as in Lasagne.
 */
#include <tgmath.h>

#include "update/shared.h"

struct adagrad_config {
    double learning_rate, epsilon;
};

static const struct field adagrad_fields[] = {
    LEARNING_RATE(adagrad_config, "1"),
    EPSILON(adagrad_config, "1e-6", "inside the root"),
    {0},
};

static void adagrad_step(const void *config, const struct update_step *s,
                         int64_t n, real *restrict p, const real *restrict g,
                         real *const *slot)
{
    const struct adagrad_config *c = config;
    const real rate = (real)s->learning_rate, epsilon = (real)c->epsilon;
    real *restrict a = slot[0];

    for (int64_t i = 0; i < n; i++) {
        a[i] += g[i] * g[i];
        p[i] -= rate * g[i] / sqrt(a[i] + epsilon);
    }
}

const struct update_ops adagrad_update = {
    .kind = {.name = "adagrad",
             .doc = "Steps divided by the root of all squared gradients so "
                    "far.",
             CONFIG(adagrad)},
    .slots = {"a"},
    .magnitudes = 1,
    .step = adagrad_step,
};
