/*
 * one_cycle.c - up to r and down again, along the cosine; w = warm * T,
 *
 *   t < w: start + (r - start) * (1 - cos(pi t / w)) / 2, then
 *   stop + (r - stop) * (1 + cos(pi (t - w) / (T - w))) / 2
 *
 * `momentum: [a, b]` goes from b to a and back to b in the same way.  Ref:
 * Smith and Topin 2018.
 */
#include "schedule/shared.h"

static const char *const auto_words[] = {"auto", NULL};

/* What auto is, of r. */
static const double start_share = 1.0 / 25, stop_share = 1.0 / 10000;

static const struct field one_cycle_fields[] = {
    FIELD(schedule_config, start, .resume = NAMED, .def = "auto",
          .choices = auto_words, .max = 1e6, .aka = "initial initial_lr min_lr",
          .doc = "The first update's value; auto: a 25th of the configured "
                 "one."),
    STOP("auto", .choices = auto_words,
         .doc = "The value that the end of the run approaches; auto: a 10000th "
                "of the configured one."),
    FIELD(schedule_config, warm, .resume = NAMED, .def = "0.3", .max = 1,
          .aka = "pct_start warmup", .doc = "Share of the run on the way up."),
    FIELD(schedule_config, momentum, .resume = NAMED, .optional = true,
          .least = 2, .most = 2, .max = 0.999999, .sample = "[0.85, 0.95]",
          .aka = "betas cycle_momentum",
          .doc = "Least and greatest momentum, which is least where the "
                 "learning rate is greatest; default: it does not move."),
    {0},
};

static double cycle(const struct schedule_config *c,
                    const struct schedule_at *at, const double turn[3])
{
    const double w = c->warm * at->T;

    return at->t < w
               ? schedule_wave(turn[1], turn[0], 1 - at->t / w)
               : schedule_wave(turn[1], turn[2], (at->t - w) / (at->T - w));
}

static double value(const struct schedule_config *c,
                    const struct schedule_at *at)
{
    const double turn[] = {
        c->start.word ? at->rate * start_share : c->start.value,
        at->rate,
        c->stop.word ? at->rate * stop_share : c->stop.value,
    };

    return cycle(c, at, turn);
}

static double momentum(const struct schedule_config *c,
                       const struct schedule_at *at)
{
    const double *m = c->momentum.at;

    return cycle(c, at, (const double[]){m[1], m[0], m[1]});
}

const struct schedule_ops one_cycle_schedule = {
    .kind = {.name = "one_cycle",
             .doc = "Up to the configured value and down again.",
             .fields = one_cycle_fields,
             .config_size = sizeof(struct schedule_config),
             .aka = "onecycle OneCycleLR 1cycle cyclic"},
    .value = value,
    .momentum = momentum,
};
