/*
 * stream.c - samples as they come in.
 *
 * A fault behind records that were read in the same call is kept for the next
 * one, so that every good record before it is answered.
 */
#include "data/stream.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

struct sample_stream {
    struct source_reader reader;
    bool keep_bad;
    int64_t size;         /* numbers of a record */
    enum status deferred; /* not OK: `fault` is to be reported next */
    struct err fault;
};

/* Samples fit the network when shapes agree, or when one of both is flat. */
static enum status check_shape(const struct source_reader *r,
                               struct shape wanted, struct err *e)
{
    const struct origin from = {r->name, NULL};

    return shape_equal(r->shape, wanted) ||
                   ((wanted.axes == 1 || r->shape.axes == 1) &&
                    shape_count(r->shape) == shape_count(wanted))
               ? OK
               : source_misfit(r->shape, wanted, &from, e);
}

enum status sample_stream_open(struct sample_stream **out,
                               const struct sample_stream_config *c,
                               struct err *e)
{
    struct sample_stream *s = mem_take(1, sizeof *s);
    const struct source_request q = {
        .answers = c->labelled ? ANSWERS_SKIPPED : ANSWERS_ABSENT,
        .features = shape_count(c->shape),
        .opened = c->opened,
    };

    if (!s)
        return err_memory(e, "opening the input");
    s->keep_bad = c->keep_bad;
    s->size = q.features;
    enum status status = source_open(&s->reader, c->kind, c->config, &q, e);
    if (status == OK)
        status = check_shape(&s->reader, c->shape, e);
    if (status == OK)
        *out = s;
    else
        sample_stream_close(s);
    return status;
}

void sample_stream_close(struct sample_stream *s)
{
    if (!s)
        return;
    source_close(&s->reader);
    mem_free(s);
}

/* Is a whole record there, or the end?  Takes what can be had without
 * waiting. */
static enum status is_ready(struct sample_stream *s, bool *ready)
{
    struct input *in = s->reader.in;

    for (;;) {
        *ready = !in || in->end - in->begin > INPUT_LINE_MAX ||
                 s->reader.ops->whole(&s->reader);
        if (*ready || stream_waits(in->stream))
            return OK;
        const enum status status = input_fill(in, &s->fault);
        if (status != OK)
            return status;
    }
}

/* Marks a record as bad with the fault. */
static void mark(const struct sample_stream *s, struct bad_record *bad)
{
    bad->bad = true;
    snprintf(bad->why, sizeof bad->why, "%.*s",
             (int)strcspn(s->fault.text, "\n"), s->fault.text);
}

/* Reads one record; OK also for a bad one that is kept. */
static enum status next_record(struct sample_stream *s, float *x,
                               struct bad_record *bad, bool *more)
{
    struct record record;
    const unsigned char *bytes;

    err_clear(&s->fault);
    bad->bad = false;
    const enum status status =
        source_next(&s->reader, &record, more, &s->fault);
    if (status == ERR_DATA && record.bad && s->keep_bad) {
        memset(x, 0, (size_t)s->size * sizeof *x);
        mark(s, bad);
        *more = true;
        return OK;
    }
    if (status != OK || !*more)
        return status;
    bytes = record.pixels;
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
    enum status status = s->deferred;

    assert(e->count == 0);
    *got = 0;
    while (status == OK && *got < room) {
        bool ready = true;
        if (*got > 0)
            status = is_ready(s, &ready);
        if (status != OK || !ready)
            break;
        status = next_record(s, x + *got * s->size, &bad[*got], &ready);
        if (status != OK || !ready)
            break;
        ++*got;
    }
    s->deferred = status;
    if (status == OK || *got > 0)
        return OK;
    s->fault.source_lines = e->source_lines;
    *e = s->fault;
    return status;
}
