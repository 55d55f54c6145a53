/*
 * output.h - the files that a command line names to be written.
 */
#pragma once

#include "base/file.h"
#include "cli/cmd.h"

/*
 * outputs_check - looks at the value of every option that names an output, but
 * of those of a run.
 *
 * Of several processes one alone looks, and writes.
 *
 * ERR_USAGE: one that is also read, or is another output too, or is called as
 * locks are; `-` where a file is needed.  ERR_CANTCREATE: a folder; a file that
 * exists, without --force; one that cannot be made where it is to stand.
 */
MUST_USE enum status outputs_check(const struct call *call, struct err *e);

/* output_check - the same of `path`, which option `o` stands for. */
MUST_USE enum status output_check(const struct call *call,
                                  const struct option *o, const char *path,
                                  struct err *e);

/* output_lock - become the only writer of an output, and look under the lock
 * whether it exists, which asks for --force.  Always to be given back with
 * file_lock_drop.  ERR_CANTCREATE. */
MUST_USE enum status output_lock(const struct call *call, const char *path,
                                 struct file_lock *lock, struct err *e);

/* A file that is being written. */
struct output_file { /* initialise with {.lock = {.fd = -1}} */
    struct file_lock lock;
    struct file_replace file; /* to be committed */
};

/* output_begin - lock it and begin to replace it, before the work is done.
 * Always to be given back with output_end, without a commit nothing has
 * happened. */
MUST_USE enum status output_begin(const struct call *call, const char *path,
                                  struct output_file *out, struct err *e);
void output_end(struct output_file *out);

/* outputs_of - the files to be written, and `more` unless it is NULL, for
 * struct settings; on the command's arena. */
const char *const *outputs_of(const struct call *call, const char *more);
