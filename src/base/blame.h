/*
 * blame.h - errors of parts that several threads work on.
 *
 * Kept is that of the first part in order, whichever thread meets it and when:
 * a message depends on the threads as little as a result does.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"

struct blame {
    struct err *errors; /* [threads] */
    int64_t *parts;     /* [threads] what each error is of */
    int64_t threads;
};

/* blame_open - ERR_MEMORY.  Always to be closed. */
MUST_USE enum status blame_open(struct blame *b, int64_t threads,
                                struct err *e);
void blame_close(struct blame *b);

/* blame_at - where thread `worker` records what fails of `part`; every thread
 * comes to its parts in rising order.  NULL: an earlier one has failed, and
 * nothing is to be done for this one. */
struct err *blame_at(struct blame *b, int64_t worker, int64_t part);

/* blame_settle - OK, or the error of the first part that failed; the next parts
 * begin anew.  After all threads have ended. */
MUST_USE enum status blame_settle(struct blame *b, struct err *e);

/* blame_forget - as if nothing had failed. */
void blame_forget(struct blame *b);
