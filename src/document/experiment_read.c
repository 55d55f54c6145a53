/*
 * experiment_read.c - a document read, bound and built; what training needs of
 * it.
 */
#include <string.h>

#include "base/file.h"
#include "codec/mistaken.h"
#include "document/agree.h"
#include "document/bind.h"
#include "document/experiment.h"

static const char *const top_sections[] = {"data",   "layers", "train",
                                           "engine", "info",   NULL};

enum status bind_section(struct experiment *x, const char *key, bool required,
                         const struct node **map, struct err *e)
{
    const struct node *found = node_find(x->tree.root, key);

    *map = NULL;
    if (!found)
        return required ? tree_error(&x->tree, x->tree.root, AT_KEY, key, e,
                                     "missing, expected a mapping")
                        : OK;
    if (found->kind != NODE_MAP)
        return tree_error(&x->tree, found, AT_VALUE, NULL, e,
                          "expected a mapping");
    *map = found;
    return OK;
}

/* A section without parts of its own. */
static enum status bind_plain(struct experiment *x, const char *key,
                              const struct field *fields, void *into,
                              struct err *e)
{
    const struct node *map;
    const enum status s = bind_section(x, key, false, &map, e);

    return s == OK ? field_fill(&x->tree, map, fields, into, e) : s;
}

static enum status bind_document(struct experiment *x, unsigned needs,
                                 struct err *e)
{
    const struct binding top[] = {{top_fields, &x->top}, {NULL, NULL}};
    enum status s =
        field_bind(&x->tree, x->tree.root, top, NULL, top_sections, e);

    if (x->top.extends.count > 0)
        s = tree_error(&x->tree, node_find(x->tree.root, "extends"), AT_KEY,
                       NULL, e, "has no effect here, only in a file");
    s = bind_worse(bind_data(x, (needs & EXPERIMENT_DATA) != 0, e), s);
    s = bind_worse(bind_plain(x, "engine", engine_fields, &x->engine, e), s);
    s = bind_worse(bind_layers(x, e), s);
    const enum status train = bind_train(x, (needs & EXPERIMENT_TRAIN) != 0, e);
    s = bind_worse(train, s);
    if (train == OK || !x->has_train)
        s = bind_worse(
            agree_document(
                x, (needs & (EXPERIMENT_TRAIN | EXPERIMENT_AS_TRAINED)) != 0,
                e),
            s);
    return bind_worse(bind_plain(x, "info", info_fields, &x->info, e), s);
}

static enum status parse(struct experiment *x, const char *name, struct err *e)
{
    const enum status s =
        tree_parse(&x->tree, &x->arena, name, (const char *)x->document.at,
                   x->document.length, e);

    x->tree.entry_name = notation_entry_name;
    x->tree.makes_entries = notation_makes;
    x->tree.key_place = experiment_key_place;
    return s;
}

static bool reads(const struct source *s, const char *path)
{
    return s->kind && source_reads(s->kind, s->config, path);
}

static bool extends(const struct tree *t, const char *path)
{
    const struct tree_file *f = t->files;

    while (f && !file_same(f->name, path))
        f = f->next;
    return f != NULL;
}

/* No file that the document names may be written by the same run. */
static enum status spare_files(const struct experiment *x, const char *path,
                               const char *const *outputs, struct err *e)
{
    for (; outputs && *outputs; outputs++)
        if (file_same(path, *outputs) || extends(&x->tree, *outputs) ||
            reads(&x->train_source, *outputs) ||
            reads(&x->valid_source, *outputs) ||
            reads(&x->test_source, *outputs))
            return err_add(e, ERR_USAGE, *outputs,
                           "is read through %s, it cannot be written too",
                           x->tree.name);
    return OK;
}

/* Standard input, for one, can be read only once. */
static enum status take_document(struct experiment *x, const char *path,
                                 const struct bytes *held, struct err *e)
{
    if (!held || !held->at)
        return file_read_all(path, TREE_MAX_BYTES, &x->document, e);
    x->document.at = mem_take(held->length + 1, 1);
    if (!x->document.at)
        return err_memory(e, "reading the configuration");
    memcpy(x->document.at, held->at, held->length);
    x->document.length = held->length;
    return OK;
}

