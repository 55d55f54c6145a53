/*
 * stream.h - bytes of a file or of standard input, gzip or not.
 *
 * gzip is recognised by its magic number, never by a name; members that follow
 * each other are one stream.  gzip.c alone includes <zlib.h>.  A truncated or
 * corrupt stream is ERR_DATA, found at the latest when its end is read.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct stream;

/* stream_open - "-" is standard input.  ERR_NOINPUT, ERR_MEMORY. */
MUST_USE enum status stream_open(struct stream **out, const char *path,
                                 struct err *e);
void stream_close(struct stream *s); /* NULL is allowed */

/* A part of a file, and the content that it must give. */
struct stream_part {
    int64_t at, length; /* its bytes in the file */
    bool deflated;      /* they are a raw deflate stream (RFC 1951) */
    int64_t size;       /* bytes of content */
    uint32_t crc;       /* its CRC-32 */
};

/* stream_open_part - content of a part of the open file `fd`, which is not kept
 * and whose position is left alone.  Another length or checksum is ERR_DATA at
 * the end.  ERR_IO, ERR_MEMORY. */
MUST_USE enum status stream_open_part(struct stream **out, int fd,
                                      const char *name,
                                      const struct stream_part *part,
                                      struct err *e);

/* stream_read - up to `room` decoded bytes, whatever is there; waits only when
 * there is nothing at all.  *got is 0 at the end alone. */
MUST_USE enum status stream_read(struct stream *s, void *buffer, size_t room,
                                 size_t *got, struct err *e);

/* stream_waits - would stream_read have to wait for whoever writes the input?
 * Says when a filter should flush what it has. */
bool stream_waits(struct stream *s);

/* stream_in_place - the descriptor of a stream whose bytes stand in a regular
 * file as they are, from its beginning, once some have been read; -1: they do
 * not. */
int stream_in_place(const struct stream *s);

/* stream_library - the version of the library that decompresses: "1.2.13". */
const char *stream_library(void);

const char *stream_name(const struct stream *s); /* for messages */

/* gzip_compress - append a whole block as one member without name or time, so
 * equal content gives equal bytes. */
void gzip_compress(struct text *out, const void *content, size_t length);

/* zlib_compress - the same in the form that other formats hold (RFC 1950). */
void zlib_compress(struct text *out, const void *content, size_t length);
