/*
 * child.h - another program, run to its end.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

enum { CHILD_SAID_BYTES = 4096 };

/* How it ended. */
struct child {
    int why;  /* 0, or the errno for which nothing has run: ENOENT, there
                         is no such program */
    int code; /* its exit status; 128 + n: ended by signal n */
    struct text said; /* the first CHILD_SAID_BYTES of what it wrote to standard
                         output and error; to be given back */
};

/*
 * child_run - run a program with these words (ended by NULL), of which the
 * first is its path, or its name in PATH.
 *
 * Standard input is empty.  No shell looks at the words.  ERR_MEMORY when a
 * process or memory is short.
 */
MUST_USE enum status child_run(const char *const *words, struct child *out,
                               struct err *e);
