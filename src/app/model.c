/*
 * model.c - a file to an experiment with weights.
 */
#include "app/model.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "codec/mistaken.h"
#include "train/checkpoint.h"
#include "train/infer.h"

/* A model being read. */
struct reader {
    struct model *m;
    const char *path;
    const struct kernels *kern;
    struct err *e;
};

static enum status malformed(const struct reader *r, const char *what)
{
    return err_add(r->e, ERR_DATA, r->path, "%s", what);
}

static enum status check_format(const struct reader *r)
{
    const char *version = stored_text_of(&r->m->stored, "format_version");
    int64_t number;

    if (!version || !num_parse_int(version, &number) || number < 1)
        return malformed(r, "metadata format_version is no count");
    if (number > MODEL_FORMAT_VERSION)
        return err_add(r->e, ERR_DATA, r->path,
                       "is of format version %lld, this program reads versions "
                       "up to %d",
                       (long long)number, MODEL_FORMAT_VERSION);
    return OK;
}

/* The document of a file that somebody tampered with may be anything; its
 * errors are errors of the file. */
static enum status read_document(const struct reader *r)
{
    const char *text = stored_text_of(&r->m->stored, "config");
    struct err *inner = arena_take(&r->m->arena, 1, sizeof *inner);

    if (!text)
        return malformed(r, "metadata config is missing");
    if (!inner)
        return err_memory(r->e, "reading the model");
    const enum status s = experiment_parse_stored(
        &r->m->experiment, r->path, text, strlen(text), r->kern, inner);
    if (s == OK || s == ERR_MEMORY)
        return s == OK ? OK : err_memory(r->e, "reading the model");
    inner->text[strcspn(inner->text, "\n")] = '\0';
    return err_add(r->e, ERR_DATA, r->path,
                   "its configuration is not valid: %s", inner->text);
}

/* A list of `count` texts; what is said of another number of them, and of what
 * is no text. */
static enum status read_texts(const struct reader *r, const struct json *list,
                              int64_t count, const char *const say[2],
                              struct text_list *out)
{
    if (json_count(list) != count)
        return malformed(r, say[0]);
    const char **texts = arena_take(&r->m->arena, (size_t)count, sizeof *texts);
    if (!texts)
        return err_memory(r->e, "reading the model");
    for (int64_t i = 0; i < count; i++) {
        const char *text = json_text_of(json_entry(list, i));
        if (!text)
            return malformed(r, say[1]);
        texts[i] = arena_strdup(&r->m->arena, text);
    }
    *out = (struct text_list){texts, count};
    return arena_check(&r->m->arena, r->e, "reading the model");
}

static enum status read_classes(const struct reader *r, const struct json *list)
{
    static const char *const say[] = {"has not one class name per output",
                                      "a class name is no string"};
    struct target *t = &r->m->target;
    struct experiment *x = &r->m->experiment;
    struct text_list names;

    /* Before one output stood for two classes it was one. */
    if (!x->has_train && json_count(list) == 1)
        x->binary = false;
    *t = x->target;
    t->width = experiment_width(x);
    if (t->kind != TARGET_CLASS)
        return json_count(list) == 0
                   ? OK
                   : malformed(r, "has classes, and its network has none");
    enum status s = read_texts(r, list, t->width, say, &names);
    if (s != OK)
        return s;
    t->names = names.at;
    const char *fault = target_fault(t, &r->m->arena);
    s = arena_check(&r->m->arena, r->e, "reading the model");
    return s == OK && fault ? malformed(r, fault) : s;
}

/* `mean` and `std`, of which there are as many as that, of metadata `key`.
 * Deviations have a reciprocal. */
static enum status read_pairs(const struct reader *r, const char *key,
                              const struct json *map, int64_t count,
                              struct normalization *out)
{
    const struct json *mean = json_member(map, "mean");
    const struct json *std = json_member(map, "std");
    double *values =
        arena_take(&r->m->arena, 2 * (size_t)count, sizeof *values);
    if (!values)
        return err_memory(r->e, "reading the model");
    for (int64_t i = 0; i < 2 * count; i++)
        if (!json_real_of(i < count ? json_entry(mean, i)
                                    : json_entry(std, i - count),
                          &values[i]) ||
            !(fabs(values[i]) <= (double)FLT_MAX))
            return err_add(r->e, ERR_DATA, r->path, "metadata %s is malformed",
                           key);
    for (int64_t i = 0; i < count; i++)
        if (!facts_can_divide(values[i], values[count + i]))
            return err_add(r->e, ERR_DATA, r->path,
                           "metadata %s has a std that is not positive, or too "
                           "small or large for its reciprocal",
                           key);
    *out = (struct normalization){count, values, values + count};
    return OK;
}

