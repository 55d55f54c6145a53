/*
 * agree_schedule.c - does what train says of schedule, monitor and early
 * stopping fit the update rule, the validation samples and itself?
 */
#include <math.h>
#include <string.h>

#include "document/agree.h"
#include "document/bind.h"
#include "update/update.h"

/* As of the rules' own keys. */
static const double most_momentum = 0.999999;

struct check {
    const struct experiment *x;
    const struct node *train;
    struct err *e;
};

/* Where `key` stands, however deep, in what was written under `from`.  As deep
 * as the document is nested.  NOLINTBEGIN(misc-no-recursion) */
static const struct node *find(const struct node *from, const char *key)
{
    const struct node *found = from ? node_find(from, key) : NULL;

    for (const struct node *n = from ? from->first : NULL; n && !found;
         n = n->next)
        found = n->kind == NODE_MAP ? find(n, key) : NULL;
    return found;
}
/* NOLINTEND(misc-no-recursion) */

static const struct node *schedule_node(const struct check *c)
{
    return node_find(c->train, "schedule");
}

/* Where the form of the learning rate was written, or that of `key`. */
static const struct node *form_node(const struct check *c, const char *key)
{
    const struct node *all = schedule_node(c), *own = node_find(all, key);

    return own ? own : all;
}

/* A message at `key` below `from`, or at `from` itself. */
#define REFUSE(c, from, key, ...)                                              \
    tree_error(&(c)->x->tree, find(from, key) ? find(from, key) : (from),      \
               AT_KEY, NULL, (c)->e, __VA_ARGS__)

/* Keys of a form that exclude or need each other. */
static enum status check_form(const struct check *c, struct variant form,
                              const char *of)
{
    const struct node *from = form_node(c, of);
    const struct schedule_config *f = form.config;
    const bool steps =
        form.kind && field_find(form.kind->fields, "every") != NULL;
    enum status s = OK;

    if (!form.kind)
        return OK;
    if (steps && f->every > 0 && f->at.count > 0)
        s = REFUSE(c, from, "every", "excludes at, which names the epochs");
    if (steps && f->every == 0 && f->at.count == 0)
        s = REFUSE(c, from, "step", "missing, expected every or at");
    for (int64_t i = 1; steps && i < f->at.count; i++)
        if (f->at.at[i] <= f->at.at[i - 1])
            s = REFUSE(c, from, "at",
                       "%lld follows %lld, expected a rising "
                       "list of epochs",
                       (long long)f->at.at[i], (long long)f->at.at[i - 1]);
    if (f->mult > 0 && f->restarts == 0)
        s = REFUSE(c, from, "mult", "has no effect without restarts");
    return s;
}

/* Momentum that moves: of a rule that has one, by one form, below 1. */
static enum status check_momentum(const struct check *c,
                                  const struct schedule_keys *keys)
{
    const struct update_ops *rule = update_of(c->x->update);
    const struct schedule_config *rate = keys->learning_rate.config;
    const struct schedule_config *own = keys->momentum.config;
    const struct node *from = form_node(c, "momentum");
    const struct node *cycle = form_node(c, "learning_rate");
    enum status s = OK;

    if (rate->momentum.count > 0 && !rule->momentum)
        s = REFUSE(c, cycle, "momentum", "has no effect, the update is %s",
                   rule->kind.name);
    else if (rate->momentum.count > 0 && own)
        s = REFUSE(c, cycle, "momentum",
                   "excludes train.schedule.momentum, which moves it too");
    if (!own)
        return s;
    const double most =
        schedule_most(keys->momentum, update_momentum(c->x->update));
    if (!rule->momentum)
        s = REFUSE(c, from, "", "has no effect, the update is %s",
                   rule->kind.name);
    else if (keys->momentum.kind == &plateau_schedule.kind)
        s = REFUSE(c, from, "", "plateau is of the learning rate alone");
    else if (own->momentum.count > 0)
        s = REFUSE(c, from, "momentum",
                   "has no effect here, it goes with the learning rate");
    else if (isinf(most))
        s = REFUSE(c, from, "gamma", "lets momentum grow, it is at most %g",
                   most_momentum);
    else if (most > most_momentum)
        s = REFUSE(c, from, "", "reaches %g, a momentum is at most %g", most,
                   most_momentum);
    return s;
}

/* What names in use elsewhere say of validation: `val_`, `val/`. */
static const char *without_part(const char *name)
{
    static const char *const parts[] = {"valid_", "val_",  "val/",
                                        "test_",  "eval_", NULL};

    for (int i = 0; parts[i]; i++)
        if (strncmp(name, parts[i], strlen(parts[i])) == 0)
            return name + strlen(parts[i]);
    return name;
}

/* The end of the message: the name that is meant, or the metric that
 * train.metrics would have to name. */
