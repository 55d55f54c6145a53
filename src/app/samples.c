/*
 * samples.c - sources to datasets to parts, checked against the network.
 */
#include "app/samples.h"

#include <string.h>

#include "app/agree.h"
#include "app/facts.h"
#include "base/file.h"
#include "base/num.h"
#include "data/prepare.h"
#include "train/infer.h"

/* Is a file of `source` one of `other`, whose content is gone by then? */
static const char *read_before(const struct source *source,
                               const struct source *other)
{
    const char *path, *before;

    for (int64_t i = 0; (path = source_file(source->kind, source->config, i));
         i++)
        for (int64_t k = 0;
             (source != other || k < i) &&
             (before = source_file(other->kind, other->config, k));
             k++)
            if (strcmp(path, before) == 0 && file_reads_once(path))
                return path;
    return NULL;
}

/* What gives its content only once is asked for it once. */
static enum status check_once(const struct experiment *x,
                              const struct source *source,
                              const struct source *before, struct err *e)
{
    const char *path = before->kind ? read_before(source, before) : NULL;

    if (!path)
        return OK;
    return tree_error(&x->tree, source->node, AT_KEY, NULL, e,
                      "%s can be read only once, and %s has read it",
                      file_shown(path),
                      source == before ? "this source" : before->origin.key);
}

/* Standard input that held the document is at its end. */
static enum status check_input(const struct experiment *x,
                               const struct source *source, struct err *e)
{
    const char *path;

    for (int64_t i = 0; (path = source_file(source->kind, source->config, i));
         i++)
        if (strcmp(path, "-") == 0 &&
            strcmp(x->tree.name, file_shown("-")) == 0)
            return tree_error(&x->tree, source->node, AT_KEY, NULL, e,
                              "standard input holds the configuration, no "
                              "samples");
    return OK;
}

static enum status preflight(const struct experiment *x,
                             const struct source *const *sources, int64_t i,
                             struct err *e)
{
    const struct source *source = sources[i];
    enum status s = OK;

    if (!source->kind)
        return OK;
    s = check_input(x, source, e);
    for (int64_t k = 0; k <= i && s == OK; k++)
        s = check_once(x, source, sources[k], e);
    return s == OK ? source_preflight(source->kind, source->config, e) : s;
}

enum status samples_preflight(const struct experiment *x, struct err *e)
{
    const struct source *const sources[] = {&x->train_source, &x->valid_source,
                                            &x->test_source};
    enum status s = OK;

    for (int64_t i = 0; i < (int64_t)ARRAY_LEN(sources); i++) {
        const enum status one = preflight(x, sources, i, e);
        s = s != OK ? s : one;
    }
    return s;
}

/* What is used of a source: its first samples, or all. */
static enum status used_part(struct arena *arena, const struct source *source,
                             const struct dataset *d, struct subset *out,
                             struct err *e)
{
    const int64_t count =
        source->limit > 0 ? num_min(source->limit, d->count) : d->count;
    int64_t *ids = arena_take(arena, (size_t)count, sizeof *ids);

    if (!ids)
        return err_memory(e, "preparing the samples");
    for (int64_t i = 0; i < count; i++)
        ids[i] = i;
    *out = (struct subset){d, ids, count};
    return OK;
}

/* All of a source, or all but its pixels; a table by the names that are known.
 */
static enum status read_source(struct samples *s, const struct source *source,
                               bool survey, struct dataset *d, struct err *e)
{
    const struct column_names *names = &s->facts.names;
    const enum status status =
        survey ? source_survey(source->kind, source->config, names, d, e)
               : source_load(source->kind, source->config, names, d, e);

    if (status == OK && d->note)
        text_printf(&s->notes, "%s: %s\n",
                    source->origin.key ? source->origin.key
                                       : source->origin.file,
                    d->note);
    return status;
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
        status = dataset_match(d, classes, &source->origin, e);
    return status;
}

/* From the samples that are used to those that train and validate. */
static enum status make_parts(struct samples *s, const struct experiment *x,
                              bool survey, struct err *e)
{
    const struct source *valid = &x->valid_source;
    const struct split_config config = {
        .eval_size = x->split.eval_size.value,
        .stratify = x->split.stratify,
        .shuffle = x->split.shuffle,
        .seed = (uint64_t)x->top.seed,
    };
    enum status status = valid->kind
                             ? read_source(s, valid, survey, &s->valid, e)
                             : split_build(&s->train_part, &config, &s->arena,
                                           &s->train_part, &s->valid_part, e);

    if (status == OK && valid->kind)
        status =
            fit_samples(x, &s->facts.target, &x->tree, valid, &s->valid, e);
    if (status == OK && valid->kind)
        status = used_part(&s->arena, valid, &s->valid, &s->valid_part, e);
    if (status != OK)
        return status;
    int64_t missing = part_missing_class(&s->train_part);
    if (missing >= 0)
        return tree_error(&x->tree, x->train_source.node, AT_KEY, NULL, e,
                          "class '%s' has no sample left to train on",
                          s->facts.target.names[missing]);
    if (!valid->kind)
        valid = &x->train_source;
    missing = s->valid_part.count > 0 ? part_missing_class(&s->valid_part) : -1;
    if (missing >= 0)
        return tree_error(&x->tree, valid->node, AT_KEY, NULL, e,
                          "class '%s' has no sample to validate with",
                          s->facts.target.names[missing]);
    return OK;
}

