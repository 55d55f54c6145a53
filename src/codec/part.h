/*
 * part.h - a part of a file as it is read: what of it is still to come.
 *
 * Internal to codec/: gzip.c makes a stream of it.
 */
#pragma once

#include "codec/stream.h"

struct part_rest {
    struct stream_part of; /* what is left of it */
    uint32_t crc;          /* of the content that has come */
};

/* A buffer, and the number of bytes that are put there or stand there. */
struct piece {
    void *at;
    size_t length;
};

/* part_fill - the next bytes of `fd`, at most `to->length`, which becomes their
 * number; 0 when all of them have come.  ERR_IO. */
MUST_USE enum status part_fill(struct part_rest *r, int fd, const char *name,
                               struct piece *to, struct err *e);

/* part_check - content comes as it is said to be; none: that was all of it.
 * ERR_DATA. */
MUST_USE enum status part_check(struct part_rest *r, const char *name,
                                const void *content, size_t length,
                                struct err *e);
