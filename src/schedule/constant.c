/*
 * constant.c - the configured value, r.
 */
#include "schedule/shared.h"

static double value(const struct schedule_config *c,
                    const struct schedule_at *at)
{
    (void)c;
    return at->rate;
}

const struct schedule_ops constant_schedule = {
    .kind = {.name = "constant",
             .doc = "The configured value, all the time.",
             .config_size = sizeof(struct schedule_config),
             .aka = "fixed none"},
    .value = value,
};
