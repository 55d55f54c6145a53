/*
 * help.h - help texts, man page sections and completion, from the tables of a
 * program.  A page is about a command `c`, else a group `g`, else, both NULL,
 * the program.
 */
#pragma once

#include "base/text.h"
#include "cli/cmd.h"

/* help_about - examples, usage, commands or options; of the program exit
 * statuses too. */
void help_about(struct text *out, const struct program *p,
                const struct command *c, const struct command_group *g);

/* help_usage - how the program is called, and where to read on: for standard
 * error. */
void help_usage(struct text *out, const struct program *p,
                const struct command_group *g);

/* help_tables - everything that man pages and completion are made of: a record
 * a line, its fields with tabs between. */
void help_tables(struct text *out, const struct program *p);

/* What the printers share: the program's examples, the exit statuses. */
extern const char help_examples[];
struct status_row {
    int code;
    const char *text;
};
extern const struct status_row status_rows[]; /* ended by text NULL */
