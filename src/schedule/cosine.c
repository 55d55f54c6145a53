/*
 * cosine.c - half a period of the cosine, once or in cycles,
 *
 *   stop + (r - stop) * (1 + cos(pi t / T)) / 2
 *
 * with restarts over cycles of n, n m, n m^2 .. epochs, the last of them cut
 * off where the run ends.  Ref: Loshchilov and Hutter 2017, equation 5.
 */
#include <math.h>

#include "schedule/shared.h"

static const struct field cosine_fields[] = {
    STOP("0", .doc = "The value that the end of the run, or of a cycle, "
                     "approaches."),
    FIELD(schedule_config, restarts, .resume = NAMED, .optional = true,
          .min = 1, .max = 1e9, .aka = "T_0 first_decay_steps cycle",
          .unit = "epochs",
          .doc = "Epochs of the first cycle; default: one cycle of the whole "
                 "run."),
    FIELD(schedule_config, mult, .resume = NAMED, .optional = true, .min = 1,
          .max = 1e3, .aka = "T_mult t_mul",
          .doc = "A cycle's length over that of the one before, with restarts; "
                 "default: 1."),
    {0},
};

/* The share of its cycle that the update has behind it.  Lengths and borders
 * are sums and products of whole numbers where m is one, and exact. */
static double share_of(const struct schedule_config *c,
                       const struct schedule_at *at)
{
    const double mult = c->mult > 0 ? c->mult : 1;
    double length = (double)c->restarts * at->E, begin = 0;

    if (c->restarts == 0)
        return at->t / at->T;
    if (mult == 1)
        return fmod(at->t, length) / length;
    while (at->t >= begin + length) {
        begin += length;
        length *= mult;
    }
    return (at->t - begin) / length;
}

static double value(const struct schedule_config *c,
                    const struct schedule_at *at)
{
    return schedule_wave(at->rate, c->stop.value, share_of(c, at));
}

const struct schedule_ops cosine_schedule = {
    .kind = {.name = "cosine",
             .doc = "Half a period of the cosine over the whole run, or over "
                    "cycles.",
             .fields = cosine_fields,
             .config_size = sizeof(struct schedule_config),
             .aka = "cos cos_lr CosineAnnealingLR CosineAnnealingWarmRestarts "
                    "CosineDecay CosineDecayRestarts sgdr"},
    .value = value,
};
