/*
 * answers.c - samples, and what is counted of the answers to them.
 */
#include "report/answers.h"

#include <string.h>

#include "app/sources.h"
#include "base/num.h"
#include "cli/say.h"
#include "look/sample_walk.h"
#include "metric/confusion.h"
#include "train/infer.h"

enum { TOP_K = 5 };

enum status answers_open(struct answers *a, const struct call *call,
                         const struct data_options *named,
                         const struct model *m, struct err *e)
{
    const char *config = call->word_count > 1 ? call->words[1] : NULL;
    const struct labelled_request q = {
        .options = named, .config = config, .model = m};

    a->model = m;
    a->name = data_name(named, config);
    a->what = arena_printf(call->arena, "%s%ssamples of %s",
                           named->split ? named->split
                           : config     ? "test"
                                        : "",
                           config ? " " : "", a->name);
    enum status s = labelled_open(&a->labelled, call, &q, e);
    return s == OK ? labelled_compare(&a->labelled, call, m, e) : s;
}

static bool reads_once(const struct experiment *x)
{
    const struct source *const sources[] = {&x->train_source, &x->valid_source,
                                            &x->test_source};

    for (size_t i = 0; i < ARRAY_LEN(sources); i++)
        if (sources[i]->kind &&
            source_reads_once(sources[i]->kind, sources[i]->config))
            return true;
    return false;
}

/* The page takes the place of none of them. */
static enum status spare_own(const struct call *call,
                             const struct experiment *x, struct err *e)
{
    const struct source *const sources[] = {&x->train_source, &x->valid_source,
                                            &x->test_source};
    enum status s = OK;

    for (size_t i = 0; s == OK && i < ARRAY_LEN(sources); i++)
        if (sources[i]->kind)
            s = source_spares(sources[i], call->words[0],
                              call->global.set.outputs, e);
    return s;
}

/* Which of its own; NULL: none were held out. */
static const char *own_split(const struct experiment *x)
{
    if (x->test_source.kind || x->split.test_size.value > 0)
        return "test";
    return x->valid_source.kind || x->split.folds > 0 ||
                   x->split.eval_size.value > 0
               ? "valid"
               : NULL;
}

/* What an error says, without the line's end. */
static const char *words_of(const struct err *e, struct arena *arena)
{
    return arena_strndup(arena, e->text, strcspn(e->text, "\n"));
}

/* Are the samples that it names those that it was trained with?  *why: no. */
static enum status compare_own(const struct call *call, const struct model *m,
                               const char **why, struct err *own)
{
    struct samples s;
    const enum status status =
        samples_load(&s, &m->experiment, &m->names, call->global.threads, own);

    if (status != OK)
        *why = words_of(own, call->arena);
    else if (strcmp(s.fingerprint, m->fingerprint) != 0)
        *why = "what its configuration names are other samples than those that "
               "it was trained with";
    samples_free(&s);
    return status;
}

static enum status read_own(struct answers *a, const struct call *call,
                            const char *split, const char **why,
                            struct err *own)
{
    const struct samples_request q = {
        .x = &a->model->experiment,
        .split = split,
        .model = a->model,
        .threads = call->global.threads,
    };
    const enum status s = samples_open(&a->labelled.samples, &q, own);

    if (s != OK)
        *why = words_of(own, call->arena);
    else if (answers_part(a)->count == 0)
        *why = "no samples were held out";
    else
        say_lines(call, NULL, &a->labelled.samples.notes);
    return s;
}

enum status answers_open_own(struct answers *a, const struct call *call,
                             const struct model *m, const char **why,
                             struct err *e)
{
    const struct experiment *x = &m->experiment;
    const char *split = own_split(x);
    struct err *own = arena_take(call->arena, 1, sizeof *own);
    enum status s = OK;

    if (!own)
        return err_memory(e, "looking for the samples");
    a->model = m;
    a->name = x->tree.name;
    a->what = arena_printf(call->arena, "%s samples",
                           split && *split == 'v' ? "validation" : "test");
    *why = !x->train_source.kind || *m->fingerprint == '\0'
               ? "its configuration names no samples"
           : !split        ? "no samples were held out"
           : reads_once(x) ? "its samples could be read only once"
                           : NULL;
    if (!*why)
        s = spare_own(call, x, e);
    if (s != OK)
        return s;
    if (!*why)
        s = compare_own(call, m, why, own);
    if (!*why)
        s = read_own(a, call, split, why, own);
    return s == ERR_MEMORY ? err_join(e, own) : OK;
}

static void take_rows(void *context, const struct metric_rows *of)
{
    struct answers *a = context;

    measuring_add(&a->metrics, of);
    if (a->confusion)
        confusion_add(a->confusion, of);
    if (!a->judged)
        return;
    calibration_add(&a->calibration, of);
    mistakes_add(&a->mistakes, of);
}

enum status answers_collect(struct answers *a, const struct call *call,
                            struct err *e)
{
    const struct subset *part = answers_part(a);
    const struct target *t = &a->model->target;
    const size_t classes = (size_t)target_classes(t);
    const struct sample_walk walk = {
        .model = a->model,
        .part = part,
        .threads = call->global.threads,
        .progress = call->progress,
        .label = call->command->name,
        .name = a->name,
        .take = take_rows,
        .context = a,
    };

    measuring_begin(&a->metrics, a->model, part->count,
                    num_min(TOP_K, t->width), call->arena);
    if (classes > 0 && classes <= ANSWERS_COUNTED)
        a->confusion =
            arena_take(call->arena, classes * classes, sizeof *a->confusion);
    a->judged =
        classes > 0 && infer_has_probabilities(&a->model->experiment.graph);
    if (a->judged)
        mistakes_begin(&a->mistakes, t, part->set, ANSWERS_MISTAKES,
                       call->arena);
    enum status s = arena_check(call->arena, e, "preparing to evaluate");
    if (s == OK)
        s = sample_walk(&walk, e);
    if (s == OK)
        measuring_end(&a->metrics);
    mistakes_end(&a->mistakes);
    return s;
}

void answers_close(struct answers *a)
{
    labelled_close(&a->labelled);
}
