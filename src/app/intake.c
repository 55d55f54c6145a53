/*
 * intake.c - samples to be predicted, as they come.
 */
#include "app/intake.h"

#include <errno.h>
#include <string.h>

#include "app/sources.h"
#include "base/file.h"
#include "source/npz.h"

/* Of an archive the array that was asked for. */
static enum status choose_array(struct intake *in,
                                const struct intake_request *q,
                                struct sample_stream_config *c, struct err *e)
{
    struct npz_source *archive;

    if (!q->array)
        return OK;
    if (c->kind != &npz_source_ops)
        return err_add(e, ERR_USAGE, q->place,
                       "--array: %s is no archive of NumPy arrays",
                       input_name(c->in));
    archive = arena_take(&in->arena, 1, sizeof *archive);
    if (!archive)
        return err_memory(e, "reading arrays");
    *archive = *(const struct npz_source *)c->config;
    archive->images = q->array;
    c->config = archive;
    return OK;
}

/* The samples of a table or an array. */
static enum status open_stream(struct intake *in,
                               const struct intake_request *q, const char *path,
                               struct err *e)
{
    const struct experiment *x = &q->model->experiment;
    struct source source;
    struct sample_stream_config c = {
        .kind = q->kind,
        .in = &in->in,
        .names = &q->model->names,
        .passed = q->passed.count > 0 ? &q->passed : NULL,
        .labelled = q->labelled,
        .holes = q->model->missing.count > 0,
        .shape = x->graph.in,
        .keep_bad = q->keep_bad,
    };
    enum status s = c.kind ? OK : source_told(&in->in, path, &c.kind, e);

    if (s == OK)
        s = source_of_files(&in->arena, c.kind, &x->train_source,
                            (const struct named_file[]){
                                {c.kind->kind.name, path}, {NULL, NULL}},
                            &source, e);
    if (s != OK)
        return s;
    c.config = source.config;
    s = choose_array(in, q, &c, e);
    if (s == OK)
        s = sample_stream_open(&in->stream, &c, e);
    in->note = in->stream.reader.note;
    in->columns =
        (struct text_list){in->stream.reader.columns.passed, q->passed.count};
    in->cells = &in->stream.passed;
    return s;
}

/* Files of images, or the one that is already open. */
static enum status open_images(struct intake *in,
                               const struct intake_request *q,
                               const char *const *paths, int64_t count,
                               struct err *e)
{
    static const char *const names[] = {"input"};

    in->paths = paths;
    in->named = q->named;
    in->columns = (struct text_list){names, q->named};
    in->cells = &in->paths_read;
    in->feed = (struct image_feed){
        .paths = paths,
        .count = count,
        .rule = q->model->images,
        .shape = q->model->experiment.graph.in,
        .keep_bad = q->keep_bad,
        .pool = q->pool,
    };
    if (q->passed.count > 0 || q->labelled)
        return err_add(e, ERR_USAGE, q->place, "--%s: images have no columns",
                       q->labelled ? "labelled" : "pass");
    if (q->array)
        return err_add(e, ERR_USAGE, q->place,
                       "--array: an image is no archive");
    return image_feed_open(&in->feed, e);
}

/* Is it an image by its first bytes? */
static enum status is_image(const struct intake_request *q, struct input *in,
                            bool *is, struct err *e)
{
    enum { HEAD_BYTES = 16 };
    const enum status s = input_ahead(in, HEAD_BYTES, e);

    *is = q->images || (s == OK && !q->kind &&
                        image_knows(in->at + in->begin, in->end - in->begin));
    return s;
}

static enum status open_file(struct intake *in, const struct intake_request *q,
                             const char *path, struct err *e)
{
    bool image = false;
    enum status s = file_fault(path) == EISDIR
                        ? err_add(e, ERR_NOINPUT, path,
                                  "is a folder; files are expected, as "
                                  "%s/*.png names them",
                                  path)
                        : input_open(&in->in, path, e);

    in->only = path;
    /* An archive closes its input when it opens its members. */
    if (s == OK && !(in->name = arena_strdup(&in->arena, input_name(&in->in))))
        s = err_memory(e, "opening the input");
    if (s == OK)
        s = is_image(q, &in->in, &image, e);
    if (s != OK)
        return s;
    return image ? open_images(in, q, &in->only, 1, e)
                 : open_stream(in, q, path, e);
}

enum status intake_open(struct intake *in, const struct intake_request *q,
                        const char *const *words, int64_t *used, struct err *e)
{
    const int64_t images = q->kind ? 0 : images_ahead(words, q->images);

    *in = (struct intake){.model = q->model};
    *used = images > 0 ? images : 1;
    if (images == 0)
        return open_file(in, q, words[0], e);
    in->name = words[0];
    return open_images(in, q, words, images, e);
}

void intake_close(struct intake *in)
{
    sample_stream_close(&in->stream);
    image_feed_close(&in->feed);
    input_close(&in->in);
    text_free(&in->paths_read);
    arena_free(&in->arena);
}

static enum status next_images(struct intake *in, int64_t room, float *x,
                               struct bad_record *bad, int64_t *got,
                               struct err *e)
{
    const int64_t first = in->feed.next;
    enum status s = OK;

    if (in->paths != &in->only) {
        s = image_feed_next(&in->feed, room, x, bad, got, e);
    } else {
        *got = first < in->feed.count;
        if (*got > 0)
            s = image_feed_piped(&in->feed, &in->in, x, bad, e);
        *got = s == OK ? *got : 0;
        in->feed.next++;
    }
    in->paths_read.length = 0;
    for (int64_t i = first; in->named && i < first + *got; i++)
        text_add(&in->paths_read, in->paths[i], strlen(in->paths[i]) + 1);
    return s == OK && in->paths_read.failed ? err_memory(e, "naming an image")
                                            : s;
}

/* The first samples, as soon as one of them says something of a scale. */
static enum status compare_reach(struct intake *in, const float *x,
                                 const struct bad_record *bad, int64_t count,
                                 struct err *e)
{
    const int64_t size = shape_count(in->model->experiment.graph.in);
    float of[REACH_SAMPLES];
    int64_t sound = 0;
    struct text t = {0};

    for (int64_t i = 0; i < count && sound < REACH_SAMPLES; i++)
        if (!bad[i].bad)
            of[sound++] = reach_of_sample(PIXEL_F32, x + i * size, size);
    const struct reach these = reach_of(of, sound);
    in->looked = these.high > 0;
    if (!reach_apart(these, in->model->reach))
        return OK;
    reach_tell(&t, in->name, these, in->model->reach);
    in->odd = arena_text(&in->arena, &t);
    return arena_check(&in->arena, e, "reading the samples");
}

enum status intake_next(struct intake *in, int64_t room, float *x,
                        struct bad_record *bad, int64_t *got, struct err *e)
{
    const enum status s =
        in->paths ? next_images(in, room, x, bad, got, e)
                  : sample_stream_next(&in->stream, room, x, bad, got, e);

    return s == OK && !in->looked ? compare_reach(in, x, bad, *got, e) : s;
}
