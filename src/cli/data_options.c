/*
 * data_options.c - from options and CONFIG to samples.
 */
#include "cli/data_options.h"

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
    if (!config && (o->split || call->global.set.count > 0))
        return usage_error(e, call, "--%s: needs a CONFIG",
                           o->split ? "split" : "set");
    return OK;
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
    const enum status s = check_ways(call, o, config, e);

    *out = (struct source){0};
    if (s != OK || config)
        return s;
    return o->source ? source_of_text(call->arena, "--source", o->source, like,
                                      call->global.set.outputs, out, e)
                     : source_of_files(call->arena, source_find(kind), like,
                                       files, out, e);
}

enum status data_needs_labels(const struct call *call,
                              const struct data_options *o, struct err *e)
{
    return o->images && !o->labels
               ? usage_error(e, call, "--images: needs --labels")
               : OK;
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
        q.source = &source;
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
