/*
 * run.h - the whole program below main.
 */
#pragma once

#include "cli/cmd.h"

/* cli_run - read the command line, run the command of `p` that it names, flush
 * standard output.  `args` (ended by NULL) without the program's name.  Every
 * error is recorded in `e`. */
MUST_USE enum status cli_run(const struct program *p, const char *const *args,
                             struct err *e);
