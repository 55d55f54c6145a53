/*
 * samples.c - sources to datasets to parts, checked against the network.
 */
#include "app/samples.h"

#include <string.h>

#include "app/facts.h"
#include "app/sources.h"
#include "base/num.h"
#include "data/prepare.h"
#include "document/agree.h"
#include "train/infer.h"

/* What is used of a source: its first samples, or the first of each class in
 * turn, or all. */
static enum status used_part(struct arena *arena, const struct source *source,
                             const struct dataset *d, struct subset *out,
                             struct err *e)
{
    const int64_t count =
        source->limit > 0 ? num_min(source->limit, d->count) : d->count;
    int64_t *ids = arena_take(arena, (size_t)count, sizeof *ids);

    if (!ids)
        return err_memory(e, "preparing the samples");
    *out = (struct subset){d, ids, count};
    if (source->kind->by_class && d->labels && count < d->count)
        return part_in_turn(d, count, ids, e);
    for (int64_t i = 0; i < count; i++)
        ids[i] = i;
    return OK;
}

/* All of a source, or all but its pixels; a table by the names that are known.
 */
static enum status read_source(struct samples *s, const struct source *source,
                               bool survey, struct dataset *d, struct err *e)
{
    struct source_request q = s->asked;
    const struct source_place place = agree_place(s->tree, source);

    q.names = &s->facts.names;
    q.images = &s->images;
    q.blind = survey;
    q.place = s->tree && source->node ? &place : NULL;
    q.limit = source->limit;
    enum status status = OK;
    if (source->kind->fetch && !survey && s->threads > 1)
        status = pool_new(&q.pool, s->threads, e);
    if (status == OK)
        status = source_load(source->kind, source->config, &q, d, e);
    pool_free(q.pool);

    if (status == OK && d->labels && s->renaming && s->renaming->keys)
        status = dataset_rename(d, s->renaming, &source->origin, e);
    if (status == OK && d->note)
        text_printf(&s->notes, "%s: %s\n",
                    source->origin.key ? source->origin.key
                                       : source->origin.file,
                    d->note);
    return status;
}

/* The source that is cut into parts. */
static enum status read_train(struct samples *s, const struct experiment *x,
                              bool survey, struct err *e)
{
    const struct source_request asked = s->asked;
    enum status status =
        experiment_split_column(x) ? samples_keep_cells(s, x, e) : OK;

    if (status == OK)
        status = read_source(s, &x->train_source, survey, &s->train, e);
    s->asked = asked;
    return status;
}

static enum source_cache cache_of(const struct experiment *x)
{
    const char *word = x->data.cache;

    return !word || strcmp(word, "auto") == 0 ? CACHE_AUTO
           : strcmp(word, "memory") == 0      ? CACHE_MEMORY
                                              : CACHE_NONE;
}

/* Sources are read as the document `x` says. */
static void speak_as(struct samples *s, const struct experiment *x)
{
    s->tree = &x->tree;
    s->asked.holes = experiment_fills(x);
    s->asked.answers = sources_answers(x);
    s->images = experiment_images(x);
    s->asked.cache = cache_of(x);
    s->renaming = &x->data.classes;
}

/* Samples must fit what `x` was made for; their labels are numbered as
 * `classes`, if those are known.  `tree`: the document of the source. */
static enum status fit_samples(const struct experiment *x,
                               const struct target *classes,
                               const struct tree *tree,
                               const struct source *source, struct dataset *d,
                               struct err *e)
{
    enum status status = facts_fit_shape(tree, source, &x->graph, d, e);

    if (status == OK)
        status = agree_answers(x, &d->target, &source->origin, e);
    if (status == OK && target_classes(classes) > 0)
        status = dataset_match(d, classes, "classes of the training data",
                               &source->origin, e);
    return status;
}

/* The samples that are used, less those of the test part, of which nothing that
 * training knows is taken. */
static enum status hold_test_out(struct samples *s, const struct experiment *x,
                                 struct err *e)
{
    const struct split_config config = samples_split_of(s, x, true);
    const enum status status =
        used_part(&s->arena, &x->train_source, &s->train, &s->train_part, e);

    return status == OK && config.eval_size > 0
               ? split_build(&s->train_part, &config, &s->arena, &s->train_part,
                             &s->test_part, e)
               : status;
}

