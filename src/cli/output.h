/*
 * output.h - the files that a command line names to be written.
 */
#pragma once

#include "cli/cmd.h"

/*
 * outputs_check - looks at the value of every option that names an output, but
 * of those of a run.
 *
 * ERR_USAGE: one that is also read, or is another output too, or the lock of
 * one; `-` where a file is needed.  ERR_CANTCREATE: a folder; a file that
 * exists, without --force; one that cannot be made where it is to stand.
 */
MUST_USE enum status outputs_check(const struct call *call, struct err *e);

/* output_check - the same of `path`, which option `o` stands for. */
MUST_USE enum status output_check(const struct call *call,
                                  const struct option *o, const char *path,
                                  struct err *e);

/* outputs_of - the files to be written, and `more` unless it is NULL, for
 * struct settings; on the command's arena. */
const char *const *outputs_of(const struct call *call, const char *more);
