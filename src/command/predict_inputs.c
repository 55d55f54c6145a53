/*
 * predict_inputs.c - the inputs of predict: files of samples, and files that
 * are each an image.
 */
#include "command/predict_inputs.h"

#include <string.h>

#include "cli/say.h"

/* The columns in front that an input has, when it is the first; all others must
 * have the same. */
static enum status begin_input(struct predict *p, const char *const *names,
                               int64_t count, struct err *e)
{
    struct passed *passed = &p->format.passed;
    const char **copy;

    if (p->begun && passed->count != count)
        return err_add(e, ERR_USAGE, p->name,
                       "--format: images have a column 'input', other inputs "
                       "have none; expected one or the other");
    for (int64_t i = 0; p->begun && i < count; i++)
        if (strcmp(passed->names[i], names[i]) != 0)
            return err_add(e, ERR_CONFIG, p->name,
                           "--pass: column '%s' is called '%s' in the input "
                           "before",
                           names[i], passed->names[i]);
    if (p->begun)
        return OK;
    copy = arena_take(&p->arena, (size_t)count, sizeof *copy);
    for (int64_t i = 0; copy && i < count; i++)
        copy[i] = arena_strdup(&p->arena, names[i]);
    *passed = (struct passed){copy, count};
    enum status s = arena_check(&p->arena, e, "preparing to predict");
    if (s == OK && p->format.layout == PREDICT_JSONL)
        s = passed_check(p->job->call, passed, predict_members, e);
    if (s != OK)
        return s;
    struct text header = {0};
    predict_header(&header, &p->format);
    out_text(p->out, &header);
    p->begun = true;
    return p->out->status;
}

/* The first of the files, or all images from there on. */
static enum status predict_next(struct predict *p, const char *const *words,
                                int64_t *used, struct err *e)
{
    const struct predict_job *job = p->job;
    const enum predict_layout layout = p->format.layout;
    const struct intake_request q = {
        .place = job->call->place,
        .model = job->model,
        .kind = job->input,
        .array = job->array,
        .images = job->images,
        .passed = job->columns,
        .labelled = job->labelled,
        .keep_bad = job->keep_bad,
        .named = layout != PREDICT_PLAIN && layout != PREDICT_NPY,
        .pool = p->pool,
    };
    struct intake in;
    enum status s = intake_open(&in, &q, words, used, e);

    p->name = in.name;
    p->paths = in.paths;
    p->first = 0;
    if (s == OK && in.note)
        note(job->call, "%s: %s", file_shown(words[0]), in.note);
    if (s == OK)
        s = begin_input(p, in.columns.at, in.columns.count, e);
    if (s == OK)
        s = predict_records(p, &in, e);
    intake_close(&in);
    return s;
}

enum status predict_inputs(struct predict *p, struct err *e)
{
    const struct call *call = p->job->call;
    const char *const *words = predict_words(call);
    enum status s = OK;

    for (int64_t used; *words && s == OK; words += used)
        s = predict_next(p, words, &used, e);
    if (p->unread > 0)
        warn(call, "%lld record%s could not be read", (long long)p->unread,
             p->unread == 1 ? "" : "s");
    if (p->unanswered > 0)
        warn(call, "%lld record%s had no finite output",
             (long long)p->unanswered, p->unanswered == 1 ? "" : "s");
    const enum status flushed = out_flush(p->out);
    return s != OK ? s : flushed;
}
