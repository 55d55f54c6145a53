/*
 * zip.h - archives of zip (APPNOTE 6.3), as far as arrays need them: members
 * that are stored or deflated, sizes of 32 or 64 bits.
 *
 * What an archive holds is told by the directory at its end alone; a member's
 * own header must agree.  Every place and length in it is checked against the
 * file.  An archive in several files, and one that stands behind something
 * else, is refused.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "codec/stream.h"

struct zip_member {
    const char *name;
    int64_t header; /* where its own header stands */
    int64_t packed; /* bytes in the file */
    int64_t size;   /* bytes of content */
    uint32_t crc;   /* of the content */
    unsigned method, flags;
};

struct zip {
    int fd;
    const char *name;  /* of the file, for messages */
    int64_t directory; /* where it begins: members end before */
    struct zip_member *members;
    int64_t count;
    struct arena arena;
};

/* zip_open - the directory; "-" is standard input if that is a file.  Always to
 * be given back.  ERR_NOINPUT, ERR_DATA, ERR_IO, ERR_MEMORY. */
MUST_USE enum status zip_open(struct zip *z, const char *path, struct err *e);
void zip_close(struct zip *z); /* allowed on {.fd = -1} and twice */

/* zip_stream - the content of a member, called "FILE/MEMBER" in messages, which
 * ends with an error unless it is what the directory says.  It does not need
 * the archive to stay open.  ERR_DATA: encrypted, packed otherwise, damaged. */
MUST_USE enum status zip_stream(const struct zip *z, const struct zip_member *m,
                                struct stream **out, struct err *e);
