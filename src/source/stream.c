/*
 * stream.c - samples as they come in.
 */
#include "source/stream.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "data/pixels.h"

enum status sample_stream_open(struct sample_stream *s,
                               const struct sample_stream_config *c,
                               struct err *e)
{
    const struct source_request q = {
        .answers = c->labelled ? ANSWERS_SKIPPED : ANSWERS_ABSENT,
        .features = shape_count(c->shape),
        .opened = c->in,
        .arena = &s->arena,
        .names = c->names,
        .passed = c->passed,
        .holes = c->holes,
    };
    const struct shape *found = &s->reader.shape;

    *s = (struct sample_stream){.size = q.features, .keep_bad = c->keep_bad};
    if (c->labelled && !c->kind->targets)
        return err_add(e, ERR_USAGE, input_name(c->in),
                       "--labelled: %s has no columns to be skipped, a table "
                       "has",
                       c->kind->kind.name);
    const enum status status =
        source_open(&s->reader, c->kind, c->config, &q, e);
    /* Samples fit when shapes agree, or when one of both is flat. */
    if (status != OK || shape_equal(*found, c->shape) ||
        ((c->shape.axes == 1 || found->axes == 1) &&
         shape_count(*found) == q.features))
        return status;
    const struct origin from = {.file = s->reader.name};
    return source_misfit(*found, c->shape, &from, e);
}

void sample_stream_close(struct sample_stream *s)
{
    source_close(&s->reader);
    text_free(&s->passed);
    arena_free(&s->arena);
}

/* Is a whole record there, or the end?  Takes what can be had without
 * waiting. */
static enum status is_ready(struct sample_stream *s, bool *ready, struct err *e)
{
    struct input *in = s->reader.in;
    enum status status = OK;

    do
        *ready = !in || in->end - in->begin > INPUT_LINE_MAX ||
                 s->reader.ops->whole(&s->reader);
    while (!*ready && !stream_waits(in->stream) &&
           (status = input_fill(in, e)) == OK);
    return status;
}

/* The pixels of a record that has none with it; bytes grow from the end of x to
 * its beginning. */
static enum status fetch_pixels(const struct sample_stream *s,
                                enum pixel_type pixel, float *x, struct err *e)
{
    unsigned char *raw =
        (unsigned char *)(x + s->size) - (size_t)s->size * pixel_bytes(pixel);
    const enum status status =
        s->reader.ops->fetch(&s->reader, s->taken, raw, e);

    for (int64_t i = 0; status == OK && pixel == PIXEL_U8 && i < s->size; i++)
        x[i] = (float)raw[i];
    return status;
}

/* Reads one record; OK also for a bad one that is kept. */
static enum status next_record(struct sample_stream *s, float *x,
                               struct bad_record *bad, bool *more,
                               struct err *e)
{
    struct record record;
    const enum status status = source_next(&s->reader, &record, more, e);
    const unsigned char *bytes = record.pixels;

    bad->bad = status == ERR_DATA && record.bad && s->keep_bad;
    if (record.passed && (bad->bad || status == OK))
        text_add(&s->passed, record.passed, record.passed_length);
    if (bad->bad) {
        memset(x, 0, (size_t)s->size * sizeof *x);
        snprintf(bad->why, sizeof bad->why, "%.*s", (int)strcspn(e->text, "\n"),
                 e->text);
        err_clear(e);
        *more = true;
        return OK;
    }
    if (status != OK || !*more)
        return status;
    if (!record.pixels)
        return fetch_pixels(s, record.pixel, x, e);
    if (record.pixel == PIXEL_F32)
        memcpy(x, record.pixels, (size_t)s->size * sizeof *x);
    else
        for (int64_t i = 0; i < s->size; i++)
            x[i] = (float)bytes[i];
    return OK;
}

enum status sample_stream_next(struct sample_stream *s, int64_t room, float *x,
                               struct bad_record *bad, int64_t *got,
                               struct err *e)
{
    enum status status = OK;
    bool more = true;

    assert(e->count == 0);
    s->passed.length = 0;
    for (*got = 0; *got < room; ++*got) {
        if (*got > 0)
            status = is_ready(s, &more, e);
        if (status == OK && more)
            status = next_record(s, x + *got * s->size, &bad[*got], &more, e);
        if (status != OK || !more)
            break;
        s->taken++;
    }
    return status == OK && s->passed.failed
               ? err_memory(e, "reading the samples")
               : status;
}