static void take_fingerprint(struct samples *s, const struct experiment *x)
{
    struct sha256 digest;

    sha256_begin(&digest);
    dataset_digest(&s->train, x->graph.in, &digest);
    if (s->valid.count > 0)
        dataset_digest(&s->valid, x->graph.in, &digest);
    sha256_end(&digest, s->fingerprint);
}

/* s->facts.names: those that are known already. */
static enum status load(struct samples *s, const struct experiment *x,
                        struct err *e)
{
    static const struct target unknown = {0};
    const struct source *source = &x->train_source;
    enum status status = read_source(s, source, false, &s->train, e);

    if (status == OK)
        status = fit_samples(x, &unknown, &x->tree, source, &s->train, e);
    if (status == OK)
        status = used_part(&s->arena, source, &s->train, &s->train_part, e);
    if (status == OK)
        status = facts_of_training(&s->facts, x, &s->train, &s->train_part,
                                   &s->arena, e);
    if (status == OK)
        status = make_parts(s, x, false, e);
    if (status == OK)
        take_fingerprint(s, x);
    return status;
}

enum status samples_load(struct samples *s, const struct experiment *x,
                         struct err *e)
{
    *s = (struct samples){0};
    return load(s, x, e);
}

enum status samples_assume(struct samples *s, const struct experiment *x,
                           const struct data_facts *like, struct err *e)
{
    *s = (struct samples){0};
    return x->train_source.kind
               ? load(s, x, e)
               : facts_without_data(&s->facts, x, like, &s->arena, e);
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
                             struct err *e)
{
    const struct experiment *x = q->x;
    const struct model *m = q->model;
    enum status status = load(s, x, e);

    s->part = strcmp(q->split, "train") == 0 ? s->train_part : s->valid_part;
    if (status == OK && m)
        status = fit_samples(&m->experiment, &m->target, NULL, &x->train_source,
                             &s->train, e);
    if (status == OK && m && s->valid.count > 0)
        status = fit_samples(&m->experiment, &m->target, NULL, &x->valid_source,
                             &s->valid, e);
    return status;
}

enum status samples_open(struct samples *s, const struct samples_request *q,
                         struct err *e)
{
    const char *split = q->split ? q->split : q->model ? "test" : "";
    const struct source *source = q->source;

    *s = (struct samples){0};
    if (q->model)
        s->facts.names = q->model->names;
    if (!source && (strcmp(split, "train") == 0 || strcmp(split, "valid") == 0))
        return open_part(s, q, e);
    if (!source)
        source = *split ? &q->x->test_source : &q->x->train_source;
    if (!source->kind)
        return err_add(e, ERR_CONFIG, q->x->tree.name,
                       "data.test: is missing; --split names other samples");
    return open_source(s, source, q->model, e);
}

/* What fit holds of a set: pixels and labels. */
static size_t set_bytes(const struct dataset *d)
{
    const size_t pixel = d->pixel == PIXEL_U8 ? 1 : sizeof(float);

    return (size_t)d->count *
           ((size_t)shape_count(d->shape) * pixel +
            (d->target.kind == TARGET_REAL
                 ? (size_t)d->target.width * sizeof *d->targets
                 : sizeof *d->labels));
}

/* Of a sample that trains its number and its place in the epoch's order, of one
 * that validates its number and its score. */
static size_t parts_bytes(const struct samples *s)
{
    return (size_t)s->train_part.count * 2 * sizeof *s->train_part.ids +
           (size_t)s->valid_part.count *
               (sizeof *s->valid_part.ids + sizeof(struct score));
}

static void survey(struct samples *s, const struct experiment *x,
                   struct samples_survey *out, struct err *e)
{
    const struct source *source = &x->train_source;

    enum status status = read_source(s, source, true, &s->train, e);
    if (status == OK)
        status = facts_of_answers(&s->facts, x, &s->train, &s->arena, e);
    if (status == OK)
        status = used_part(&s->arena, source, &s->train, &s->train_part, e);
    if (status != OK || s->train.count == 0)
        return;
    out->class_count = target_classes(&s->facts.target);
    if (make_parts(s, x, true, e) == OK)
        out->bytes =
            set_bytes(&s->train) + set_bytes(&s->valid) + parts_bytes(s);
}

enum status samples_survey(const struct experiment *x,
                           struct samples_survey *out, struct err *e)
{
    struct err *ignored = mem_take(1, sizeof *ignored);
    struct samples s = {0};

    *out = (struct samples_survey){0};
    if (ignored && x->train_source.kind)
        survey(&s, x, out, ignored);
    const bool is_short = !ignored || ignored->status == ERR_MEMORY;
    samples_free(&s);
    mem_free(ignored);
    return is_short ? err_memory(e, "looking at the data") : OK;
}

void samples_free(struct samples *s)
{
    dataset_free(&s->train);
    dataset_free(&s->valid);
    dataset_free(&s->lone);
    text_free(&s->notes);
    arena_free(&s->arena);
    *s = (struct samples){0};
}
