/*
 * linear.c - in equal steps from the first update to the last one,
 *
 *   r + (stop - r) * t / (T - 1)
 */
#include "schedule/shared.h"

static const struct field linear_fields[] = {
    STOP(NULL, .doc = "The value of the last update."),
    {0},
};

static double value(const struct schedule_config *c,
                    const struct schedule_at *at)
{
    return at->rate + (c->stop.value - at->rate) * at->t / (at->T - 1);
}

const struct schedule_ops linear_schedule = {
    .kind = {.name = "linear",
             .doc = "In equal steps from the first update to the last one.",
             .fields = linear_fields,
             .config_size = sizeof(struct schedule_config),
             .aka = "LinearLR AdjustVariable linspace"},
    .value = value,
};
