/*
 * output.h - the files that a command line names to be written.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "cli/cmd.h"

/*
 * outputs_check - looks at the value of every option that names an output.
 *
 * ERR_USAGE: one that is also read, or is another output too; `-` where a file
 * is needed.  ERR_CANTCREATE: a folder.
 */
MUST_USE enum status outputs_check(const struct call *call, struct err *e);

/* is_one_file - do both name one regular file, or one that is to be? */
bool is_one_file(const char *a, const char *b);

#endif