static enum status read_normalization(const struct reader *r,
                                      const struct json *map)
{
    const struct shape in = r->m->experiment.graph.in;
    const int64_t count = json_count(json_member(map, "mean"));

    if (count != json_count(json_member(map, "std")) ||
        (count != 1 && count != shape_channels(in) && count != shape_count(in)))
        return malformed(r, "metadata normalization has not one mean and std, "
                            "or one per channel or column");
    return read_pairs(r, "normalization", map, count, &r->m->norm);
}

/* A number for all columns or one for each; NULL: no cell may be missing. */
static enum status read_missing(const struct reader *r, const struct json *list)
{
    const int64_t count = json_count(list);

    if (!list)
        return OK;
    if (count != 1 && count != shape_count(r->m->experiment.graph.in))
        return malformed(r, "metadata inputs has not one number for missing "
                            "cells, or one per column");
    double *at = arena_take(&r->m->arena, (size_t)count, sizeof *at);
    if (!at)
        return err_memory(r->e, "reading the model");
    for (int64_t i = 0; i < count; i++)
        if (!json_real_of(json_entry(list, i), &at[i]) ||
            !(fabs(at[i]) <= (double)FLT_MAX))
            return malformed(r, "metadata inputs: missing is malformed");
    r->m->missing = (struct filling){count, at};
    return OK;
}

static const char *const say_of_columns[] = {
    "has not one column name per number", "a column name is no string"};

static enum status read_inputs(const struct reader *r, const struct json *map)
{
    struct arena *arena = &r->m->arena;
    struct column_names *names = &r->m->names;
    const char *label = json_text_of(json_member(map, "label"));
    const struct json *columns = json_member(map, "columns");

    if (!json_is_map(map) || (json_member(map, "label") && !label))
        return malformed(r, "metadata inputs is malformed");
    enum status s = read_missing(r, json_member(map, "missing"));
    names->label = label ? arena_strdup(arena, label) : NULL;
    if (s != OK || !columns)
        return s;
    s = read_texts(r, columns, shape_count(r->m->experiment.graph.in),
                   say_of_columns, &names->inputs);
    if (s == OK && text_twin(names->inputs.at, names->inputs.count, arena))
        return malformed(r, "two columns have one name");
    if (s == OK && r->m->target.kind == TARGET_INPUTS)
        r->m->target.names = names->inputs.at;
    return s;
}

/* Those that are standardized, and no others, have a pair each. */
static enum status read_scale(const struct reader *r, const struct json *map)
{
    const struct json *mean = json_member(map, "mean");
    const struct json *std = json_member(map, "std");
    const int64_t width = r->m->target.width;

    if (!r->m->experiment.train.standardize_targets)
        return mean || std ? malformed(r, "metadata targets has mean or std, "
                                          "and its network standardizes none")
                           : OK;
    if (json_count(mean) != width || json_count(std) != width)
        return malformed(r, "metadata targets has not one mean and std per "
                            "target, and its network standardizes them");
    return read_pairs(r, "targets", map, width, &r->m->scale);
}

static enum status read_targets(const struct reader *r, const struct json *map)
{
    const char *kind = json_text_of(json_member(map, "kind"));
    struct target *t = &r->m->target;

    if (!kind || strcmp(kind, target_word(t->kind)) != 0)
        return malformed(r, "metadata targets are of another kind than its "
                            "network");
    enum status s = read_scale(r, map);
    if (s != OK || !json_member(map, "names"))
        return s;
    s = read_texts(r, json_member(map, "names"), target_numbers(t),
                   say_of_columns, &r->m->names.targets);
    if (t->kind == TARGET_LABELS && s == OK)
        t->names = r->m->names.targets.at;
    return s;
}

static enum status read_split(const struct reader *r, const struct json *map)
{
    return model_split_read(r->m, r->path, map, r->e);
}

static enum status read_reach(const struct reader *r, const struct json *list)
{
    struct reach *to = &r->m->reach;

    return json_count(list) == 2 &&
                   json_real_of(json_entry(list, 0), &to->low) &&
                   json_real_of(json_entry(list, 1), &to->high) &&
                   to->low > 0 && to->low <= to->high &&
                   to->high <= (double)FLT_MAX
               ? OK
               : malformed(r, "metadata reach is malformed");
}

/* An update takes one sample or more. */
static enum status check_updates(const struct reader *r)
{
    const struct train_state *s = &r->m->state;
    const int64_t before = s->update_count - s->position.batches;
    const double most = r->m->samples_an_epoch * (double)s->epoch;

