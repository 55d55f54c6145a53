/*
 * predict_inputs.c - the inputs of predict: files of samples, and files that
 * are each an image.
 */
#include "command/predict_inputs.h"

#include <string.h>

#include "app/sources.h"
#include "cli/say.h"
#include "command/predict_images.h"

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
    return OK;
}

static enum status next_samples(void *from, int64_t room, float *x,
                                struct bad_record *bad, int64_t *got,
                                struct err *e)
{
    return sample_stream_next(from, room, x, bad, got, e);
}

/* The samples of a table or an array. */
static enum status predict_stream(struct predict *p, const char *path,
                                  struct input *in, struct err *e)
{
    const struct predict_job *job = p->job;
    const struct experiment *x = &job->model->experiment;
    struct sample_stream stream = {0};
    struct arena arena = {0}; /* there may be many files */
    struct source source;
    struct sample_stream_config c = {
        .kind = job->input,
        .in = in,
        .names = &job->model->names,
        .passed = job->columns.count > 0 ? &job->columns : NULL,
        .labelled = job->labelled,
        .holes = job->model->missing.count > 0,
        .shape = x->graph.in,
        .keep_bad = job->keep_bad,
    };
    const struct predict_feed feed = {next_samples, &stream, &stream.passed};
    enum status s = c.kind ? OK : source_told(in, path, &c.kind, e);

    if (s == OK)
        s = source_of_files(&arena, c.kind, &x->train_source,
                            (const struct named_file[]){
                                {c.kind->kind.name, path}, {NULL, NULL}},
                            &source, e);
    if (s == OK) {
        c.config = source.config;
        s = sample_stream_open(&stream, &c, e);
    }
    if (s == OK && stream.reader.note)
        note(job->call, "%s: %s", file_shown(path), stream.reader.note);
    if (s == OK)
        s = begin_input(p, stream.reader.columns.passed, job->columns.count, e);
    if (s == OK)
        s = predict_records(p, &feed, e);
    sample_stream_close(&stream);
    arena_free(&arena);
    return s;
}

/* Images as they are read. */
struct pictures_in {
    struct image_feed feed;
    struct input *piped; /* the only one; NULL: those of the feed */
    struct text cells;   /* their paths, if these are printed */
    bool named;
};

static enum status next_images(void *from, int64_t room, float *x,
                               struct bad_record *bad, int64_t *got,
                               struct err *e)
{
    struct pictures_in *in = from;
    const int64_t first = in->feed.next;
    enum status s = OK;

    if (!in->piped) {
        s = image_feed_next(&in->feed, room, x, bad, got, e);
    } else {
        *got = first < in->feed.count;
        if (*got > 0)
            s = image_feed_piped(&in->feed, in->piped, x, bad, e);
        *got = s == OK ? *got : 0;
        in->feed.next++;
    }
    in->cells.length = 0;
    for (int64_t i = first; in->named && i < first + *got; i++) {
        const char *path = in->feed.paths[i];
        text_add(&in->cells, path, strlen(path) + 1);
    }
    return s == OK && in->cells.failed ? err_memory(e, "naming an image") : s;
}

/* Files of images, or one that is already open. */
static enum status predict_pictures(struct predict *p, const char *const *paths,
                                    int64_t count, struct input *piped,
                                    struct err *e)
{
    static const char *const names[] = {"input"};
    const struct predict_job *job = p->job;
    const enum predict_layout layout = p->format.layout;
    struct pictures_in in = {
        .feed = {.paths = paths,
                 .count = count,
                 .rule = job->model->images,
                 .shape = job->model->experiment.graph.in,
                 .keep_bad = job->keep_bad,
                 .pool = p->pool},
        .piped = piped,
        .named = layout != PREDICT_PLAIN && layout != PREDICT_NPY,
    };
    const struct predict_feed feed = {next_images, &in, &in.cells};

    if (job->columns.count > 0 || job->labelled)
        return usage_error(e, job->call, "--%s: images have no columns",
                           job->labelled ? "labelled" : "pass");
    enum status s = image_feed_open(&in.feed, e);
    if (s == OK)
        s = begin_input(p, names, in.named, e);
    p->paths = paths;
    if (s == OK)
        s = predict_records(p, &feed, e);
    p->paths = NULL;
    image_feed_close(&in.feed);
    text_free(&in.cells);
    return s;
}

/* Is it an image by its first bytes? */
static enum status is_image(const struct predict_job *job, struct input *in,
                            bool *is, struct err *e)
{
    enum { HEAD_BYTES = 16 };
    const enum status s = input_ahead(in, HEAD_BYTES, e);

    *is = job->images || (s == OK && !job->input &&
                          image_knows(in->at + in->begin, in->end - in->begin));
    return s;
}

static enum status predict_file(struct predict *p, const char *path,
                                struct err *e)
{
    const char *shown = file_shown(path);
    struct input in;
    bool image = false;
    enum status s = input_open(&in, path, e);

    p->name = s == OK ? input_name(&in) : NULL;
    p->first = 0;
    if (s == OK)
        s = is_image(p->job, &in, &image, e);
    if (s == OK)
        s = image ? predict_pictures(p, &shown, 1, &in, e)
                  : predict_stream(p, path, &in, e);
    input_close(&in);
    return s;
}

/* The operand at *at, or all images from there on. */
static enum status predict_next(struct predict *p, int64_t *at, struct err *e)
{
    const char *const *words = p->job->call->words + *at;
    const int64_t images =
        p->job->input ? 0 : images_ahead(words, p->job->images);

    *at += images > 0 ? images : 1;
    if (images == 0)
        return predict_file(p, words[0], e);
    p->name = words[0];
    p->first = 0;
    return predict_pictures(p, words, images, NULL, e);
}

enum status predict_inputs(struct predict *p, struct err *e)
{
    const struct call *call = p->job->call;
    enum status s = OK;

    if (call->word_count == 1)
        s = predict_file(p, "-", e);
    for (int64_t i = 1; i < call->word_count && s == OK;)
        s = predict_next(p, &i, e);
    if (p->unread > 0)
        warn(call, "%lld record%s could not be read", (long long)p->unread,
             p->unread == 1 ? "" : "s");
    if (p->unanswered > 0)
        warn(call, "%lld record%s had no finite output",
             (long long)p->unanswered, p->unanswered == 1 ? "" : "s");
    const enum status flushed = out_flush(p->out);
    return s != OK ? s : flushed;
}
