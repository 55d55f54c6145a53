/*
 * trace.h - what is kept of a sample whose pixels are not: enough to find it
 * again and to tell what is odd about it.
 */
#pragma once

#include "data/dataset.h"

enum { TRACE_BYTES = 16 }; /* of its SHA-256 */

struct trace {
    unsigned char digest[TRACE_BYTES]; /* of its numbers, however they were
                                          written: 3 and 3.0 are one */
    float most;                        /* largest |x| of what is not missing */
    bool constant;                     /* all are equal, none is missing */
};

/* trace_of - of `size` numbers, at least one. */
struct trace trace_of(enum pixel_type pixel, const void *pixels, int64_t size);
