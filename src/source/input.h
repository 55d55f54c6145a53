/*
 * input.h - a buffered stream: look ahead, whole lines, blocks of bytes.
 *
 * Between codec/stream.h, which hands out what is there, and the readers of
 * formats.  Memory follows the data that really comes, never a number that a
 * file claims.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "codec/stream.h"

/* The longest line accepted, so that endless input without a line break cannot
 * take endless memory. */
enum { INPUT_LINE_MAX = 1 << 26 };

struct input {
    struct stream *stream;
    unsigned char *at; /* unread bytes are at[begin .. end) */
    size_t capacity;   /* at least end + 1: a line can be terminated */
    size_t begin, end;
    bool ended; /* the stream has no more */
    bool cut;   /* the line handed out last was too long: it is empty, and what
                   is left of it is passed over before the next one */
};

/* input_open - "-" is standard input.  ERR_NOINPUT, ERR_MEMORY. */
MUST_USE enum status input_open(struct input *in, const char *path,
                                struct err *e);

/* input_begin - of a stream, which becomes its own, on failure too.
 * ERR_MEMORY. */
MUST_USE enum status input_begin(struct input *in, struct stream *stream,
                                 struct err *e);
void input_close(struct input *in); /* allowed on {0} and twice */

const char *input_name(const struct input *in); /* for messages */

/* input_unmeasured - ERR_IO: its file does not say how long it is; by errno. */
enum status input_unmeasured(const struct input *in, struct err *e);

/* input_fill - one read of the stream behind the unread bytes; waits only when
 * nothing is there.  Moves the unread bytes.  ERR_DATA (a damaged gzip stream),
 * ERR_IO, ERR_MEMORY. */
MUST_USE enum status input_fill(struct input *in, struct err *e);

/* input_ahead - wait for `count` unread bytes; fewer only at the end. */
MUST_USE enum status input_ahead(struct input *in, size_t count, struct err *e);

/* input_line - the next line without its "\n" or "\r\n", NULL at the end.
 * line[length] is '\n' whatever the file has there.  Valid until the next
 * call.  in->cut: it is longer than INPUT_LINE_MAX. */
MUST_USE enum status input_line(struct input *in, unsigned char **line,
                                size_t *length, struct err *e);

/* input_read - `count` bytes, fewer only at the end; *got says how many. */
MUST_USE enum status input_read(struct input *in, void *buffer, size_t count,
                                size_t *got, struct err *e);
