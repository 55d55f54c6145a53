/*
 * The training loop: what the observer sees, stopping and going on, several
 * processes.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "support/rig.h"
#include "train/fit.h"
#include "train/hall.h"

/* Processes that miss each other would wait for ever. */
TestSuite(fit, .timeout = 120);

enum { TRAIN = 30, EPOCHS = 3, BATCHES = 3 };

/* A run of fit on one process, and what it told. */
struct watcher {
    struct rig rig;
    int64_t batches, epochs;
    int64_t stop_after;               /* batches; 0: never */
    const struct watch_config *moves; /* NULL: a plain run */
    enum status status;
    struct err e;
};

static enum status epoch_done(void *context, const struct train_state *s,
                              struct err *e)
{
    struct watcher *w = context;

    (void)e;
    w->epochs++;
    cr_assert_eq(s->history[s->epoch - 1].epoch, s->epoch);
    cr_assert_eq(s->position.batches, 0);
    return OK;
}

static enum status batch_done(void *context, const struct train_state *s,
                              int64_t done, int64_t total, struct err *e)
{
    struct watcher *w = context;

    (void)e;
    w->batches++;
    cr_assert_eq(total, TRAIN);
    cr_assert_eq(done, s->position.batches == BATCHES
                           ? TRAIN
                           : s->position.batches * w->rig.config.batch_size);
    return w->batches == w->stop_after ? ERR_STOPPED : OK;
}

/* Of scores, of outputs, of both parts. */
static const struct metric_columns *columns_of_run(void)
{
    static struct metric_columns columns;
    const struct variant asked[] = {{kind_find(metric_kinds, "f1"), NULL},
                                    {kind_find(metric_kinds, "auc"), NULL}};

    cr_assert(metric_columns_of(&columns, TARGET_CLASS,
                                &(struct variant_list){asked, 2}, true));
    return &columns;
}

static void run(struct watcher *w, const struct exchange *x)
{
    const struct rig *r = &w->rig;
    struct fit_config config = {
        .step = r->config,
        .max_epochs = EPOCHS,
        .shuffle = true,
        .columns = columns_of_run(),
        .watch =
            w->moves ? *w->moves : (struct watch_config){.best = {-1, true}},
        .seed = 4,
    };
    config.watch.schedule.rate = update_learning_rate(r->config.update);
    config.watch.schedule.beta = update_momentum(r->config.update);
    config.watch.schedule.epochs = EPOCHS;
    const struct fit_data data = {
        .train = {&r->set, r->ids, TRAIN},
        .valid = {&r->set, r->ids + TRAIN, RIG_SAMPLES - TRAIN},
        .norm = &r->norm,
    };
    const struct fit_job job = {&config, &r->g, &data, x};
    const struct fit_observer observer = {w, epoch_done, batch_done, NULL};

    w->status = fit_run(&job, &w->rig.state, &observer, &w->e);
}

static void open(struct watcher *w, const struct rig_net *net)
{
    *w = (struct watcher){0};
    rig_open(&w->rig, net);
}

static void run_alone(struct watcher *w)
{
    struct pool *pool;
    struct err e = {0};

    cr_assert_eq(pool_new(&pool, 2, &e), OK);
    const struct exchange x = exchange_local(pool);
    run(w, &x);
    pool_free(pool);
}

static bool same_row(const struct history_row *a, const struct history_row *b)
{
    return a->epoch == b->epoch && a->train_loss == b->train_loss &&
           a->valid_loss == b->valid_loss && a->penalty == b->penalty &&
           a->learning_rate == b->learning_rate &&
           memcmp(a->metrics, b->metrics, sizeof a->metrics) == 0;
}

static void expect_same(const struct watcher *a, const struct watcher *b,
                        const char *net)
{
    const struct train_state *s = &a->rig.state, *t = &b->rig.state;

    cr_assert(rig_same(&a->rig, &b->rig), "%s", net);
    cr_assert_eq(s->epoch, t->epoch);
    cr_assert_eq(s->best_epoch, t->best_epoch);
    cr_assert_eq(s->update_count, t->update_count);
    for (int64_t i = 0; i < s->epoch; i++)
        cr_assert(same_row(&s->history[i], &t->history[i]), "%s, epoch %d", net,
                  (int)i + 1);
}

Test(fit, tells_of_every_batch_and_epoch)
{
    struct watcher w;

    open(&w, rig_net("sums in a branch"));
    run_alone(&w);
    cr_assert_eq(w.status, OK);
    cr_assert_eq(w.epochs, EPOCHS);
    cr_assert_eq(w.batches, EPOCHS * BATCHES);
    cr_assert_eq(w.rig.state.epoch, EPOCHS);
    cr_assert_eq(w.rig.state.update_count, EPOCHS * BATCHES);
    rig_close(&w.rig);
}

Test(fit, best_epoch_is_that_of_the_least_validation_loss)
{
    struct watcher w;
    double least = HUGE_VAL;
    int64_t best = 0;

    open(&w, rig_net("sums two in a row"));
    run_alone(&w);
    for (int64_t i = 0; i < EPOCHS; i++)
        if (w.rig.state.history[i].valid_loss < least) {
            least = w.rig.state.history[i].valid_loss;
            best = i + 1;
        }
    cr_assert_eq(w.rig.state.best_epoch, best);
    cr_assert_eq(state_best(&w.rig.state)->valid_loss, least);
    rig_close(&w.rig);
}

