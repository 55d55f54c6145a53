/*
 * plateau.c - a share is left whenever the network has not become better for
 * some epochs; where that has brought the rate is known to training alone.
 */
#include "schedule/shared.h"

static const struct field plateau_fields[] = {
    FIELD(schedule_config, factor, .resume = NAMED, .def = "0.1", .min = 1e-6,
          .max = 0.999999, .aka = "gamma",
          .doc = "What a reduction leaves of the learning rate."),
    FIELD(schedule_config, patience, .resume = NAMED, .def = "5", .min = 1,
          .max = 1e9, .unit = "epochs",
          .doc = "Epochs without an improvement until the learning rate is "
                 "reduced."),
    FIELD(schedule_config, min_delta, .resume = NAMED, .def = "1e-4",
          .max = 1e9, .aka = "threshold epsilon delta",
          .doc = "Less than this is no improvement."),
    FIELD(schedule_config, cooldown, .resume = NAMED, .def = "0", .max = 1e9,
          .unit = "epochs",
          .doc = "Epochs after a reduction that patience does not count."),
    FIELD(schedule_config, min, .resume = NAMED, .def = "0", .max = 1e6,
          .aka = "min_lr", .doc = "The least learning rate."),
    FIELD(schedule_config, monitor, .resume = NAMED, .optional = true,
          .least = 1, .sample = "valid_loss",
          .doc = "What is to become better; default: "
                 "train.monitor."),
    {0},
};

static double value(const struct schedule_config *c,
                    const struct schedule_at *at)
{
    (void)c;
    return at->rate;
}

const struct schedule_ops plateau_schedule = {
    .kind = {.name = "plateau",
             .doc = "A share is left whenever nothing has become better for "
                    "some epochs.",
             .fields = plateau_fields,
             .config_size = sizeof(struct schedule_config),
             .aka = "ReduceLROnPlateau reduce_on_plateau"},
    .value = value,
};
