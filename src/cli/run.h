/*
 * run.h - the whole program below main.
 */
#pragma once

#include "cli/cmd.h"

/* cli_run - read the command line, run the command of `p` that it names, flush
 * standard output.  `args` (ended by NULL) without the program's name.  Every
 * error is recorded in `e`.  All processes of `x` call it; the status may be
 * that of this one alone. */
MUST_USE enum status cli_run(const struct program *p, const char *const *args,
                             const struct exchange *x, struct err *e);
