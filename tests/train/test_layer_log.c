/*
 * What train.log tells of the layers, against weights before and after.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "support/defaults.h"
#include "support/rig.h"
#include "train/fit.h"

enum { TRAIN = 39, BATCHES = 3, DEAD = 2, UNITS = 6 };

static const double rate = 0.125;

/* A run, and the rows it told of. */
struct log_run {
    struct rig rig;
    int64_t told, batches, stop_after; /* 0: never */
    struct layer_row rows[16];
    int64_t count;
    char warnings[2000];
    real *before; /* the weights before the last batch of the epoch */
};

static void layers_done(void *context, struct layer_log *log)
{
    struct log_run *l = context;
    struct text text = {0};

    l->told++;
    l->count = log->count;
    memcpy(l->rows, log->rows, (size_t)log->count * sizeof *log->rows);
    layer_log_warn(log, &text);
    snprintf(l->warnings, sizeof l->warnings, "%s", text_string(&text));
    text_free(&text);
}

static enum status epoch_done(void *context, const struct train_state *s,
                              struct err *e)
{
    (void)context;
    (void)s;
    (void)e;
    return OK;
}

static enum status batch_done(void *context, const struct train_state *s,
                              int64_t done, int64_t total, struct err *e)
{
    struct log_run *l = context;

    (void)done;
    (void)total;
    (void)e;
    if (s->position.batches == BATCHES - 1)
        memcpy(l->before, s->params,
               (size_t)l->rig.g.param_size * sizeof *s->params);
    return ++l->batches == l->stop_after ? ERR_STOPPED : OK;
}

static void run(struct log_run *l, int64_t epochs, int64_t threads)
{
    struct rig *r = &l->rig;
    static const struct metric_columns none = {0};
    const struct fit_config config = {
        .step = r->config,
        .max_epochs = epochs,
        .log = true,
        .columns = &none,
    };
    const struct fit_data data = {
        .train = {&r->set, r->ids, TRAIN}, .valid = {0}, .norm = &r->norm};
    const struct fit_observer observer = {l, epoch_done, batch_done,
                                          layers_done};
    struct pool *pool;
    struct err e = {0};

    cr_assert_eq(pool_new(&pool, threads, &e), OK);
    const struct exchange x = exchange_local(pool);
    const struct fit_job job = {&config, &r->g, &data, &x};
    const enum status s = fit_run(&job, &r->state, &observer, &e);
    cr_assert_eq(s, l->stop_after ? ERR_STOPPED : OK, "%s", e.text);
    pool_free(pool);
}

/* Two units of the normalization that rectifies never get above 0. */
static void open(struct log_run *l, double learning_rate)
{
    static double config;
    struct rig *r = &l->rig;

    *l = (struct log_run){0};
    config = learning_rate;
    rig_open(r, rig_net("batch normalization"));
    r->config.measures = true;
    r->config.update =
        (struct variant){defaults_find(update_kinds, "sgd"), &config};
    l->before = mem_take((size_t)r->g.param_size, sizeof *l->before);
    for (int64_t i = 0; i < r->g.param_count; i++)
        if (strcmp(r->g.params[i].name, "m.bias") == 0)
            for (int64_t k = 0; k < UNITS; k++)
                r->state.params[r->g.params[i].offset + k] =
                    k < DEAD ? -1000 : 1;
}

static void give_back(struct log_run *l)
{
    mem_free(l->before);
    rig_close(&l->rig);
}

/* -1: nothing was told of it. */
static int64_t find(const struct log_run *l, const char *name)
{
    for (int64_t i = 0; i < l->count; i++)
        if (strcmp(l->rows[i].name, name) == 0)
            return i;
    return -1;
}

static struct layer_row row(const struct log_run *l, const char *name)
{
    const int64_t at = find(l, name);

    cr_assert_geq(at, 0, "%s", name);
    return l->rows[at];
}

/* The L2 norms of the layer's weights and of what the last update added. */
static void expect_norms(const struct log_run *l, const char *name)
{
    const struct graph *g = &l->rig.g;
    const size_t length = strlen(name);
    double weight = 0, update = 0;

    for (int64_t i = 0; i < g->param_count; i++) {
        const struct param *p = &g->params[i];
        if (strncmp(p->name, name, length) != 0 || p->name[length] != '.')
            continue;
        for (int64_t k = p->offset; k < p->offset + p->count; k++) {
            const double now = (double)l->rig.state.params[k];
            weight += now * now;
            update += pow(now - (double)l->before[k], 2);
        }
    }
    const struct layer_row got = row(l, name);
    cr_assert_float_eq(got.weight_norm, sqrt(weight), 1e-4, "%s", name);
    cr_assert_float_eq(got.update_norm, sqrt(update), 1e-5, "%s", name);
    /* Rounding of the weights is what the difference ends with. */
    cr_assert_float_eq(got.gradient_norm, sqrt(update) / rate,
                       2e-3 + 1e-3 * got.gradient_norm, "%s: %g", name,
                       got.gradient_norm);
}

