/*
 * Which epoch is best, when the learning rate is reduced and when training
 * stops: made-up histories against the definitions, computed from scratch after
 * every epoch.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "base/num.h"
#include "base/rng.h"
#include "train/monitor.h"

enum { EPOCHS = 60, RUNS = 200 };

struct trial {
    struct schedule_config plateau;
    struct watch_config config;
    struct history_row rows[EPOCHS];
};

/* Values of few digits, so that ties and improvements of exactly min_delta
 * occur; some are NaN. */
static void make(struct trial *t, uint64_t run)
{
    const struct rng_key key = rng_key(run, "trial");
    const bool accuracy = rng_below(key, 0, 2) == 1;
    const struct monitor m = {accuracy ? 0 : -1, !accuracy};

    *t = (struct trial){.plateau = {
                            .factor = 0.5,
                            .min = 0.125,
                            .patience = 1 + (int64_t)rng_below(key, 1, 4),
                            .cooldown = (int64_t)rng_below(key, 2, 4),
                            .min_delta = (double)rng_below(key, 3, 3) / 8,
                        }};
    t->config = (struct watch_config){
        .best = m,
        .stopping = {m, 2 + (int64_t)rng_below(key, 4, 12),
                     (double)rng_below(key, 5, 3) / 8},
        .plateau = {m, t->plateau.patience, t->plateau.min_delta},
        .schedule = {.learning_rate = {&plateau_schedule.kind, &t->plateau},
                     .rate = 1,
                     .warmup = {(double)rng_below(key, 6, 5) / 2, 0}},
    };
    for (int64_t i = 0; i < EPOCHS; i++) {
        const uint64_t at = 100 + (uint64_t)i;
        const double value = rng_below(key, at, 12) == 0
                                 ? (double)NAN
                                 : (double)rng_below(key, at, 1000) / 8;
        t->rows[i] = (struct history_row){
            .epoch = i + 1, .valid_loss = value, .metrics = {value}};
    }
}

/* The last epoch up to `epoch` that was better by more than `delta` than the
 * last such epoch before; 0: none was. */
static int64_t improved(const struct trial *t, double delta, int64_t epoch)
{
    const bool small = t->config.best.small_is_good;
    int64_t last = 0;

    for (int64_t i = 0; i < epoch; i++) {
        const double value = t->rows[i].valid_loss;
        const double than = last ? t->rows[last - 1].valid_loss : (double)NAN;
        const double gain = small ? than - value : value - than;
        if (!isnan(value) && (isnan(than) || gain > delta))
            last = i + 1;
    }
    return last;
}

/* After epoch e the rate is reduced if e - b >= patience, b being the last of:
 * improvement, reduction plus cooldown; a warmup does not count. */
Test(monitor, waits_as_defined)
{
    static struct trial t;
    int64_t reductions = 0, stops = 0;

    for (uint64_t run = 0; run < RUNS; run++) {
        struct train_state s = {.history = t.rows};
        double rate = 1;
        make(&t, run);
        int64_t quiet = 0;
        watch_replay(&t.config, &s);
        for (int64_t e = 1; e <= EPOCHS; e++) {
            const int64_t b =
                num_max(improved(&t, t.plateau.min_delta, e), quiet);
            s.epoch = s.history_count = e;
            watch_see(&t.config, &s);
            if (e - b >= t.plateau.patience && rate > 0.125) {
                rate = fmax(rate / 2, 0.125);
                quiet = e + t.plateau.cooldown;
                reductions++;
            }
            cr_assert_eq(s.watched.rate, rate, "run %d, epoch %d: %g, not %g",
                         (int)run, (int)e, s.watched.rate, rate);
            const bool stop =
                e - improved(&t, t.config.stopping.min_delta, e) >=
                t.config.stopping.patience;
            cr_assert_eq(s.watched.stopped, stop, "run %d, epoch %d", (int)run,
                         (int)e);
            stops += stop;
        }
    }
    cr_assert_gt(reductions, RUNS);
    cr_assert_gt(stops, RUNS);
}

