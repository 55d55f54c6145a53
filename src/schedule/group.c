/*
 * group.c - `train.schedule` and what stands in it beside the forms.
 */
#include "schedule/shared.h"

static const struct field warmup_fields[] = {
    FIELD(warmup, epochs, .resume = NAMED, .min = 1e-3, .max = 1e9,
          .aka = "burn_in warmup_epochs", .sample = "5", .unit = "epochs",
          .doc = "How long it lasts; parts of an epoch count, too."),
    FIELD(warmup, start, .resume = NAMED, .def = "0", .max = 1e6,
          .aka = "start_factor warmup_lr init_lr",
          .doc = "The learning rate of the first update."),
    {0},
};

const struct kind warmup_group = {
    .name = "warmup",
    .doc = "In equal steps up to the form's first learning rate; the form "
           "begins when it ends.",
    .fields = warmup_fields,
    .config_size = sizeof(struct warmup),
};

static const struct field schedule_rows[] = {
    FIELD(schedule_keys, learning_rate, .resume = NAMED, .def = "constant",
          .kinds = schedule_kinds, .aka = "lr",
          .doc = "The form of the learning rate; it may stand in the place of "
                 "these keys, schedule: cosine."),
    FIELD(schedule_keys, momentum, .resume = NAMED, .optional = true,
          .kinds = schedule_kinds, .aka = "beta1 betas",
          .doc = "The form of momentum, which is beta1 under adam, adamax, "
                 "amsgrad and adamw; plateau is none; default: constant."),
    FIELD(schedule_keys, warmup, .resume = NAMED, .optional = true,
          .group = &warmup_group, .short_first = true,
          .aka = "burn_in warmup_epochs warm_up", .sample = "{epochs: 5}",
          .doc = "Warming up before it; momentum waits at its first value."),
    {0},
};

const struct kind schedule_group = {
    .name = "schedule",
    .doc = "How learning rate and momentum move while training runs.",
    .fields = schedule_rows,
    .config_size = sizeof(struct schedule_keys),
};