    if (r->m->samples_an_epoch <= 0 || (double)before <= most)
        return OK;
    return malformed(r,
                     "update_count does not fit the epochs and their samples");
}

/* Parses the JSON under `key` and hands it to `read`. */
static enum status read_json(const struct reader *r, const char *key,
                             enum status (*read)(const struct reader *,
                                                 const struct json *))
{
    struct json *document;
    enum status s = stored_json(&r->m->stored, key, r->path, &document, r->e);

    if (s != OK)
        return s;
    s = read(r, document);
    json_free(document);
    return s;
}

/* The best epoch, and what plateau and early stopping wait for, are what the
 * history leaves.  A file without updates, or one that has been stripped, waits
 * for nothing. */
static enum status check_watched(const struct reader *r)
{
    const struct model *m = r->m;

    if (!m->experiment.has_train)
        return OK;
    const struct fit_config fit = experiment_fit_config(&m->experiment);
    if (!watch_best_fits(&fit.watch, &m->state))
        return malformed(r, "best_epoch is not the best of its history");
    if (m->state.update_count == 0 ||
        !stored_text_of(&m->stored, counters_position))
        return OK;
    return watch_fits(&fit.watch, &m->state)
               ? OK
               : malformed(r, "metadata schedule, early_stopping or stopped is "
                              "not what its history leaves");
}

static enum status read_weights(const struct reader *r)
{
    static const char *const others[] = {reference_name, NULL};
    struct model *m = r->m;
    const struct update_ops *update =
        m->experiment.has_train ? update_of(m->experiment.update) : NULL;
    const struct graph *g = &m->experiment.graph;
    const struct checkpoint_file file = {&m->stored, r->path, others};
    enum status s = checkpoint_fits(&file, g, r->e);

    if (s == OK)
        s = state_new(&m->state, g, update, &m->experiment.columns, r->e);
    if (s == OK)
        s = average_new(&m->state.average, g, experiment_decay(&m->experiment),
                        r->e);
    if (s == OK)
        s = checkpoint_restore(&file, g, update, &m->state, r->e);
    return s == OK ? check_watched(r) : s;
}

/* The file, once its tensors are there. */
static enum status read_model(const struct reader *r)
{
    struct model *m = r->m;
    enum status s = check_format(r);

    if (s == OK)
        s = read_document(r);
    if (s == OK)
        s = read_json(r, "classes", read_classes);
    if (s == OK)
        s = read_json(r, "normalization", read_normalization);
    if (s == OK && stored_text_of(&m->stored, "inputs"))
        s = read_json(r, "inputs", read_inputs);
    if (s == OK)
        s = model_images_read(m, r->path, r->e);
    if (s == OK && stored_text_of(&m->stored, "targets"))
        s = read_json(r, "targets", read_targets);
    else if (s == OK)
        s = read_scale(r, NULL);
    if (s == OK && stored_text_of(&m->stored, "split"))
        s = read_json(r, "split", read_split);
    if (s == OK && stored_text_of(&m->stored, "reach"))
        s = read_json(r, "reach", read_reach);
    if (s != OK)
        return s;
    m->fingerprint = stored_text_of(&m->stored, "data_fingerprint");
    m->cpu_kernels = stored_text_of(&m->stored, "cpu_kernels");
    if (!m->fingerprint || !m->cpu_kernels)
        return malformed(r, "metadata data_fingerprint or cpu_kernels is "
                            "missing");
    if (*m->fingerprint != '\0' && !sha256_is_hex(m->fingerprint))
        return malformed(r, "metadata data_fingerprint is malformed");
    s = read_weights(r);
    return s == OK ? check_updates(r) : s;
}

enum status model_read_any(struct model *m, const char *path,
                           const struct kernels *kern, struct err *e)
{
    enum status s = mistaken_model(path, e);

    *m = (struct model){0};
    if (s == OK)
        s = store_read(path, &m->stored, e);
    return s == OK && store_is_own(&m->stored)
               ? read_model(&(struct reader){m, path, kern, e})
               : s;
}

enum status model_read(struct model *m, const char *path,
                       const struct kernels *kern, struct err *e)
{
    const enum status s = model_read_any(m, path, kern, e);

    return s == OK && !store_is_own(&m->stored)
               ? err_add(e, ERR_DATA, path,
                         "is not a model of cnnctl; weights of other programs "
                         "can be used with checkpoint load")
               : s;
}

void model_free(struct model *m)
{
    state_free(&m->state);
    experiment_free(&m->experiment);
    store_free(&m->stored);
    arena_free(&m->arena);
    *m = (struct model){0};
}
