/*
 * adadelta.c - steps of the size of recent steps.
 *
 *   a = rho * a + (1 - rho) * g^2
 *   u = g * sqrt(d + epsilon) / sqrt(a + epsilon);  p -= eta * u
 *   d = rho * d + (1 - rho) * u^2
 *
 * Ref: Zeiler 2012, algorithm 1.
 */
#include <tgmath.h>

#include "update/shared.h"

struct adadelta_config {
    double learning_rate, rho, epsilon;
};

static const struct field adadelta_fields[] = {
    LEARNING_RATE(adadelta_config, "1"),
    RHO(adadelta_config, "0.95"),
    EPSILON(adadelta_config, "1e-6", "inside both roots"),
    {0},
};

static void adadelta_step(const void *config, const struct update_step *s,
                          int64_t n, real *restrict p, const real *restrict g,
                          real *const *slot)
{
    const struct adadelta_config *c = config;
    const real rate = (real)s->learning_rate, epsilon = (real)c->epsilon;
    const real keep = (real)c->rho, take = (real)(1 - c->rho);
    real *restrict a = slot[0], *restrict d = slot[1];

    for (int64_t i = 0; i < n; i++) {
        a[i] = keep * a[i] + take * g[i] * g[i];
        const real u = g[i] * sqrt(d[i] + epsilon) / sqrt(a[i] + epsilon);
        p[i] -= rate * u;
        d[i] = keep * d[i] + take * u * u;
    }
}

const struct update_ops adadelta_update = {
    .kind = {.name = "adadelta",
             .doc = "Steps of the size of recent steps.",
             CONFIG(adadelta)},
    .slots = {"a", "d"},
    .magnitudes = 3,
    .step = adadelta_step,
};
