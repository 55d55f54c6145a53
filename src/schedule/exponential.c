/*
 * exponential.c - the same share is left by every epoch,
 *
 *   r * gamma^floor(t / E)
 */
#include <math.h>

#include "schedule/shared.h"

static const struct field exponential_fields[] = {
    GAMMA(.sample = "0.9", .doc = "What an epoch leaves of the value."),
    {0},
};

static double value(const struct schedule_config *c,
                    const struct schedule_at *at)
{
    return at->rate * pow(c->gamma, floor(at->t / at->E));
}

const struct schedule_ops exponential_schedule = {
    .kind = {.name = "exponential",
             .doc = "The same share is left by every epoch.",
             .fields = exponential_fields,
             .config_size = sizeof(struct schedule_config),
             .aka = "exp ExponentialLR ExponentialDecay"},
    .value = value,
};