/* From the samples that are used to those that train and validate. */
static enum status make_parts(struct samples *s, const struct experiment *x,
                              bool survey, struct err *e)
{
    const struct source *valid = &x->valid_source;
    const struct split_config config = samples_split_of(s, x, false);
    enum status status = valid->kind
                             ? read_source(s, valid, survey, &s->valid, e)
                             : samples_check_folds(s, x, e);

    if (status == OK && !valid->kind)
        status = split_build(&s->train_part, &config, &s->arena, &s->train_part,
                             &s->valid_part, e);
    if (status == OK && valid->kind)
        status =
            fit_samples(x, &s->facts.target, &x->tree, valid, &s->valid, e);
    if (status == OK && valid->kind)
        status = used_part(&s->arena, valid, &s->valid, &s->valid_part, e);
    if (status == OK)
        status = samples_check_held(s, x, e);
    return status == OK ? samples_check_classes(s, x, e) : status;
}

/* What stands for missing cells, and what is learnt of targets. */
static enum status prepare(struct samples *s, const struct filling *missing,
                           const struct normalization *targets, struct err *e)
{
    struct dataset *const sets[] = {&s->train, &s->valid, &s->lone};
    enum status status = OK;

    for (size_t i = 0; status == OK && i < ARRAY_LEN(sets); i++) {
        dataset_fill(sets[i], missing);
        status = dataset_scale(sets[i], targets, e);
    }
    return status;
}

/* s->facts.names: those that are known already. */
static enum status load(struct samples *s, const struct experiment *x,
                        struct err *e)
{
    const struct source *source = &x->train_source;

    speak_as(s, x);
    enum status status = read_train(s, x, false, e);

    if (status == OK)
        status = facts_fit_shape(&x->tree, source, &x->graph, &s->train, e);
    if (status == OK)
        status = facts_of_answers(&s->facts, x, &s->train, &s->arena, e);
    if (status == OK)
        status = hold_test_out(s, x, e);
    if (status == OK)
        status = facts_of_training(&s->facts, x, &s->train_part, &s->arena, e);
    if (status == OK)
        status = make_parts(s, x, false, e);
    if (status == OK)
        status = samples_fingerprint(s, x, e);
    return status == OK ? samples_note_cut(s, x, e) : status;
}

enum status samples_load(struct samples *s, const struct experiment *x,
                         const struct column_names *known, int64_t threads,
                         struct err *e)
{
    const bool by_name = known && known->inputs.count > 0;

    *s = (struct samples){.threads = threads};
    if (by_name)
        s->facts.names = *known;
    enum status status = load(s, x, e);
    if (status == OK)
        status = prepare(s, &s->facts.missing, &s->facts.scale, e);
    return status == OK && by_name ? samples_check_chosen(s, x, known, e)
                                   : status;
}

enum status samples_assume(struct samples *s, const struct experiment *x,
                           const struct data_facts *like,
                           const struct column_names *known, int64_t threads,
                           struct err *e)
{
    if (x->train_source.kind)
        return samples_load(s, x, known, threads, e);
    *s = (struct samples){0};
    return facts_without_data(&s->facts, x, like, &s->arena, e);
}

/* One source, for a model or as it is. */
static enum status open_source(struct samples *s, const struct source *source,
                               const struct model *model, struct err *e)
{
    enum status status = read_source(s, source, false, &s->lone, e);

    if (status == OK && model)
        status = fit_samples(&model->experiment, &model->target, NULL, source,
                             &s->lone, e);
    return status == OK ? used_part(&s->arena, source, &s->lone, &s->part, e)
                        : status;
}

/* A part as fit cuts it; for a model its labels become the model's. */
static enum status open_part(struct samples *s, const struct samples_request *q,
                             const char *split, struct err *e)
{
    const struct experiment *x = q->x;
    const struct model *m = q->model;
    enum status status = load(s, x, e);

    s->part = strcmp(split, "train") == 0   ? s->train_part
              : strcmp(split, "valid") == 0 ? s->valid_part
                                            : s->test_part;
    /* The document's answers have cut the samples; here they are no more. */
    if (m && m->experiment.target.kind == TARGET_INPUTS) {
        dataset_drop_answers(&s->train);
        dataset_drop_answers(&s->valid);
    }
    if (status == OK && m)
        status = fit_samples(&m->experiment, &m->target, NULL, &x->train_source,
                             &s->train, e);
    if (status == OK && m && s->valid.count > 0)
        status = fit_samples(&m->experiment, &m->target, NULL, &x->valid_source,
                             &s->valid, e);
    if (status == OK && m && m->missing.count == 0 &&
        (s->train.holes || s->valid.holes))
        status = err_add(e, ERR_CONFIG, x->tree.name,
                         "data.missing: cells are missing, and the model was "
                         "trained without");
    return status;
}

