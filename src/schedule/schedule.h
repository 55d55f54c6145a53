/*
 * schedule.h - how the learning rate and the momentum move while training runs.
 *
 * A form is a pure function of where in the run an update stands; one file per
 * form.  Flat numbers: knows no rule, no network and no file.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "conf/registry.h"

/* The keys of all forms; each has rows for its own. */
struct schedule_config {
    struct real_or_word start, stop; /* auto: a share of the rate */
    double gamma, power, mult, warm;
    int64_t every, restarts;       /* epochs; 0: absent */
    struct int_list at;            /* epochs, rising; count 0: absent */
    struct real_list momentum;     /* two numbers; count 0: absent */
    double factor, min_delta, min; /* of plateau */
    int64_t patience, cooldown;    /* epochs */
    const char *monitor;           /* NULL: train.monitor */
};

/* Where an update stands.  Behind a warmup of half an epoch that may be between
 * two updates. */
struct schedule_at {
    double t;    /* updates done, 0 at the first one */
    double T;    /* updates of the whole run */
    double E;    /* updates of an epoch */
    double rate; /* the configured one; of plateau that of now */
};

struct schedule_ops {
    struct kind kind;

    /* What update `at` is done with; T is more than 1. */
    double (*value)(const struct schedule_config *c,
                    const struct schedule_at *at);

    /* The momentum that goes with it, where the config has one; NULL: none. */
    double (*momentum)(const struct schedule_config *c,
                       const struct schedule_at *at);
};

/* constant linear exponential step polynomial cosine one_cycle plateau */
REGISTRY_DECLARE(schedule)

extern const struct schedule_ops constant_schedule, plateau_schedule;

/* Warming up, from `start` in `epochs` to the form's first value. */
struct warmup {
    double epochs; /* 0: none */
    double start;
};

/* What train.schedule holds. */
struct schedule_keys {
    struct variant learning_rate, momentum;
    struct group warmup;
};
extern const struct kind schedule_group, warmup_group;

/* The schedule of a run. */
struct schedule {
    struct variant learning_rate, momentum; /* kind NULL: as configured */
    struct warmup warmup;
    double rate;    /* of the configuration */
    double beta;    /* its momentum or beta1; NaN: the rule has none */
    int64_t epochs; /* of the run */
    int64_t epoch_updates;
};

/* schedule_rate - of the update after `t` others, `rate` being the configured
 * learning rate, or where plateau has brought it. */
double schedule_rate(const struct schedule *s, int64_t t, double rate);

/* schedule_momentum - its momentum; a warmup holds the first one. */
double schedule_momentum(const struct schedule *s, int64_t t);

/* schedule_moves_momentum - is it anything but the configured one? */
bool schedule_moves_momentum(const struct schedule *s);

/* schedule_most - what no value of the form is greater than; infinite where
 * that depends on the length of the run. */
double schedule_most(struct variant form, double rate);

/* schedule_plateau - the keys of a schedule that waits for improvements; NULL:
 * it does not. */
const struct schedule_config *schedule_plateau(const struct schedule *s);