enum status experiment_read(struct experiment *x, const char *path,
                            const struct settings *set, unsigned needs,
                            const struct kernels *kern, struct err *e)
{
    *x = (struct experiment){.kern = kern};
    enum status s = mistaken_config(path, e);
    if (s == OK)
        s = take_document(x, path, set ? &set->document : NULL, e);
    if (s == OK)
        s = parse(x, file_shown(path), e);
    if (!x->tree.root || s == ERR_MEMORY)
        return s;
    s = bind_worse(tree_extend(&x->tree, e), s);
    if (!x->tree.root)
        return s;
    x->tree.keeps_folders = (needs & EXPERIMENT_FOLDERS) != 0;
    for (int64_t i = 0; set && i < set->count; i++)
        s = bind_worse(tree_set(&x->tree, i + 1, set->at[i], e), s);
    s = bind_worse(bind_document(x, needs, e), s);
    if (s == ERR_MEMORY)
        return s; /* what could not be built names nothing */
    const enum status spared =
        spare_files(x, path, set ? set->outputs : NULL, e);
    return bind_worse(spared, s);
}

enum status experiment_parse_stored(struct experiment *x, const char *name,
                                    const char *text, size_t length,
                                    const struct kernels *kern, struct err *e)
{
    *x = (struct experiment){.kern = kern};
    x->document.at = mem_take(length + 1, 1);
    if (!x->document.at)
        return err_memory(e, "reading the model");
    memcpy(x->document.at, text, length);
    x->document.length = length;
    const enum status s = parse(x, name, e);
    x->tree.paths_as_written = true;
    return s == OK ? bind_document(x, 0, e) : s;
}

void experiment_free(struct experiment *x)
{
    mem_free(x->document.at);
    arena_free(&x->arena);
    *x = (struct experiment){0};
}

const struct field *experiment_split_fields(const struct experiment *x)
{
    const bool folds = x->split.folds > 0;

    if (!folds && !experiment_holds_out(x))
        return no_split_fields;
    if (x->split.hash)
        return folds ? hash_fold_fields : hash_split_fields;
    if (x->split.by || x->target.kind != TARGET_CLASS)
        return folds ? plain_fold_fields : plain_split_fields;
    return folds ? fold_split_fields : split_fields;
}

/* A name that is none was refused when the document was read. */
static struct monitor monitor_of(const struct experiment *x, const char *own)
{
    struct monitor m;

    (void)monitor_find(&m, own ? own : x->train.monitor, &x->columns);
    return m;
}

static struct schedule schedule_of_run(const struct experiment *x)
{
    const struct schedule_keys *keys = x->train.schedule.config;
    const struct warmup *warmup = keys ? keys->warmup.config : NULL;

    return (struct schedule){
        .learning_rate = keys ? keys->learning_rate : (struct variant){0},
        .momentum = keys ? keys->momentum : (struct variant){0},
        .warmup = warmup ? *warmup : (struct warmup){0},
        .rate = update_learning_rate(x->update),
        .beta = update_momentum(x->update),
        .epochs = x->train.max_epochs,
    };
}

/* What is best, and what plateau and early stopping wait for. */
static struct watch_config watch_of(const struct experiment *x)
{
    const struct early_stopping_section *stop = x->train.early_stopping.config;
    struct watch_config w = {
        .best = monitor_of(x, NULL),
        .keeps_last = !x->train.restore_best,
        .schedule = schedule_of_run(x),
    };
    const struct schedule_config *plateau = schedule_plateau(&w.schedule);

    if (stop)
        w.stopping = (struct wait_config){monitor_of(x, stop->monitor),
                                          stop->patience, stop->min_delta};
    if (plateau)
        w.plateau = (struct wait_config){monitor_of(x, plateau->monitor),
                                         plateau->patience, plateau->min_delta};
    return w;
}

struct fit_config experiment_fit_config(const struct experiment *x)
{
    return (struct fit_config){
        .step =
            {
                .batch_size = x->train.batch_size,
                .slices = x->engine.slices,
                .of_inputs = x->target.kind == TARGET_INPUTS,
                .penalty = {x->train.l1, x->train.l2},
                .clip_norm = x->train.clip_norm,
                .max_norm = x->train.max_norm,
                .measures = x->train.log,
                .loss = x->loss,
                .update = x->update,
                .augment = {x->data.augment, (uint64_t)x->top.seed, 255, true},
            },
        .max_epochs = x->train.max_epochs,
        .shuffle = x->train.shuffle,
        .batch_mean = strcmp(x->train.averaging, "batch_mean") == 0,
        .log = x->train.log,
        .watch = watch_of(x),
        .seed = (uint64_t)x->top.seed,
        .columns = &x->columns,
        .binary = x->binary,
    };
}