enum status samples_trace(struct samples *s, const struct experiment *of,
                          const struct source *source, struct err *e)
{
    const struct experiment *x = source->kind ? NULL : of;
    const struct source *test = x ? &x->test_source : source;
    enum status status = OK;

    *s = (struct samples){.asked = {.trace = true}};
    if (of)
        speak_as(s, of);
    if (x)
        status = read_train(s, x, false, e);
    if (status == OK && x)
        status = facts_fit_shape(&x->tree, &x->train_source, &x->graph,
                                 &s->train, e);
    if (status == OK && x)
        status = facts_of_answers(&s->facts, x, &s->train, &s->arena, e);
    if (status == OK && x)
        status = hold_test_out(s, x, e);
    if (status == OK && x)
        status = make_parts(s, x, false, e);
    if (status != OK || !test->kind)
        return status;
    status = read_source(s, test, false, &s->lone, e);
    if (status == OK && x)
        status = fit_samples(x, &s->facts.target, &x->tree, test, &s->lone, e);
    return status == OK ? used_part(&s->arena, test, &s->lone,
                                    x ? &s->test_part : &s->part, e)
                        : status;
}

enum status samples_open(struct samples *s, const struct samples_request *q,
                         struct err *e)
{
    const char *split = q->split ? q->split : q->model ? "test" : "";
    const struct source *source = q->source;

    const struct model *m = q->model;

    *s =
        (struct samples){.asked = {.passed = q->passed}, .threads = q->threads};
    if (m)
        s->facts.names = m->names;
    if (q->x)
        speak_as(s, q->x);
    else if (m)
        s->renaming = &m->experiment.data.classes;
    if (m)
        s->asked.holes = m->missing.count > 0;
    /* What a document has no answers for is not read as if it had. */
    if (m && s->asked.answers == ANSWERS_READ)
        s->asked.answers = sources_answers(&m->experiment);
    if (m && (source || q->passed))
        s->asked.features = shape_count(m->experiment.graph.in);
    const bool cut =
        !source && *split &&
        (strcmp(split, "test") != 0 || q->x->split.test_size.value > 0);
    if (!source)
        source = *split ? &q->x->test_source : &q->x->train_source;
    if (!cut && !source->kind)
        return err_add(e, ERR_CONFIG, q->x->tree.name,
                       "data.test: is missing, and data.split has no "
                       "test_size; --split names other samples");
    enum status status = model_images_for(m, q->x, &s->images, e);
    if (status == OK)
        status = cut ? open_part(s, q, split, e) : open_source(s, source, m, e);
    if (status == OK && m)
        status = samples_compare_reach(s,
                                       !cut ? source
                                       : s->part.set == &s->valid
                                           ? &q->x->valid_source
                                           : &q->x->train_source,
                                       m, e);
    return status == OK && m ? prepare(s, &m->missing, &m->scale, e) : status;
}

enum status samples_count(const struct experiment *x,
                          struct samples_survey *out, struct err *e)
{
    struct samples s = {0};

    *out = (struct samples_survey){0};
    speak_as(&s, x);
    enum status status = read_train(&s, x, true, e);
    if (status == OK)
        status = facts_of_answers(&s.facts, x, &s.train, &s.arena, e);
    if (status == OK)
        status = hold_test_out(&s, x, e);
    if (status == OK && s.train.count > 0) {
        out->known = true;
        out->apart = s.train.apart;
        out->class_count = target_classes(&s.facts.target);
        status = make_parts(&s, x, true, e);
        if (status == OK)
            out->bytes = samples_bytes(&s, x);
        out->train_count = s.train_part.count;
    }
    samples_free(&s);
    return status;
}

enum status samples_survey(const struct experiment *x,
                           struct samples_survey *out, struct err *e)
{
    struct err *ignored = mem_take(1, sizeof *ignored);

    enum status s = ignored ? OK : ERR_MEMORY;

    *out = (struct samples_survey){0};
    if (s == OK && x->train_source.kind)
        s = samples_count(x, out, ignored);
    mem_free(ignored);
    return s == ERR_MEMORY ? err_memory(e, "looking at the data") : OK;
}

void samples_free(struct samples *s)
{
    dataset_free(&s->train);
    dataset_free(&s->valid);
    dataset_free(&s->lone);
    text_free(&s->notes);
    text_free(&s->warnings);
    arena_free(&s->arena);
    *s = (struct samples){0};
}
