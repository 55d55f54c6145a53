/*
 * child.h - another program, between pipes, run to its end.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "base/text.h"

enum { CHILD_SAID_BYTES = 4096 };

/* How it ended. */
struct child {
    int why;          /* 0, or the errno for which nothing has run: ENOENT,
                         there is no such program */
    int code;         /* its exit status; 128 + n: ended by signal n */
    int broken;       /* 0, or the errno that ended the talk with it */
    struct text out;  /* what it wrote to standard output */
    struct text said; /* to standard error, the first CHILD_SAID_BYTES */
};

/*
 * child_run - run a program with these words (ended by NULL), of which the
 * first is its path, or its name in PATH; no shell sees them.  It reads
 * `length` bytes of `input`.  Always to be given back with child_free.
 * ERR_MEMORY when a process or memory is short, ERR_IO when a pipe fails.
 */
MUST_USE enum status child_run(const char *const *args, const char *input,
                               size_t length, struct child *out, struct err *e);
void child_free(struct child *c);

/* A program that is needed for what it makes of an input. */
struct filter {
    const char *const *args;     /* as above */
    const char *package;         /* of Debian, that has it */
    const char *const *settings; /* its environment has these, NAME=VALUE, ended
                                    by NULL, beside our own; NULL: none */
};

/*
 * filter_run - give it `input`, append what it prints to `out`.
 *
 * ERR_MEMORY: it is not there, the package being named, cannot be run, or
 * fails; the first line that it complains with is part of the message.  ERR_IO:
 * a pipe fails.
 */
MUST_USE enum status filter_run(const struct filter *f, const char *input,
                                size_t length, struct text *out, struct err *e);
