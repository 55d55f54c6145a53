/*
 * out.h - standard output, or a file that takes its place.
 *
 * Buffered; the first failure sticks and everything after it is dropped, so a
 * command prints without looking back and learns of a failure from out_flush.
 * A vanished reader is ERR_PIPE, any other failure ERR_IO.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "base/text.h"

enum { OUT_BYTES = 64 * 1024 };

struct out {
    int fd;           /* -1: nobody reads */
    const char *name; /* for messages */
    struct err *e;    /* where the first failure is recorded */
    enum status status;
    size_t used;
    char buffer[OUT_BYTES];
};

void out_begin(struct out *o, int fd, const char *name, struct err *e);
void out_add(struct out *o, const char *bytes, size_t length);
void out_puts(struct out *o, const char *string);
void out_printf(struct out *o, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* out_text - a built text, which is freed; one that ran out of memory is
 * ERR_MEMORY. */
void out_text(struct out *o, struct text *t);

/* out_flush - write what is held back.  The first failure of all. */
MUST_USE enum status out_flush(struct out *o);