static void put_meant(struct text *out, const struct check *c, const char *name)
{
    static const char *const of_loss[] = {"valid_loss", "loss", NULL};
    const char *own = without_part(name);
    const struct kind *metric = kind_meant(metric_choices, own);
    const char *meant = metric ? metric->name : own;
    struct monitor m;

    if (monitor_find(&m, meant, &c->x->columns))
        text_puts(out, did_you_mean(meant).text);
    else if (text_nearest(name, of_loss))
        text_puts(out, did_you_mean(of_loss[0]).text);
    else if (metric &&
             metric_takes((struct variant){metric, NULL}, c->x->target.kind))
        text_printf(out, "; %s would have to stand in train.metrics", meant);
}

/* A name of what is watched. */
static enum status check_monitor(const struct check *c, const struct node *from,
                                 const char *name)
{
    const struct node *given = find(from, "monitor");
    struct text names = {0};
    struct monitor m;
    enum status s = OK;

    if (!name || monitor_find(&m, name, &c->x->columns))
        return OK;
    monitor_list(&names, &c->x->columns);
    put_meant(&names, c, name);
    s = tree_error(&c->x->tree, given ? given : c->train, AT_VALUE, NULL, c->e,
                   "no number of validation is called '%.*s', expected one of "
                   "%s",
                   60, name, text_string(&names));
    text_free(&names);
    return s;
}

/* Is there anybody for whom train.monitor decides? */
static bool is_used(const struct experiment *x,
                    const struct schedule_config *plateau)
{
    const struct early_stopping_section *stop = x->train.early_stopping.config;

    return x->train.restore_best || (stop && !stop->monitor) ||
           (plateau && !plateau->monitor);
}

/* The keys of plateau; NULL: the learning rate has another form. */
static const struct schedule_config *plateau_of(const struct experiment *x)
{
    const struct schedule_keys *keys = x->train.schedule.config;

    return keys && keys->learning_rate.kind == &plateau_schedule.kind
               ? keys->learning_rate.config
               : NULL;
}

int64_t agree_validating(const struct experiment *x,
                         const struct node *out[MOST_VALIDATING])
{
    const struct node *train = node_find(x->tree.root, "train");
    const struct node *schedule = node_find(train, "schedule");
    const struct node *plateau = find(schedule, "plateau");
    const struct node *const all[MOST_VALIDATING] = {
        x->train.train_metrics ? NULL : node_find(train, "metrics"),
        x->train.restore_best ? node_find(train, "restore_best") : NULL,
        node_find(train, "early_stopping"),
        !plateau_of(x) ? NULL
        : plateau      ? plateau
                       : schedule,
        node_find(train, "monitor"),
    };
    int64_t count = 0;

    for (int i = 0; i < MOST_VALIDATING; i++)
        if (all[i])
            out[count++] = all[i];
    return count;
}

/* What waits for an improvement has validation samples to see it by. */
static enum status check_watched(const struct check *c)
{
    const struct experiment *x = c->x;
    const struct node *monitor = node_find(c->train, "monitor");
    const bool blind = x->train_source.kind && !x->valid_source.kind &&
                       !(x->split.eval_size.value > 0);
    const struct node *at[MOST_VALIDATING];
    const int64_t count = blind ? agree_validating(x, at) : 0;
    enum status s = OK;

    for (int64_t i = 0; i < count; i++)
        s = tree_error(&x->tree, at[i], AT_KEY, NULL, c->e,
                       "has no effect without validation samples "
                       "(data.split.eval_size is 0)%s",
                       strcmp(at[i]->key, "metrics") == 0 ? " and train_metrics"
                                                          : "");
    if (!blind && monitor && !is_used(x, plateau_of(x)))
        s = tree_error(&x->tree, monitor, AT_KEY, NULL, c->e,
                       "has no effect, restore_best is false and nothing "
                       "waits for it");
    return s;
}

enum status agree_schedule(const struct experiment *x, const struct node *train,
                           struct err *e)
{
    const struct check c = {x, train, e};
    const struct schedule_keys *keys = x->train.schedule.config;
    const struct early_stopping_section *stop = x->train.early_stopping.config;
    const struct schedule_config *plateau = plateau_of(x);
    enum status s = check_watched(&c);

    s = bind_worse(check_monitor(&c, train, x->train.monitor), s);
    if (stop)
        s = bind_worse(check_monitor(&c, node_find(train, "early_stopping"),
                                     stop->monitor),
                       s);
    if (plateau)
        s = bind_worse(check_monitor(&c, schedule_node(&c), plateau->monitor),
                       s);
    if (!keys)
        return s;
    s = bind_worse(check_form(&c, keys->learning_rate, "learning_rate"), s);
    s = bind_worse(check_form(&c, keys->momentum, "momentum"), s);
    return bind_worse(check_momentum(&c, keys), s);
}
