/*
 * judge.c - a model and samples for it.
 */
#include "plot/judge.h"

#include "cli/say.h"
#include "look/sample_walk.h"
#include "train/infer.h"

static const char *config_of(const struct call *call)
{
    return call->word_count > 1 ? call->words[1] : NULL;
}

const char *judge_name(const struct judge *j)
{
    return data_name(j->kind->data, config_of(j->call));
}

/* "classes", "classes or labels" */
static const char *nouns(unsigned takes)
{
    return takes & target_bit(TARGET_LABELS) ? "classes or labels" : "classes";
}

static enum status check_needs(const struct judge *j, struct err *e)
{
    const struct judge_needs *needs = &j->kind->needs;
    const struct graph *g = &j->model.experiment.graph;
    const enum target_kind kind = j->model.target.kind;

    if (!(needs->takes & target_bit(kind)))
        return usage_error(
            e, j->call, "%s: expected a model of %s, got one of %s",
            j->call->words[0], nouns(needs->takes), metric_subject(kind));
    if (needs->probable && !infer_has_probabilities(g))
        return usage_error(
            e, j->call,
            "%s: expected probabilities, the last layer, %s, has "
            "outputs that are none",
            j->call->words[0], g->nodes[g->count - 1].layer.name);
    if (needs->most > 0 && j->model.target.width > needs->most)
        return usage_error(e, j->call,
                           "%s: expected a model of at most %lld classes, got "
                           "one of %lld",
                           j->call->words[0], (long long)needs->most,
                           (long long)j->model.target.width);
    return OK;
}

/* What is wrong with the command line is said before anything is read. */
static enum status judge_open(struct judge *j, struct err *e)
{
    const struct call *call = j->call;
    const struct data_options *o = j->kind->data;
    const struct labelled_request r = {
        .options = o, .config = config_of(call), .model = &j->model};
    struct source source;
    enum status s = data_source(call, o, r.config, NULL, &source, e);

    if (s == OK)
        s = data_needs_labels(call, o, e);
    if (s == OK)
        s = model_read(&j->model, call->words[0], call->kernels, e);
    if (s == OK)
        s = check_needs(j, e);
    if (s == OK)
        s = labelled_open(&j->labelled, call, &r, e);
    return s == OK ? labelled_compare(&j->labelled, call, &j->model, e) : s;
}

enum status judge_plot(const struct call *call, const struct judge_kind *kind,
                       struct err *e)
{
    struct judge j = {.call = call, .kind = kind};
    struct plot p = PLOT(call, kind->plot);

    p.curves = kind->curves;
    enum status s = plot_begin(&p, e);
    if (s == OK)
        s = judge_open(&j, e);
    if (s == OK)
        s = kind->show(&j, &p, e);
    plot_end(&p);
    labelled_close(&j.labelled);
    model_free(&j.model);
    return s;
}

enum status judge_walk(const struct judge *j,
                       void (*take)(void *context,
                                    const struct metric_rows *of),
                       void *context, struct err *e)
{
    const struct sample_walk walk = {
        .model = &j->model,
        .part = judge_part(j),
        .threads = j->call->global.threads,
        .progress = j->call->progress,
        .label = j->call->command->name,
        .name = judge_name(j),
        .take = take,
        .context = context,
    };

    return sample_walk(&walk, e);
}
