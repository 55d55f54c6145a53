/*
 * step.c - a share is left by every n-th epoch, or by those that are named,
 *
 *   r * gamma^floor(t / (n E)), or r * gamma^(how many of `at` have begun)
 */
#include <math.h>

#include "schedule/shared.h"

static const struct field step_fields[] = {
    FIELD(schedule_config, every, .resume = NAMED, .optional = true, .min = 1,
          .max = 1e9, .aka = "step_size stepsize period", .unit = "epochs",
          .doc = "Epochs between two steps; this or at."),
    FIELD(schedule_config, at, .resume = NAMED, .optional = true, .least = 1,
          .most = 1000, .min = 1, .max = 1e9,
          .aka = "milestones steps stepvalue boundaries", .unit = "epochs",
          .sample = "[30, 60]",
          .doc = "Epochs after which there is a step, rising; this or every."),
    GAMMA(.sample = "0.9", .doc = "What a step leaves of the value."),
    {0},
};

static double value(const struct schedule_config *c,
                    const struct schedule_at *at)
{
    double steps = c->every > 0 ? floor(at->t / ((double)c->every * at->E)) : 0;

    for (int64_t i = 0; i < c->at.count; i++)
        steps += at->t >= (double)c->at.at[i] * at->E;
    return at->rate * pow(c->gamma, steps);
}

const struct schedule_ops step_schedule = {
    .kind = {.name = "step",
             .doc = "A share is left by every so many epochs, or by those that "
                    "are named.",
             .fields = step_fields,
             .config_size = sizeof(struct schedule_config),
             .aka =
                 "steps StepLR MultiStepLR multistep PiecewiseConstantDecay"},
    .value = value,
};
