/*
 * adamax.c - adam with a running maximum in place of running squares.
 *
 *   m = beta1 * m + (1 - beta1) * g;  u = max(beta2 * u, |g|)
 *   p -= eta / (1 - beta1^t) * m / (u + epsilon)
 *
 * Ref: Kingma and Ba 2015, algorithm 2; with epsilon, as in Lasagne.
 */
#include <tgmath.h>

#include "update/shared.h"

struct adamax_config {
    double learning_rate, beta1, beta2, epsilon;
};

static const struct field adamax_fields[] = {
    LEARNING_RATE(adamax_config, "0.002"),
    BETA1(adamax_config),
    BETA2(adamax_config, "maximum"),
    EPSILON(adamax_config, "1e-8", "to the maximum"),
    {0},
};

static void adamax_step(const void *config, const struct update_step *s,
                        int64_t n, real *restrict p, const real *restrict g,
                        real *const *slot)
{
    const struct adamax_config *c = config;
    const real rate =
        (real)(s->learning_rate / (1 - pow(s->momentum, (double)s->t)));
    const real keep_m = (real)s->momentum, take_m = (real)(1 - s->momentum);
    const real keep_u = (real)c->beta2, epsilon = (real)c->epsilon;
    real *restrict m = slot[0], *restrict u = slot[1];

    for (int64_t i = 0; i < n; i++) {
        const real kept = keep_u * u[i], size = fabs(g[i]);
        m[i] = keep_m * m[i] + take_m * g[i];
        u[i] = kept > size ? kept : size;
        p[i] -= rate * m[i] / (u[i] + epsilon);
    }
}

const struct update_ops adamax_update = {
    .kind = {.name = "adamax",
             .doc = "adam with a running maximum in place of running squares.",
             CONFIG(adamax)},
    .momentum = "beta1",
    .slots = {"m", "u"},
    .magnitudes = 2,
    .step = adamax_step,
};
