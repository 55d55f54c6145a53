/*
 * cautions.c - the length of a run against what waits for longer ones, and
 * what moves nothing or fits nothing.
 */
#include "document/cautions.h"

#include <string.h>

#include "base/num.h"
#include "conv/conv.h"
#include "document/agree.h"
#include "graph/precision.h"

static void begin(struct text *out, const struct experiment *x, const char *key)
{
    text_printf(out, "%s: %s: ", x->tree.name, key);
}

static bool has_key(struct variant form, const char *key)
{
    return form.kind && field_find(form.kind->fields, key) != NULL;
}

/* Epochs until the first change of its kind that is none within `left`; 0: they
 * all come, or the form changes all the time. */
static int64_t late_change(struct variant form, double left)
{
    const struct schedule_config *c = form.config;

    if (!has_key(form, "gamma") && !has_key(form, "restarts"))
        return 0;
    for (int64_t i = 0; i < c->at.count; i++)
        if ((double)c->at.at[i] >= left)
            return c->at.at[i];
    const int64_t first = c->every > 0      ? c->every
                          : c->restarts > 0 ? c->restarts
                          : has_key(form, "gamma") && c->at.count == 0 ? 1
                                                                       : 0;
    return (double)first >= left ? first : 0;
}

/* A form of which nothing is seen, from `first` on; `left` epochs follow a
 * warmup. */
static void look_at_form(struct text *out, const struct experiment *x,
                         struct variant form, double first, double left)
{
    const struct schedule_config *c = form.config;
    const int64_t late = late_change(form, left);

    if (late > 0) {
        begin(out, x, "train.schedule");
        text_printf(
            out, "the %s after %lld epoch%s never comes, there %s %g%s\n",
            has_key(form, "gamma") ? "step" : "restart", (long long)late,
            late == 1 ? "" : "s", left <= 1 ? "is" : "are", left,
            left < (double)x->train.max_epochs ? " behind the warmup" : "");
    }
    if (has_key(form, "gamma") && c->gamma >= 1 && c->gamma <= 1) {
        begin(out, x, "train.schedule");
        text_puts(out, "a gamma of 1 changes nothing\n");
    }
    if (has_key(form, "stop") && !has_key(form, "start") &&
        c->stop.value >= first && c->stop.value <= first) {
        begin(out, x, "train.schedule");
        text_printf(out, "it stops at %g, where it starts: nothing moves\n",
                    first);
    }
}

static void look_at_plateau(struct text *out, const struct experiment *x,
                            const struct schedule *s)
{
    const struct schedule_config *plateau = schedule_plateau(s);

    if (!plateau || plateau->min < s->rate)
        return;
    begin(out, x, "train.schedule.plateau");
    text_printf(out,
                "min %g is not below the learning rate %g: it reduces "
                "nothing\n",
                plateau->min, s->rate);
}

static void look_at_patience(struct text *out, const struct experiment *x,
                             const char *key, int64_t patience)
{
    if (patience < x->train.max_epochs)
        return;
    begin(out, x, key);
    text_printf(out, "a patience of %lld epoch%s never ends, there %s %lld\n",
                (long long)patience, patience == 1 ? "" : "s",
                x->train.max_epochs == 1 ? "is" : "are",
                (long long)x->train.max_epochs);
}

static void look_at_saves(struct text *out, const struct experiment *x,
                          int64_t samples)
{
    const int64_t batches = num_ceil_div(samples, x->train.batch_size);

    if (samples == 0 || x->train.save_every < batches)
        return;
    begin(out, x, "train.save_every");
    text_printf(out,
                "%lld batch%s, an epoch has %lld: it is saved at the "
                "epochs' ends alone\n",
                (long long)x->train.save_every,
                x->train.save_every == 1 ? "" : "es", (long long)batches);
}

/* Is some pass of a layer computed by an algorithm? */
static bool computes(const struct experiment *x, const char *algorithm)
{
    const struct graph *g = &x->graph;

    for (int64_t i = 0; i < g->count; i++) {
        const struct layer *l = &g->nodes[i].layer;
        for (int k = 0; l->ops->algorithm && k < LAYER_PASSES; k++) {
            const enum layer_pass pass = (enum layer_pass)k;
            if (graph_passes(g, i, pass, x->has_train) > 0 &&
                strcmp(l->ops->algorithm(l, pass), algorithm) == 0)
                return true;
        }
    }
    return false;
}

/* An algorithm that computes nothing, a precision likewise, and a word that
 * stands for another now. */
static void look_at_engine(struct text *out, const struct experiment *x)
{
    const char *wish = x->engine.algorithm;
    const struct node *engine = node_find(x->tree.root, "engine");
    const struct node *word = engine ? node_find(engine, "algorithm") : NULL;

    if (word && word->text && strcmp(word->text, wish) != 0) {
        begin(out, x, "engine.algorithm");
        text_printf(out, "%s is gone, it is computed as by %s\n", word->text,
                    wish);
    }
    if (conv_find(wish) && !computes(x, wish)) {
        begin(out, x, "engine.algorithm");
        text_printf(out, "there is no convolution that %s fits%s\n", wish,
                    engine_rounds(&x->engine) ? " in bfloat16" : "");
    }
    if (engine_rounds(&x->engine) &&
        precision_share(&x->graph, x->has_train) <= 0) {
        begin(out, x, "engine.precision");
        text_puts(out, "nothing is computed in bfloat16, there is no "
                       "convolution that ");
        print_rounding(out, "or");
        text_puts(out, " computes in it\n");
    }
}

static void look_at_training(struct text *out, const struct experiment *x,
                             int64_t samples)
{
    const struct watch_config w = experiment_fit_config(x).watch;
    const struct schedule *s = &w.schedule;
    const double left = (double)s->epochs - s->warmup.epochs;

    if (left <= 0) {
        begin(out, x, "train.schedule.warmup");
        text_printf(out,
                    "it takes %g epochs, there are %lld: nothing follows "
                    "it\n",
                    s->warmup.epochs, (long long)s->epochs);
    } else {
        look_at_form(out, x, s->learning_rate, s->rate, left);
        look_at_form(out, x, s->momentum, s->beta, left);
    }
    look_at_plateau(out, x, s);
    look_at_patience(out, x, "train.schedule.plateau", w.plateau.patience);
    look_at_patience(out, x, "train.early_stopping", w.stopping.patience);
    if (x->train.save_every > 0)
        look_at_saves(out, x, samples);
}

enum status cautions_of(struct text *out, const struct experiment *x,
                        int64_t samples, struct err *e)
{
    if (x->graph.count > 0)
        look_at_engine(out, x);
    if (x->has_train)
        look_at_training(out, x, samples);
    return out->failed ? err_memory(e, "reading the configuration") : OK;
}
