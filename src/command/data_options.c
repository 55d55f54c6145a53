/*
 * data_options.c - from options and CONFIG to samples.
 */
#include "command/data_options.h"

#include "app/sources.h"
#include "cli/say.h"

const char *const split_words[] = {"train", "valid", "test", NULL};

enum status data_source(const struct call *call, const struct data_options *o,
                        const char *config, const struct source *like,
                        struct source *out, struct err *e)
{
    const bool idx = o->images || o->labels;
    const int64_t ways = (config != NULL) + (o->csv != NULL) + idx;
    const struct named_file csv[] = {{"csv", o->csv}, {NULL, NULL}};
    const struct named_file pair[] = {
        {"images", o->images}, {"labels", o->labels}, {NULL, NULL}};

    *out = (struct source){0};
    if (ways != 1)
        return usage_error(e, call,
                           "expected labelled samples: CONFIG, or --csv, or "
                           "--images and --labels%s",
                           ways ? ", one of them" : "");
    if (idx && !o->images)
        return usage_error(e, call, "--labels: needs --images");
    if (!config && (o->split || call->global.set.count > 0))
        return usage_error(e, call, "--%s: needs a CONFIG",
                           o->split ? "split" : "set");
    return config ? OK
                  : source_of_files(call->arena,
                                    source_find(idx ? "images" : "csv"), like,
                                    idx ? pair : csv, out, e);
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
    return s;
}

void labelled_close(struct labelled *l)
{
    samples_free(&l->samples);
    experiment_free(&l->experiment);
}