Test(layer_log, norms_and_dead_units)
{
    static const char *const trained[] = {"a", "b", "n", "o", "scores"};
    struct log_run l;

    open(&l, rate);
    run(&l, 2, 2);
    cr_assert_eq(l.told, 2);
    for (size_t i = 0; i < ARRAY_LEN(trained); i++) {
        expect_norms(&l, trained[i]);
        cr_assert(isnan(row(&l, trained[i]).dead), "%s", trained[i]);
    }
    cr_assert_float_eq(row(&l, "m").dead, (double)DEAD / UNITS, 1e-12, "%g",
                       row(&l, "m").dead);
    /* A frozen layer has weights and nothing more; dropout has nothing. */
    cr_assert_not(isnan(row(&l, "f").weight_norm));
    cr_assert(isnan(row(&l, "f").update_norm));
    cr_assert(isnan(row(&l, "f").gradient_norm));
    cr_assert_eq(find(&l, "drop"), -1);
    cr_assert_str_eq(l.warnings, "");
    cr_assert_gt(l.rig.state.history[1].gradient_norm, 0);
    give_back(&l);
}

Test(layer_log, same_numbers_for_any_number_of_threads)
{
    struct log_run one, many;

    open(&one, rate);
    run(&one, 1, 1);
    open(&many, rate);
    run(&many, 1, 5);
    cr_assert_eq(one.count, many.count);
    for (int64_t i = 0; i < one.count; i++)
        cr_assert_eq(memcmp(&one.rows[i], &many.rows[i], sizeof *one.rows), 0,
                     "%s", one.rows[i].name);
    cr_assert_eq(one.rig.state.history[0].gradient_norm,
                 many.rig.state.history[0].gradient_norm);
    give_back(&one);
    give_back(&many);
}

/* Nobody knows which units were alive before a run went on. */
Test(layer_log, says_nothing_of_half_an_epoch)
{
    struct log_run l;

    open(&l, rate);
    l.stop_after = 1;
    run(&l, 1, 2);
    cr_assert_eq(l.told, 0);
    l.stop_after = 0;
    run(&l, 2, 2);
    cr_assert_eq(l.told, 2);
    cr_assert_float_eq(row(&l, "m").dead, (double)DEAD / UNITS, 1e-12, "%g",
                       row(&l, "m").dead);
    expect_norms(&l, "scores");
    give_back(&l);
    open(&l, rate);
    l.stop_after = 1;
    run(&l, 1, 2);
    l.stop_after = 0;
    run(&l, 1, 2);
    cr_assert(isnan(row(&l, "m").dead));
    expect_norms(&l, "scores");
    give_back(&l);
}

Test(layer_log, warns_once_of_each_layer)
{
    struct log_run l;

    open(&l, 1e-9);
    run(&l, 1, 2);
    cr_assert(strstr(l.warnings, "a: the last update was "), "%s", l.warnings);
    cr_assert(strstr(l.warnings, " of its weights (L2), it hardly learns\n"));
    cr_assert_null(strstr(l.warnings, "f: "), "%s", l.warnings);
    give_back(&l);
    open(&l, 1e-9);
    run(&l, 2, 2);
    cr_assert_str_eq(l.warnings, "", "again: %s", l.warnings);
    give_back(&l);
    open(&l, 50);
    run(&l, 1, 2);
    cr_assert(strstr(l.warnings, "the learning rate may be too large\n"), "%s",
              l.warnings);
    give_back(&l);
}

Test(layer_log, a_layer_without_a_living_unit_is_dead)
{
    struct log_run l;

    open(&l, rate);
    for (int64_t i = 0; i < l.rig.g.param_count; i++) {
        const struct param *p = &l.rig.g.params[i];
        for (int64_t k = 0; strcmp(p->name, "m.bias") == 0 && k < p->count; k++)
            l.rig.state.params[p->offset + k] = -1000;
    }
    run(&l, 1, 3);
    cr_assert_eq(row(&l, "m").dead, 1);
    cr_assert(strstr(l.warnings, "m is dead: none of its units was above 0 for "
                                 "any training sample of the epoch\n"),
              "%s", l.warnings);
    give_back(&l);
}
