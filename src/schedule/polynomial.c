/*
 * polynomial.c - a power of what is left of the run,
 *
 *   stop + (r - stop) * (1 - t / T)^power
 */
#include <math.h>

#include "schedule/shared.h"

static const struct field polynomial_fields[] = {
    FIELD(schedule_config, power, .resume = NAMED, .def = "1", .min = 1e-3,
          .max = 1e3, .doc = "Of the share of the run that is left."),
    STOP(NULL, .doc = "The value that the end of the run approaches."),
    {0},
};

static double value(const struct schedule_config *c,
                    const struct schedule_at *at)
{
    const double stop = c->stop.value;

    return stop + (at->rate - stop) * pow(1 - at->t / at->T, c->power);
}

const struct schedule_ops polynomial_schedule = {
    .kind = {.name = "polynomial",
             .doc = "A power of what is left of the run.",
             .fields = polynomial_fields,
             .config_size = sizeof(struct schedule_config),
             .aka = "poly PolynomialLR PolynomialDecay"},
    .value = value,
};
