/*
 * amsgrad.c - adam with squares that never shrink.
 *
 *   m, v as adam;  h = max(h, v)
 *   p -= eta * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(h) + epsilon)
 *
 * Ref: Reddi, Kale, Kumar 2018, algorithm 2.  As in Lasagne the bias is
 * corrected as adam does it, and the maximum is that of the uncorrected v.
 */
#include <tgmath.h>

#include "update/shared.h"

static const struct field amsgrad_fields[] = {
    ADAM_ROWS,
    {0},
};

static void amsgrad_step(const void *config, const struct update_step *s,
                         int64_t n, real *restrict p, const real *restrict g,
                         real *const *slot)
{
    const struct adam_factors f = adam_factors(config, s);
    real *restrict m = slot[0], *restrict v = slot[1], *restrict h = slot[2];

    for (int64_t i = 0; i < n; i++) {
        m[i] = f.keep_m * m[i] + f.take_m * g[i];
        v[i] = f.keep_v * v[i] + f.take_v * g[i] * g[i];
        h[i] = h[i] > v[i] ? h[i] : v[i];
        p[i] -= f.rate * m[i] / (sqrt(h[i]) + f.epsilon);
    }
}

const struct update_ops amsgrad_update = {
    .kind = {.name = "amsgrad",
             .doc = "adam with running squares that never shrink.",
             .fields = amsgrad_fields,
             .config_size = sizeof(struct adam_config)},
    .momentum = "beta1",
    .slots = {"m", "v", "vhat"},
    .magnitudes = 6,
    .step = amsgrad_step,
};
