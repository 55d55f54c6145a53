/*
 * stream.c - samples as they come in.
 *
 * A fault behind records that were read in the same call is kept for the next
 * one, so that every good record before it is answered.
 */
#include "data/stream.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "data/idx.h"

struct sample_stream {
    enum sample_format format;
    bool keep_bad;
    int64_t size;          /* numbers of a record */
    struct csv_reader csv; /* owns the input in both formats */
    struct idx_header header;
    int64_t next;          /* IDX: the record to be read, from 0 */
    unsigned char *record; /* IDX: its bytes */
    size_t record_bytes;
    enum status deferred; /* not OK: `fault` is to be reported next */
    struct err fault;
};

static bool ends_with(const char *name, size_t length, const char *end)
{
    const size_t n = strlen(end);

    return length >= n && memcmp(name + length - n, end, n) == 0;
}

static bool named_as_idx(const char *name)
{
    size_t length = strlen(name);

    if (ends_with(name, length, ".gz"))
        length -= 3;
    return ends_with(name, length, "-ubyte") || ends_with(name, length, ".idx");
}

/* Text does not begin with two NUL bytes. */
static enum status find_format(struct sample_stream *s, const char *path,
                               struct err *e)
{
    struct input *in = &s->csv.in;

    if (s->format != SAMPLE_AUTO)
        return OK;
    const enum status status = input_ahead(in, 4, e);
    const unsigned char *magic = in->at + in->begin;
    const bool idx = in->end - in->begin >= 4 && magic[0] == 0 &&
                     magic[1] == 0 && idx_is_type(magic[2]);
    s->format = idx || named_as_idx(path) ? SAMPLE_IDX : SAMPLE_CSV;
    return status;
}

/* Images fit the network when shapes agree, or when it takes a flat row. */
static enum status check_shape(struct shape found, struct shape wanted,
                               const char *name, struct err *e)
{
    struct text shapes = {0};

    if (shape_equal(found, wanted) ||
        (wanted.axes == 1 && shape_count(found) == wanted.dim[0]))
        return OK;
    text_puts(&shapes, "images of ");
    shape_print(&shapes, found);
    text_puts(&shapes, ", the network takes ");
    shape_print(&shapes, wanted);
    const enum status s =
        err_add(e, ERR_CONFIG, name, "%s", text_string(&shapes));
    text_free(&shapes);
    return s;
}

static enum status start_idx(struct sample_stream *s, struct shape wanted,
                             struct err *e)
{
    struct input *in = &s->csv.in;
    struct shape found;

    enum status status = idx_read_header(in, &s->header, e);
    if (status == OK)
        status = idx_image_shape(&s->header, input_name(in), &found, e);
    if (status == OK)
        status = check_shape(found, wanted, input_name(in), e);
    if (status != OK)
        return status;
    s->record_bytes = (size_t)s->size * idx_type_size(s->header.type);
    s->record = mem_take(s->record_bytes, 1);
    return s->record ? OK : err_memory(e, "reading images");
}

static enum status start_csv(struct sample_stream *s,
                             const struct sample_stream_config *c,
                             struct err *e)
{
    s->csv.format = c->csv;
    if (!c->labelled) {
        s->csv.format.label_index = -1;
        s->csv.format.label_name = NULL;
        s->csv.format.targets = NULL;
        s->csv.format.spare = c->csv.targets ? c->csv.targets->count : 0;
    }
    return csv_start(&s->csv, s->size, e);
}

enum status sample_stream_open(struct sample_stream **out,
                               const struct sample_stream_config *c,
                               struct err *e)
{
    struct sample_stream *s = mem_take(1, sizeof *s);

    if (!s)
        return err_memory(e, "opening the input");
    s->format = c->format;
    s->keep_bad = c->keep_bad;
    s->size = shape_count(c->shape);
    enum status status = input_open(&s->csv.in, c->path, e);
    if (status == OK)
        status = find_format(s, c->path, e);
    if (status == OK)
        status = s->format == SAMPLE_IDX ? start_idx(s, c->shape, e)
                                         : start_csv(s, c, e);
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
    csv_close(&s->csv);
    mem_free(s->record);
    mem_free(s);
}

static void clear_fault(struct sample_stream *s)
{
    s->fault.status = OK;
    s->fault.count = 0;
    s->fault.used = 0;
    s->fault.text[0] = '\0';
}

