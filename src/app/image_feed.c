/*
 * image_feed.c - files of images as samples, many at a time.
 *
 * A file is a part of the pool's work, so which thread decodes it has no effect
 * on what comes out.
 */
#include "app/image_feed.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/num.h"
#include "source/pictures.h"

enum status image_feed_open(struct image_feed *f, struct err *e)
{
    const int64_t threads = pool_size(f->pool), size = shape_count(f->shape);
    int64_t bytes;

    f->planar =
        num_mul(threads, size, &bytes) ? mem_take((size_t)bytes, 1) : NULL;
    return f->planar ? blame_open(&f->blame, threads, e)
                     : err_memory(e, "preparing to read images");
}

void image_feed_close(struct image_feed *f)
{
    mem_free(f->planar);
    f->planar = NULL;
    blame_close(&f->blame);
}

/* A network of a flat input takes an image of as many pixels. */
static enum status check_size(const struct image_feed *f, struct shape found,
                              const char *name, struct err *e)
{
    if (shape_count(found) == shape_count(f->shape))
        return OK;
    return err_add(e, ERR_DATA, name,
                   "is %s, the network's input takes %s; data.resize of the "
                   "model's configuration makes images one size",
                   shape_text(found).text, shape_text(f->shape).text);
}

static enum status read_image(const struct image_feed *f, const char *path,
                              unsigned char *planar, struct err *e)
{
    struct shape found = f->shape;

    if (f->shape.axes > 1)
        return image_read(path, &f->rule, planar, &found, e);
    found = (struct shape){0};
    enum status s = image_read(path, &f->rule, NULL, &found, e);
    if (s == OK)
        s = check_size(f, found, path, e);
    return s == OK ? image_read(path, &f->rule, planar, &found, e) : s;
}

static void widen(const struct image_feed *f, const unsigned char *planar,
                  float *x)
{
    const int64_t size = shape_count(f->shape);

    for (int64_t i = 0; i < size; i++)
        x[i] = planar ? (float)planar[i] : 0;
}

/* A batch in work. */
struct batch {
    struct image_feed *feed;
    float *x;
    struct bad_record *bad;
};

/* What went wrong, for the place that is kept: the file, not the system. */
static void mark(const struct image_feed *f, struct bad_record *bad,
                 enum status s, struct err *e)
{
    bad->bad = f->keep_bad && (s == ERR_DATA || s == ERR_NOINPUT);
    if (!bad->bad)
        return;
    snprintf(bad->why, sizeof bad->why, "%.*s", (int)strcspn(e->text, "\n"),
             e->text);
    err_clear(e);
}

static void read_part(void *context, int64_t part, int64_t worker)
{
    const struct batch *b = context;
    struct image_feed *f = b->feed;
    const int64_t size = shape_count(f->shape);
    unsigned char *planar = f->planar + worker * size;
    struct err *e = blame_at(&f->blame, worker, part);

    if (!e)
        return;
    const enum status s = read_image(f, f->paths[f->next + part], planar, e);
    widen(f, s == OK ? planar : NULL, b->x + part * size);
    mark(f, &b->bad[part], s, e);
}

enum status image_feed_next(struct image_feed *f, int64_t room, float *x,
                            struct bad_record *bad, int64_t *got, struct err *e)
{
    struct batch batch = {f, x, bad};

    *got = num_min(room, f->count - f->next);
    pool_run(f->pool, *got, read_part, &batch);
    for (int64_t i = 0; i < f->blame.threads; i++)
        if (f->blame.errors[i].count > 0)
            *got = num_min(*got, f->blame.parts[i]);
    f->next += *got;
    return blame_settle(&f->blame, e);
}

/* Bytes that tell what a file is. */
enum { HEAD_BYTES = 16 };

static bool is_image(const char *path)
{
    unsigned char head[HEAD_BYTES];
    const size_t length = file_peek(path, head, sizeof head);

    if (image_knows(head, length))
        return true;
    if (!picture_named(path))
        return false;
    if (!file_is_regular(path))
        return file_fault(path) != 0; /* one that is not to be had */
    for (int64_t i = 0; source_registry[i]; i++)
        if (source_registry[i]->knows &&
            source_registry[i]->knows(head, length, path))
            return false;
    return true;
}

int64_t images_ahead(const char *const *words, bool told)
{
    int64_t count = 0;

    while (words[count] &&
           (told ? strcmp(words[count], "-") != 0 : is_image(words[count])))
        count++;
    return count;
}

enum status image_feed_piped(struct image_feed *f, struct input *in, float *x,
                             struct bad_record *bad, struct err *e)
{
    struct image image = {0};
    unsigned char *planar = f->planar;
    enum status s = input_ahead(in, (size_t)IMAGE_MAX_BYTES + 1, e);
    const char *name = input_name(in);

    if (s != OK)
        return s;
    if (in->end - in->begin > IMAGE_MAX_BYTES)
        return err_add(e, ERR_DATA, name, "is longer than %d bytes",
                       IMAGE_MAX_BYTES);
    s = image_decode(in->at + in->begin, in->end - in->begin, name, &f->rule,
                     &image, e);
    if (s == OK)
        s = check_size(f, image_shape(&image, &f->rule), name, e);
    if (s == OK)
        s = image_apply(&image, &f->rule, planar, name, e);
    image_free(&image);
    in->begin = in->end;
    widen(f, s == OK ? planar : NULL, x);
    mark(f, bad, s, e);
    return bad->bad ? OK : s;
}
