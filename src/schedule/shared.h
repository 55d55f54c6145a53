/*
 * shared.h - rows that several forms have in common.
 *
 * Private to schedule/.
 */
#pragma once

#include "schedule/schedule.h"

#define STOP(default, ...)                                                     \
    FIELD(schedule_config, stop, .resume = NAMED, .def = default, .max = 1e6,  \
          .aka = "end final end_learning_rate eta_min min_lr "                 \
                 "end_factor alpha lrf",                                       \
          __VA_ARGS__)
#define GAMMA(...)                                                             \
    FIELD(schedule_config, gamma, .resume = NAMED, .min = 1e-6, .max = 1e6,    \
          .aka = "decay_rate decay factor scale", __VA_ARGS__)

/* From `high` to `low` along half a period of the cosine, share in [0, 1]. */
double schedule_wave(double high, double low, double share);