/* Records the kept fault, whose text is "PLACE: error: MESSAGE\n". */
static enum status report(const struct sample_stream *s, enum status status,
                          struct err *e)
{
    static const char middle[] = ": error: ";
    const char *text = s->fault.text;
    const char *cut = strstr(text, middle);
    char place[1200];

    if (!cut)
        return err_add(e, status, NULL, "the input cannot be read");
    snprintf(place, sizeof place, "%.*s", (int)(cut - text), text);
    const char *message = cut + sizeof middle - 1;
    return err_add(e, status, place, "%.*s", (int)strcspn(message, "\n"),
                   message);
}

/* Marks record `at` as bad with the kept fault. */
static void mark(const struct sample_stream *s, float *x,
                 struct bad_record *bad)
{
    memset(x, 0, (size_t)s->size * sizeof *x);
    bad->bad = true;
    snprintf(bad->why, sizeof bad->why, "%.*s",
             (int)strcspn(s->fault.text, "\n"), s->fault.text);
}

static bool idx_ready(const struct sample_stream *s)
{
    const struct input *in = &s->csv.in;

    return in->ended || in->end - in->begin >= s->record_bytes;
}

/* Is a whole record there, or the end?  Takes what can be had without
 * waiting. */
static enum status is_ready(struct sample_stream *s, bool *ready)
{
    for (;;) {
        *ready = s->format == SAMPLE_IDX ? idx_ready(s) : csv_ready(&s->csv);
        if (*ready || stream_waits(s->csv.in.stream))
            return OK;
        const enum status status = input_fill(&s->csv.in, &s->fault);
        if (status != OK)
            return status;
    }
}

/* What became of a record: read, marked as bad, or none left. */
enum outcome { RECORD_GOOD, RECORD_BAD, RECORD_NONE };

static enum status next_idx(struct sample_stream *s, float *x,
                            enum outcome *outcome)
{
    struct input *in = &s->csv.in;
    size_t got;

    if (s->next == s->header.dim[0]) {
        *outcome = RECORD_NONE;
        return idx_check_end(in, &s->fault);
    }
    const enum status status =
        input_read(in, s->record, s->record_bytes, &got, &s->fault);
    if (status != OK)
        return status;
    if (got < s->record_bytes)
        return err_add(&s->fault, ERR_DATA, input_name(in),
                       "ends after %lld of the %lld images that its header "
                       "says",
                       (long long)s->next, (long long)s->header.dim[0]);
    s->next++;
    idx_decode(s->header.type, s->record, s->size, x);
    *outcome = RECORD_GOOD;
    if (idx_is_finite(x, s->size))
        return OK;
    *outcome = RECORD_BAD;
    return err_add(&s->fault, ERR_DATA, input_name(in),
                   "image %lld holds a pixel that is not a finite 32-bit float",
                   (long long)s->next - 1);
}

static enum status next_csv(struct sample_stream *s, float *x,
                            enum outcome *outcome)
{
    bool more;
    enum status status = csv_next(&s->csv, &more, &s->fault);

    *outcome = RECORD_NONE;
    if (status != OK || !more)
        return status;
    status = csv_row_reals(&s->csv, x, &s->fault);
    *outcome = status == ERR_DATA ? RECORD_BAD : RECORD_GOOD;
    return status;
}

/* Reads one record; OK also for a bad one that is kept. */
static enum status next_record(struct sample_stream *s, float *x,
                               struct bad_record *bad, enum outcome *outcome)
{
    clear_fault(s);
    *outcome = RECORD_NONE;
    bad->bad = false;
    const enum status status = s->format == SAMPLE_IDX
                                   ? next_idx(s, x, outcome)
                                   : next_csv(s, x, outcome);
    if (status == ERR_DATA && *outcome == RECORD_BAD && s->keep_bad) {
        mark(s, x, bad);
        return OK;
    }
    return status;
}

enum status sample_stream_next(struct sample_stream *s, int64_t room, float *x,
                               struct bad_record *bad, int64_t *got,
                               struct err *e)
{
    enum status status = s->deferred;

    *got = 0;
    while (status == OK && *got < room) {
        enum outcome outcome = RECORD_NONE;
        bool ready = true;
        if (*got > 0)
            status = is_ready(s, &ready);
        if (status != OK || !ready)
            break;
        status = next_record(s, x + *got * s->size, &bad[*got], &outcome);
        if (status != OK || outcome == RECORD_NONE)
            break;
        ++*got;
    }
    s->deferred = status;
    return status == OK || *got > 0 ? OK : report(s, status, e);
}