/* The learning rate halves after every epoch that is none better than by 9,
 * momentum moves all the time. */
static const struct schedule_config halves = {
    .factor = 0.5, .patience = 1, .min_delta = 9};
static const struct schedule_config to_zero = {.stop = {NULL, 0}};

static struct watch_config all_moves(void)
{
    struct watch_config w = {
        .best = {-1, true},
        .plateau = {{-1, true}, halves.patience, halves.min_delta},
        .schedule = {.learning_rate = {&plateau_schedule.kind, &halves},
                     .warmup = {1.0 / 3, 0.01}},
    };

    for (const struct kind *const *k = schedule_kinds; *k; k++)
        if (strcmp((*k)->name, "linear") == 0)
            w.schedule.momentum = (struct variant){*k, &to_zero};
    return w;
}

/* The numbers of every update are the schedule's: the history has an epoch's
 * first, and the weights move otherwise. */
Test(fit, updates_are_the_schedules)
{
    const struct watch_config moves = all_moves();
    struct watcher w;

    open(&w, rig_net("without sums"));
    w.moves = &moves;
    run_alone(&w);
    cr_assert_eq(w.status, OK);
    const double rate = update_learning_rate(w.rig.config.update);
    const struct history_row *rows = w.rig.state.history;
    cr_expect_eq(rows[0].learning_rate, 0.01);
    cr_expect_eq(rows[1].learning_rate, rate);
    cr_expect_eq(rows[2].learning_rate, rate / 2);
    cr_expect_eq(w.rig.state.watched.rate, rate / 4);

    struct watcher plain;
    open(&plain, rig_net("without sums"));
    run_alone(&plain);
    cr_expect(!rig_same(&plain.rig, &w.rig));
    cr_expect_eq(plain.rig.state.history[2].learning_rate, rate);
    rig_close(&plain.rig);
    rig_close(&w.rig);
}

/* Early stopping ends a run after the epoch that it has waited for, and a run
 * that has ended does not go on. */
Test(fit, stops_when_nothing_becomes_better)
{
    const struct watch_config moves = {.best = {-1, true},
                                       .stopping = {{-1, true}, 1, 9}};
    struct watcher w;

    open(&w, rig_net("without sums"));
    w.moves = &moves;
    for (int twice = 0; twice < 2; twice++) {
        run_alone(&w);
        cr_assert_eq(w.status, OK);
        cr_assert_eq(w.rig.state.epoch, 2);
        cr_assert(w.rig.state.watched.stopped);
        cr_assert_eq(w.epochs, 2);
    }
    rig_close(&w.rig);
}

/* Stopped after any batch and run again, training ends as if it never had. */
Test(fit, goes_on_where_it_was_stopped)
{
    const struct watch_config moves = all_moves();

    for (const struct rig_net *net = rig_nets; net->name; net++) {
        const bool plain = (net - rig_nets) % 2 == 0;
        struct watcher through, stopped;
        open(&through, net);
        through.moves = plain ? NULL : &moves;
        run_alone(&through);
        for (int64_t at = 1; at < EPOCHS * BATCHES; at += 2) {
            open(&stopped, net);
            stopped.moves = through.moves;
            stopped.stop_after = at;
            run_alone(&stopped);
            cr_assert_eq(stopped.status, ERR_STOPPED);
            run_alone(&stopped);
            cr_assert_eq(stopped.status, OK);
            expect_same(&through, &stopped, net->name);
            rig_close(&stopped.rig);
        }
        rig_close(&through.rig);
    }
}

static void run_seat(void *context, int64_t process, const struct exchange *x)
{
    struct watcher *watchers = context;

    run(&watchers[process], x);
}

/* Validation is dealt too: 10 samples to 3 processes. */
Test(fit, several_processes_see_one_history)
{
    static struct watcher alone, dealt[3];

    for (const struct rig_net *net = rig_nets; net->name; net++) {
        open(&alone, net);
        run_alone(&alone);
        for (int i = 0; i < 3; i++)
            open(&dealt[i], net);
        hall_run(3, 1, run_seat, dealt);
        for (int i = 0; i < 3; i++) {
            cr_assert_eq(dealt[i].status, OK);
            expect_same(&alone, &dealt[i], net->name);
            rig_close(&dealt[i].rig);
        }
        rig_close(&alone.rig);
    }
}

Test(fit, all_processes_stop_after_the_same_batch)
{
    static struct watcher dealt[3];

    for (int i = 0; i < 3; i++)
        open(&dealt[i], rig_net("sums in a branch"));
    dealt[1].stop_after = 5;
    hall_run(3, 1, run_seat, dealt);
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(dealt[i].status, ERR_STOPPED);
        cr_assert_eq(dealt[i].batches, 5);
        cr_assert_eq(dealt[i].rig.state.update_count, 5);
        cr_assert(rig_same(&dealt[0].rig, &dealt[i].rig));
    }
    for (int i = 0; i < 3; i++)
        rig_close(&dealt[i].rig);
}

Test(fit, says_what_was_no_number)
{
    struct watcher w;

    open(&w, rig_net("without sums"));
    ((float *)w.rig.set.pixels)[7 * 6] = NAN;
    run_alone(&w);
    cr_assert_eq(w.status, ERR_DIVERGED);
    cr_assert(strstr(w.e.text, "training diverged: the output of input "
                               "(forward, sample 7) is not finite in epoch 1"),
              "%s", w.e.text);
    rig_close(&w.rig);
}
