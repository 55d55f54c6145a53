/*
 * registry.c - every form, the order of menus, and what is around them.
 *
 * A new form is one line here and one file.
 */
#include <math.h>

#include "schedule/shared.h"

#define SCHEDULES(X)                                                           \
    X(schedule, constant)                                                      \
    X(schedule, linear)                                                        \
    X(schedule, exponential)                                                   \
    X(schedule, step)                                                          \
    X(schedule, polynomial)                                                    \
    X(schedule, cosine)                                                        \
    X(schedule, one_cycle)                                                     \
    X(schedule, plateau)

REGISTRY(schedule, SCHEDULES)

static const double pi = 3.14159265358979323846;

double schedule_wave(double high, double low, double share)
{
    return low + (high - low) * (1 + cos(pi * share)) / 2;
}

/* Updates of the warmup: whole ones where rounding alone keeps them from being
 * that, so that epochs behind it begin where they should. */
static double warmup_of(const struct schedule *s)
{
    const double updates = s->warmup.epochs * (double)s->epoch_updates;
    const double whole = rint(updates);

    return fabs(updates - whole) < 1e-9 * fmax(1, whole) ? whole : updates;
}

/* Where the form stands when `t` updates are done; not before its first. */
static struct schedule_at stand(const struct schedule *s, int64_t t,
                                double rate)
{
    const double warmup = warmup_of(s), epoch = (double)s->epoch_updates;

    return (struct schedule_at){
        .t = fmax((double)t - warmup, 0),
        .T = (double)s->epochs * epoch - warmup,
        .E = epoch,
        .rate = rate,
    };
}

static double form_value(struct variant form, const struct schedule_at *at)
{
    return form.kind && at->T > 1 ? schedule_of(form)->value(form.config, at)
                                  : at->rate;
}

double schedule_rate(const struct schedule *s, int64_t t, double rate)
{
    const double warmup = warmup_of(s);
    const struct schedule_at at = stand(s, t, rate);
    const double value = form_value(s->learning_rate, &at);

    return (double)t < warmup ? s->warmup.start + (value - s->warmup.start) *
                                                      (double)t / warmup
                              : value;
}

static bool cycles_momentum(const struct schedule *s)
{
    const struct schedule_config *c = s->learning_rate.config;

    return s->learning_rate.kind && schedule_of(s->learning_rate)->momentum &&
           c->momentum.count > 0;
}

double schedule_momentum(const struct schedule *s, int64_t t)
{
    const struct schedule_at at = stand(s, t, s->beta);

    if (cycles_momentum(s) && at.T > 1)
        return schedule_of(s->learning_rate)
            ->momentum(s->learning_rate.config, &at);
    return form_value(s->momentum, &at);
}

bool schedule_moves_momentum(const struct schedule *s)
{
    return s->momentum.kind || cycles_momentum(s);
}

double schedule_most(struct variant form, double rate)
{
    const struct schedule_config *c = form.config;

    if (c->gamma > 1)
        return (double)INFINITY;
    return fmax(rate, fmax(c->start.value, c->stop.value));
}

const struct schedule_config *schedule_plateau(const struct schedule *s)
{
    return s->learning_rate.kind == &plateau_schedule.kind
               ? s->learning_rate.config
               : NULL;
}
