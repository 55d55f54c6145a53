/*
 * adamw.c - adam with weight decay beside the gradient.
 *
 *   m, v as adam
 *   p -= adam's step + eta * weight_decay * p, p on the right the old one
 *
 * Ref: Loshchilov and Hutter 2019, algorithm 2.  Parameters that are not
 * regularizable do not decay.
 */
#include <tgmath.h>

#include "update/shared.h"

static const struct field adamw_fields[] = {
    ADAM_ROWS,
    FIELD(adam_config, weight_decay, .resume = NAMED, .def = "0.01", .max = 1e6,
          .aka = "wd decay",
          .doc = "Share of a regularizable weight, times learning_rate, taken "
                 "away by each update."),
    {0},
};

static void adamw_step(const void *config, const struct update_step *s,
                       int64_t n, real *restrict p, const real *restrict g,
                       real *const *slot)
{
    const struct adam_config *c = config;
    const struct adam_factors f = adam_factors(c, s);
    const real decay =
        s->regularizable ? (real)(s->learning_rate * c->weight_decay) : 0;
    real *restrict m = slot[0], *restrict v = slot[1];

    for (int64_t i = 0; i < n; i++) {
        m[i] = f.keep_m * m[i] + f.take_m * g[i];
        v[i] = f.keep_v * v[i] + f.take_v * g[i] * g[i];
        p[i] -= f.rate * m[i] / (sqrt(v[i]) + f.epsilon) + decay * p[i];
    }
}

const struct update_ops adamw_update = {
    .kind = {.name = "adamw",
             .doc = "adam with weight decay beside the gradient.",
             .fields = adamw_fields,
             .config_size = sizeof(struct adam_config)},
    .momentum = "beta1",
    .slots = {"m", "v"},
    .magnitudes = 2,
    .step = adamw_step,
};
