/*
 * training_run.c - a run from its first batch on: when it is saved, and what
 * ends it.
 */
#include "app/training.h"
#include "base/interrupt.h"
#include "base/num.h"
#include "base/system.h"
#include "data/pixels.h"

static struct model_facts facts_of(const struct training *t)
{
    return (struct model_facts){&t->samples.facts, t->samples.fingerprint,
                                t->samples.cut, t->pool};
}

/* What the observer of one training_run needs. */
struct watch {
    struct training *t;
    const struct fit_observer *observer;
};

static enum status save(struct training *t, const struct train_state *s,
                        struct err *e)
{
    const struct model_facts facts = facts_of(t);
    const char *output = t->options.output;

    return output ? model_write(output, t->x, s, &facts, e) : OK;
}

/* Why this process would end training now; OK: it would not. */
static enum status reason_to_stop(const struct training *t)
{
    const enum status signalled = interrupt_pending();

    if (signalled != OK || t->options.max_seconds <= 0)
        return signalled;
    return clock_seconds() - t->started >= t->options.max_seconds ? ERR_STOPPED
                                                                  : OK;
}

/* What the user is told of it. */
static void say_stop(const struct training *t, const struct train_state *s,
                     enum status reason, struct err *e)
{
    const long long epoch = s->epoch + 1;

    if (reason == ERR_STOPPED)
        err_add(e, reason, NULL,
                "the time limit is reached, saved in epoch %lld; --resume "
                "continues",
                epoch);
    else if (!t->options.output)
        err_add(e, reason, NULL, "%s, nothing was kept", status_text(reason));
    else
        err_add(e, reason, NULL, "%s, saved in epoch %lld; --resume continues",
                status_text(reason), epoch);
}

/* What one process has been told, all do: before the file is written, so that
 * the one that writes it knows. */
static enum status batch_done(void *context, const struct train_state *s,
                              int64_t done, int64_t total, struct err *e)
{
    const struct watch *w = context;
    const struct exchange *x = &w->t->exchange;
    const int64_t every = w->t->x->train.save_every;
    const bool wanted =
        interrupt_save_wanted() ||
        (every > 0 && done < total && s->position.batches % every == 0);
    const enum status seen =
        w->observer->batch_done(w->observer->context, s, done, total, e);
    const enum status own = seen != OK ? seen : reason_to_stop(w->t);
    const int64_t all = -x->ops->least(x, -(2 * (int64_t)own + wanted));
    const enum status stop = (enum status)(all / 2);

    if (all == 0)
        return OK;
    if (seen == OK && stop != OK)
        say_stop(w->t, s, stop, e);
    const enum status saved = exchange_agree(x, save(w->t, s, e));
    return saved != OK ? saved : stop;
}

static enum status epoch_done(void *context, const struct train_state *s,
                              struct err *e)
{
    const struct watch *w = context;
    const enum status saved = save(w->t, s, e);

    return saved == OK ? w->observer->epoch_done(w->observer->context, s, e)
                       : saved;
}

static void layers_done(void *context, struct layer_log *log)
{
    const struct watch *w = context;

    w->observer->layers_done(w->observer->context, log);
}

/* Trains, or a batch of it; `w` NULL: the latter, which saves nothing. */
static enum status train(struct training *t, struct watch *w, struct err *e)
{
    const struct dataset *set = t->samples.train_part.set;
    struct fit_config config = facts_fit_config(&t->samples.facts, t->x);
    const struct fit_data data = {
        t->samples.train_part, t->samples.valid_part, &t->samples.facts.norm,
        t->samples.class_weights, &t->samples.facts.scale};
    const struct fit_job job = {&config, &t->x->graph, &data, &t->exchange};
    const struct fit_observer observer = {w, epoch_done, batch_done,
                                          layers_done};

    config.step.apart = set->apart ? pixel_bytes(set->pixel) : 0;
    return w ? fit_run(&job, &t->state, &observer, e)
             : fit_dry_run(&job, &t->state, e);
}

enum status training_run(struct training *t,
                         const struct fit_observer *observer, struct err *e)
{
    interrupt_watch();
    return train(t, &(struct watch){t, observer}, e);
}

enum status training_rehearse(struct training *t, struct err *e)
{
    const struct model_facts facts = facts_of(t);
    const enum status s = train(t, NULL, e);

    return s == OK && t->options.output
               ? model_rehearse(t->options.output, t->x, &t->state, &facts, e)
               : s;
}
