/*
 * together.h - what processes that run one command must have in common before
 * it begins.
 */
#pragma once

#include "base/file.h"
#include "cli/cmd.h"

/* together_line - all have the same command line `args`, before anything acts
 * upon it; `own` is what reading it came to.  ERR_USAGE. */
MUST_USE enum status together_line(const struct call *call,
                                   const char *const *args, enum status own,
                                   struct err *e);

/*
 * together - all processes have come here, `own` being the status of this one:
 * all go on by the same program and kernels, or all end.  Where processors
 * differ call->kernels becomes what all have, and a warning says so.  Only the
 * first process is not quiet from now on.
 *
 * ERR_USAGE: a command that is not by_several.  ERR_MEMORY: another build;
 * kernels that differ though CNNCTL_KERNELS names some.
 */
MUST_USE enum status together(struct call *call, enum status own,
                              struct err *e);

/* together_words - no operand is standard input, which one of several processes
 * has.  ERR_USAGE. */
MUST_USE enum status together_words(const struct call *call, enum status own,
                                    struct err *e);

/* together_document - all agree; and where a configuration is read from
 * standard input, which one of several processes has, `document` becomes its
 * text for all.  Else it stays empty.  To be given back with mem_free. */
MUST_USE enum status together_document(const struct call *call, enum status own,
                                       struct bytes *document, struct err *e);
