/*
 * data_options.c - from options and CONFIG to samples.
 */
#include "cli/data_options.h"

#include <string.h>

#include "app/sources.h"
#include "cli/say.h"

const char *const split_words[] = {"train", "valid", "test", NULL};

const char *data_other_source(const struct data_options *o, const char *config)
{
    return config      ? "CONFIG"
           : o->csv    ? "--csv"
           : o->folder ? "--folder"
           : o->source ? "--source"
                       : NULL;
}

const char *data_name(const struct data_options *o, const char *config)
{
    return o->csv      ? file_shown(o->csv)
           : o->folder ? o->folder
           : o->source ? "--source"
           : o->images ? file_shown(o->images)
                       : config;
}

/* Keys of a configuration that say how any source is read. */
static const char *const reading_keys[] = {
    "resize", "fit", "channels", "background", "cache", "missing", "classes"};

/* Does a setting, KEY=VALUE, set one of them? */
static bool is_of_reading(const char *setting)
{
    for (size_t i = 0; i < ARRAY_LEN(reading_keys); i++) {
        const size_t length = strlen(reading_keys[i]);
        if (strncmp(setting, "data.", 5) == 0 &&
            strncmp(setting + 5, reading_keys[i], length) == 0 &&
            strchr("=.", setting[5 + length]))
            return true;
    }
    return false;
}

/* Without a CONFIG, and for no model, which was told how samples are read. */
static enum status check_settings(const struct call *call, struct err *e)
{
    const struct settings *set = &call->global.set;
    const bool reads = strncmp(call->command->name, "data ", 5) == 0;
    struct text list = {0};
    int64_t i = 0;

    while (i < set->count && reads && is_of_reading(set->at[i]))
        i++;
    if (i == set->count)
        return OK;
    for (size_t k = 0; reads && k < ARRAY_LEN(reading_keys); k++)
        text_printf(&list, "%s data.%s", k > 0 ? "," : " for keys other than",
                    reading_keys[k]);
    const enum status s =
        usage_error(e, call, "--set: needs a CONFIG%s", text_string(&list));
    text_free(&list);
    return s;
}

/* Exactly one of the ways. */
static enum status check_ways(const struct call *call,
                              const struct data_options *o, const char *config,
                              struct err *e)
{
    const bool idx = o->images || o->labels;
    const int64_t ways = (config != NULL) + (o->csv != NULL) +
                         (o->folder != NULL) + (o->source != NULL) + idx;

    if (o->targets && !o->csv)
        return usage_error(e, call,
                           "--targets: needs --csv, whose answers they are");
    if (ways != 1)
        return usage_error(e, call,
                           "expected labelled samples: CONFIG, or --csv, "
                           "--folder or --source, or --images and --labels%s",
                           ways ? ", one of them" : "");
    if (idx && !o->images)
        return usage_error(e, call, "--labels: needs --images");
    if (!config && o->split)
        return usage_error(e, call, "--split: needs a CONFIG");
    return config ? OK : check_settings(call, e);
}

enum status data_source(const struct call *call, const struct data_options *o,
                        const char *config, const struct source *like,
                        struct source *out, struct err *e)
{
    const char *kind = o->csv ? "csv" : o->folder ? "folder" : "images";
    const struct named_file files[] = {{kind, o->csv      ? o->csv
                                              : o->folder ? o->folder
                                                          : o->images},
                                       {o->images    ? "labels"
                                        : o->targets ? "targets"
                                                     : NULL,
                                        o->images ? o->labels : o->targets},
                                       {NULL, NULL}};
    enum status s = check_ways(call, o, config, e);

    *out = (struct source){0};
    if (s != OK || config)
        return s;
    s = o->source
            ? source_of_text(call->arena, "--source", o->source, like, out, e)
            : source_of_files(call->arena, source_find(kind), like, files, out,
                              e);
    return s == OK ? source_spares(out, o->source ? "--source" : files[0].path,
                                   call->global.set.outputs, e)
                   : s;
}

