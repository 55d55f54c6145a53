/*
 * input.c - a buffered stream.
 */
#include "source/input.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"

enum { INITIAL_BYTES = BUFFER_BYTES(1 << 18) };

enum status input_open(struct input *in, const char *path, struct err *e)
{
    struct stream *stream;

    *in = (struct input){0};
    const enum status s = stream_open(&stream, path, e);
    return s == OK ? input_begin(in, stream, e) : s;
}

enum status input_begin(struct input *in, struct stream *stream, struct err *e)
{
    *in = (struct input){.stream = stream};
    in->at = mem_take(INITIAL_BYTES, 1);
    if (!in->at) {
        input_close(in);
        return err_memory(e, "reading data");
    }
    in->capacity = INITIAL_BYTES;
    return OK;
}

void input_close(struct input *in)
{
    stream_close(in->stream);
    mem_free(in->at);
    *in = (struct input){0};
}

enum status input_unmeasured(const struct input *in, struct err *e)
{
    return err_add(e, ERR_IO, input_name(in), "cannot be measured: %s",
                   strerror(errno));
}

const char *input_name(const struct input *in)
{
    return stream_name(in->stream);
}

enum status input_fill(struct input *in, struct err *e)
{
    if (in->begin > 0) {
        memmove(in->at, in->at + in->begin, in->end - in->begin);
        in->end -= in->begin;
        in->begin = 0;
    }
    if (in->end + 1 >= in->capacity &&
        !mem_grow(&in->at, &in->capacity, in->capacity + 1, 1))
        return err_memory(e, "reading a line");

    size_t got;
    const enum status s = stream_read(in->stream, in->at + in->end,
                                      in->capacity - 1 - in->end, &got, e);
    if (s != OK)
        return s;
    in->end += got;
    in->ended = got == 0;
    return OK;
}

enum status input_ahead(struct input *in, size_t count, struct err *e)
{
    while (in->end - in->begin < count && !in->ended) {
        const enum status s = input_fill(in, e);
        if (s != OK)
            return s;
    }
    return OK;
}

/* Hands out the `length` bytes before a line break, CR taken off. */
static void cut_line(unsigned char *from, size_t *length)
{
    if (*length > 0 && from[*length - 1] == '\r')
        --*length;
    from[*length] = '\n';
}

/* Passes over the rest of a line that was too long. */
static enum status pass_line(struct input *in, struct err *e)
{
    enum status s = OK;

    while (s == OK && in->cut) {
        const unsigned char *from = in->at + in->begin;
        const unsigned char *end = memchr(from, '\n', in->end - in->begin);
        in->begin = end ? (size_t)(end - in->at) + 1 : in->end;
        in->cut = !end && !in->ended;
        if (in->cut)
            s = input_fill(in, e);
    }
    return s;
}

enum status input_line(struct input *in, unsigned char **line, size_t *length,
                       struct err *e)
{
    size_t searched = 0;
    enum status s = pass_line(in, e);

    while (s == OK) {
        unsigned char *from = in->at + in->begin;
        const size_t have = in->end - in->begin;
        const unsigned char *end =
            memchr(from + searched, '\n', have - searched);
        if (end || in->ended) {
            *length = end ? (size_t)(end - from) : have;
            in->begin += *length + (end != NULL);
            *line = end || have > 0 ? from : NULL;
            cut_line(from, length);
            return OK;
        }
        if (have > INPUT_LINE_MAX) {
            in->cut = true;
            in->begin = in->end;
            *line = in->at + in->begin;
            *length = 0;
            cut_line(*line, length);
            return OK;
        }
        searched = have;
        s = input_fill(in, e);
    }
    return s;
}

enum status input_read(struct input *in, void *buffer, size_t count,
                       size_t *got, struct err *e)
{
    unsigned char *to = buffer;

    *got = 0;
    while (*got < count) {
        size_t have = in->end - in->begin;
        if (have > count - *got)
            have = count - *got;
        memcpy(to + *got, in->at + in->begin, have);
        in->begin += have;
        *got += have;
        if (*got == count || in->ended)
            return OK;
        const enum status s = input_fill(in, e);
        if (s != OK)
            return s;
    }
    return OK;
}
