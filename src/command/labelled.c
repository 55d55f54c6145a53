/*
 * labelled.c - from options and CONFIG to a part of a data set.
 */
#include "command/labelled.h"

#include <string.h>

#include "app/agree.h"
#include "base/file.h"
#include "base/num.h"
#include "cli/say.h"
#include "data/idx.h"

const char *const split_words[] = {"train", "valid", "test", NULL};

static const struct source_ops *source_find(const char *name)
{
    for (int64_t i = 0; source_registry[i]; i++)
        if (strcmp(source_registry[i]->kind.name, name) == 0)
            return source_registry[i];
    return NULL;
}

const struct csv_source *model_csv(const struct model *m)
{
    const struct source *s = &m->experiment.train_source;

    return s->kind && strcmp(s->kind->kind.name, "csv") == 0 ? s->config : NULL;
}

struct csv_source csv_named(const char *path)
{
    return (struct csv_source){
        .csv = {path, path},
        .label_column = "0",
        .header = "auto",
        .delimiter = ",",
    };
}

static enum status csv_of(const struct call *call, const char *path,
                          const struct csv_source *like, struct source *out,
                          struct err *e)
{
    struct csv_source *c = arena_take(call->arena, 1, sizeof *c);

    if (!c)
        return err_memory(e, "reading the command line");
    *c = like ? *like : csv_named(path);
    c->csv = (struct path){path, path};
    *out = (struct source){
        .kind = source_find("csv"),
        .config = c,
        .origin = {file_shown(path), NULL},
    };
    return OK;
}

static enum status idx_of(const struct call *call, const char *images,
                          const char *labels, struct source *out, struct err *e)
{
    struct idx_source *c = arena_take(call->arena, 1, sizeof *c);

    if (!c)
        return err_memory(e, "reading the command line");
    *c = (struct idx_source){{images, images}, {labels, labels}};
    *out = (struct source){.kind = source_find("images"),
                           .config = c,
                           .origin = {file_shown(images), NULL}};
    return OK;
}

enum status labelled_source(const struct call *call,
                            const struct data_options *o, const char *config,
                            const struct csv_source *like, struct source *out,
                            struct err *e)
{
    const bool idx = o->images || o->labels;
    const int64_t ways = (config != NULL) + (o->csv != NULL) + idx;

    *out = (struct source){0};
    if (ways != 1)
        return usage_error(e, call,
                           "expected labelled samples: CONFIG, or --csv, or "
                           "--images and --labels%s",
                           ways ? ", one of them" : "");
    if (idx && !(o->images && o->labels))
        return usage_error(e, call, "--%s: needs --%s",
                           o->images ? "images" : "labels",
                           o->images ? "labels" : "images");
    if (!config && (o->split || call->global.set.count > 0))
        return usage_error(e, call, "--%s: needs a CONFIG",
                           o->split ? "split" : "set");
    if (o->csv)
        return csv_of(call, o->csv, like, out, e);
    return idx ? idx_of(call, o->images, o->labels, out, e) : OK;
}

/* The first `limit` samples, 0: all. */
static enum status whole_part(struct labelled *l, const struct dataset *d,
                              int64_t limit, struct err *e)
{
    const int64_t count = limit > 0 ? num_min(limit, d->count) : d->count;
    int64_t *ids = arena_take(&l->arena, (size_t)count, sizeof *ids);

    if (!ids)
        return err_memory(e, "loading the samples");
    for (int64_t i = 0; i < count; i++)
        ids[i] = i;
    l->part = (struct subset){d, ids, count};
    return OK;
}

static enum status no_test_source(const char *config, struct err *e)
{
    return err_add(e, ERR_CONFIG, config,
                   "data.test: is missing; --split names other samples");
}

static enum status load_as_is(struct labelled *l, const struct source *source,
                              struct err *e)
{
    const enum status s = source->kind->load(source->config, &l->own, e);

    return s == OK ? whole_part(l, &l->own, source->limit, e) : s;
}

/* The training or validation part, as `fit` cuts them. */
static enum status load_split(struct labelled *l, const char *split,
                              struct err *e)
{
    const enum status s = samples_load(&l->samples, &l->experiment, e);

    if (s == OK)
        l->part = strcmp(split, "train") == 0 ? l->samples.train_part
                                              : l->samples.valid_part;
    return s;
}

enum status labelled_open(struct labelled *l, const struct call *call,
                          const struct data_options *o, struct err *e)
{
    const char *config = call->word_count > 0 ? call->words[0] : NULL;
    struct source source;

    *l = (struct labelled){0};
    enum status s = labelled_source(call, o, config, NULL, &source, e);
    if (s != OK || source.kind)
        return s == OK ? load_as_is(l, &source, e) : s;
    s = experiment_read(&l->experiment, config, &call->global.set,
                        EXPERIMENT_DATA, call->kernels, e);
    if (s != OK)
        return s;
    if (!o->split)
        return load_as_is(l, &l->experiment.train_source, e);
    if (strcmp(o->split, "test") != 0)
        return load_split(l, o->split, e);
    if (!l->experiment.test_source.kind)
        return no_test_source(config, e);
    return load_as_is(l, &l->experiment.test_source, e);
}

/* The document's own network takes its samples, the model's may not. */
static enum status other_shape(const struct graph *g, struct shape found,
                               const struct origin *from, struct err *e)
{
    struct text got = {0}, asked = {0};

    shape_print(&got, found);
    shape_print(&asked, g->in);
    const enum status s =
        err_add(e, ERR_CONFIG, from->file,
                "%s: the samples are %s, the network's input takes %s",
                from->key, text_string(&got), text_string(&asked));
    text_free(&got);
    text_free(&asked);
    return s;
}

/* Parts of CONFIG, their labels numbered as the model's classes. */
static enum status load_split_for(struct labelled *l, const char *split,
                                  const struct model *m, struct err *e)
{
    struct samples *s = &l->samples;
    enum status status = load_split(l, split, e);

    if (status == OK && !shape_equal(s->train.shape, m->experiment.graph.in))
        return other_shape(&m->experiment.graph, s->train.shape,
                           &l->experiment.train_source.origin, e);
    if (status == OK)
        status = agree_answers(&m->experiment, &s->train.target,
                               &l->experiment.train_source.origin, e);
    if (status != OK || m->target.kind != TARGET_CLASS)
        return status;
    status = dataset_match(&s->train, &m->target,
                           &l->experiment.train_source.origin, e);
    if (status == OK && s->valid.count > 0)
        status = dataset_match(&s->valid, &m->target,
                               &l->experiment.valid_source.origin, e);
    return status;
}

enum status labelled_open_for(struct labelled *l, const struct call *call,
                              const struct data_options *o, const char *config,
                              const struct model *m, struct err *e)
{
    struct source source;

    *l = (struct labelled){0};
    enum status s = labelled_source(call, o, config, model_csv(m), &source, e);
    if (s == OK && !source.kind) {
        s = experiment_read(&l->experiment, config, &call->global.set,
                            EXPERIMENT_DATA, call->kernels, e);
        if (s == OK && o->split && strcmp(o->split, "test") != 0)
            return load_split_for(l, o->split, m, e);
        source = l->experiment.test_source;
        if (s == OK && !source.kind)
            return no_test_source(config, e);
    }
    if (s == OK)
        s = samples_load_labelled(&l->samples, &m->experiment, &source,
                                  &m->target, e);
    if (s == OK)
        l->part = l->samples.test_part;
    return s;
}

void labelled_close(struct labelled *l)
{
    samples_free(&l->samples);
    dataset_free(&l->own);
    experiment_free(&l->experiment);
    arena_free(&l->arena);
}