enum status data_needs_labels(const struct call *call,
                              const struct data_options *o, struct err *e)
{
    return o->images && !o->labels
               ? usage_error(e, call, "--images: needs --labels")
               : OK;
}

/* `text` as what stands under the key before it, however it is written. */
static void put_nested(struct text *out, const char *text)
{
    while (*text) {
        const size_t length = strcspn(text, "\n");
        text_puts(out, "\n    ");
        text_add(out, text, length);
        text += length + (text[length] == '\n');
    }
}

static void put_file(struct text *out, const char *key, const char *path)
{
    if (!path)
        return;
    text_printf(out, "\n    %s: ", key);
    field_print_text(out, path);
}

enum status data_settings(const struct call *call, const struct data_options *o,
                          struct experiment *x, struct err *e)
{
    struct settings set = call->global.set;
    struct text t = {0};

    *x = (struct experiment){0};
    if (set.count == 0)
        return OK;
    text_puts(&t, "layers: [input: {shape: [1]}]\ndata:\n  train:");
    if (o->source)
        put_nested(&t, o->source);
    put_file(&t, "csv", o->csv);
    put_file(&t, "targets", o->targets);
    put_file(&t, "folder", o->folder);
    put_file(&t, "images", o->images);
    put_file(&t, "labels", o->labels);
    text_puts(&t, "\n");
    set.document = (struct bytes){(unsigned char *)t.at, t.length};
    const enum status s =
        t.failed ? err_memory(e, "reading the command line")
                 : experiment_read(x, "command line", &set, EXPERIMENT_DATA,
                                   call->kernels, e);
    text_free(&t);
    return s;
}

enum status labelled_open(struct labelled *l, const struct call *call,
                          const struct labelled_request *r, struct err *e)
{
    struct samples_request q = {
        .split = r->options->split,
        .model = r->model,
        .passed = r->passed,
        .threads = call->global.threads,
    };
    const struct source *like =
        r->model ? &r->model->experiment.train_source : NULL;
    struct source source;

    *l = (struct labelled){0};
    const bool bare = r->model && r->model->target.kind == TARGET_INPUTS;
    enum status s = data_source(call, r->options, r->config, like, &source, e);
    if (s == OK && bare && r->options->labels)
        s = usage_error(e, call,
                        "--labels: has no effect, the model learns its inputs");
    else if (s == OK && !bare)
        s = data_needs_labels(call, r->options, e);
    if (s == OK && source.kind) {
        s = data_settings(call, r->options, &l->experiment, e);
        q.source = &source;
        q.x = l->experiment.has_data ? &l->experiment : NULL;
    } else if (s == OK) {
        s = experiment_read(&l->experiment, r->config, &call->global.set,
                            EXPERIMENT_DATA, call->kernels, e);
        q.x = &l->experiment;
    }
    if (s == OK)
        s = samples_open(&l->samples, &q, e);
    if (s == OK && l->samples.notes.length > 0)
        note(call, "%.*s", (int)l->samples.notes.length - 1,
             text_string(&l->samples.notes));
    if (r->model)
        say_lines(call, "warning", &l->samples.warnings);
    if (s == OK && r->model && l->samples.part.count == 0)
        s = err_add(e, ERR_DATA, r->config, "there are no samples to evaluate");
    return s;
}

enum status labelled_compare(const struct labelled *l, const struct call *call,
                             const struct model *m, struct err *e)
{
    struct text warnings = {0};
    enum status s = OK;

    if (l->samples.train.count > 0)
        samples_compare_run(&l->samples, &l->experiment, m, &warnings);
    say_lines(call, "warning", &warnings);
    if (warnings.failed)
        s = err_memory(e, "comparing the data");
    text_free(&warnings);
    return s;
}

void labelled_close(struct labelled *l)
{
    samples_free(&l->samples);
    experiment_free(&l->experiment);
}