/* The history tells all: replayed it gives what was seen, and anything else is
 * noticed. */
Test(monitor, replay_is_what_was_seen)
{
    static struct trial t;
    struct train_state s = {.history = t.rows};

    make(&t, 3);
    watch_replay(&t.config, &s);
    for (int64_t e = 1; e <= EPOCHS; e++) {
        s.epoch = s.history_count = e;
        watch_see(&t.config, &s);
        cr_assert(watch_fits(&t.config, &s), "epoch %d", (int)e);
    }
    const struct watched sound = s.watched;
    for (int fault = 0; fault < 8; fault++) {
        s.watched = sound;
        s.watched.rate *= fault == 0 ? 0.5 : 1;
        s.watched.plateau.best += fault == 1;
        s.watched.plateau.since += fault == 2;
        s.watched.stopping.best -= fault == 3;
        s.watched.stopping.since -= fault == 4;
        s.watched.stopped = s.watched.stopped != (fault == 5);
        s.watched.reduces = fault != 6;
        s.watched.stops = fault != 7;
        cr_assert(!watch_fits(&t.config, &s), "fault %d", fault);
    }
    s.watched = sound;
    cr_assert(watch_fits(&t.config, &s));
    /* Of a history with gaps nobody knows, but for what waits at all. */
    s.history_count--;
    s.watched.rate /= 2;
    cr_assert(watch_fits(&t.config, &s));
    s.watched.stops = false;
    cr_assert(!watch_fits(&t.config, &s));
}

static void expect_monitor(const struct metric_columns *c, const char *name,
                           int64_t column, bool small_is_good)
{
    struct monitor m;

    cr_assert(monitor_find(&m, name, c), "%s", name ? name : "NULL");
    cr_assert(m.column == column && m.small_is_good == small_is_good, "%s",
              name ? name : "NULL");
}

Test(monitor, names)
{
    static const struct top_k_config three = {3};
    static const struct variant of[] = {{&top_k_metric.kind, &three}};
    const struct variant_list asked = {of, 1};
    struct metric_columns classes, numbers;
    struct text names = {0};
    struct monitor m;

    cr_assert(metric_columns_of(&classes, TARGET_CLASS, &asked, true));
    cr_assert(metric_columns_of(&numbers, TARGET_REAL,
                                &(struct variant_list){0}, false));
    expect_monitor(&classes, NULL, -1, true);
    expect_monitor(&classes, "valid_loss", -1, true);
    expect_monitor(&numbers, "loss", -1, true);
    expect_monitor(&classes, "accuracy", 0, false);
    expect_monitor(&classes, "valid_accuracy", 0, false);
    expect_monitor(&classes, "top_3", 1, false);
    expect_monitor(&classes, "valid_top_3", 1, false);
    cr_assert(!monitor_find(&m, "accuracy", &numbers));
    cr_assert(!monitor_find(&m, "train_top_3", &classes));
    cr_assert(!monitor_find(&m, "train_loss", &classes));
    cr_assert(!monitor_find(&m, "top_5", &classes));
    cr_assert(!monitor_find(&m, "valid_", &classes));
    monitor_list(&names, &classes);
    cr_assert_str_eq(text_string(&names), "loss, accuracy, top_3");
    text_free(&names);
}

Test(monitor, nan_is_never_better)
{
    const struct monitor least = {-1, true}, most = {0, false};

    cr_assert(monitor_is_better(least, 1, 2, 0));
    cr_assert(!monitor_is_better(least, 2, 2, 0));
    cr_assert(monitor_is_better(most, 2, 1, 0.5));
    cr_assert(!monitor_is_better(most, 2, 1, 1));
    cr_assert(monitor_is_better(least, 1, (double)NAN, 5));
    cr_assert(!monitor_is_better(least, (double)NAN, 1, 0));
    cr_assert(!monitor_is_better(most, (double)NAN, (double)NAN, 0));
}
