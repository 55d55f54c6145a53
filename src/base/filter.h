/*
 * filter.h - another program between two pipes.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "base/text.h"

struct filter {
    const char *const *args; /* [0] the program, found along PATH; ended by
                                NULL; no shell sees them */
    const char *package;     /* of Debian, that has it */
};

/*
 * filter_run - give it `input`, append what it prints to `out`.
 *
 * ERR_MEMORY: it is not there, the package being named, cannot be run, or
 * fails; the first line that it complains with is part of the message.
 */
MUST_USE enum status filter_run(const struct filter *f, const char *input,
                                size_t length, struct text *out, struct err *e);
