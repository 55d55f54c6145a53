/*
 * adam.c - steps from a running mean and running squares.
 *
 *   m = beta1 * m + (1 - beta1) * g;  v = beta2 * v + (1 - beta2) * g^2
 *   p -= eta * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)
 *
 * Ref: Kingma and Ba 2015, section 2, the form with epsilon hat: epsilon meets
 * the uncorrected v, as in Lasagne.
 */
#include <tgmath.h>

#include "update/shared.h"

static const struct field adam_fields[] = {
    ADAM_ROWS,
    {0},
};

struct adam_factors adam_factors(const struct adam_config *c,
                                 const struct update_step *s)
{
    const double t = (double)s->t;
    const double correction =
        sqrt(1 - pow(c->beta2, t)) / (1 - pow(s->momentum, t));

    return (struct adam_factors){
        .keep_m = (real)s->momentum,
        .take_m = (real)(1 - s->momentum),
        .keep_v = (real)c->beta2,
        .take_v = (real)(1 - c->beta2),
        .epsilon = (real)c->epsilon,
        .rate = (real)(s->learning_rate * correction),
    };
}

static void adam_step(const void *config, const struct update_step *s,
                      int64_t n, real *restrict p, const real *restrict g,
                      real *const *slot)
{
    const struct adam_factors f = adam_factors(config, s);
    real *restrict m = slot[0], *restrict v = slot[1];

    for (int64_t i = 0; i < n; i++) {
        m[i] = f.keep_m * m[i] + f.take_m * g[i];
        v[i] = f.keep_v * v[i] + f.take_v * g[i] * g[i];
        p[i] -= f.rate * m[i] / (sqrt(v[i]) + f.epsilon);
    }
}

const struct update_ops adam_update = {
    .kind = {.name = "adam",
             .doc = "Running mean of the gradient divided by the root of its "
                    "running squares.",
             CONFIG(adam)},
    .momentum = "beta1",
    .slots = {"m", "v"},
    .magnitudes = 2,
    .step = adam_step,
};
