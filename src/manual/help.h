/*
 * help.h - help texts, man page sections and completion, from the tables.
 */
#ifndef MANUAL_HELP_H
#define MANUAL_HELP_H

#include "base/text.h"
#include "cli/cmd.h"

/* help_overview - examples, commands, global options, exit statuses. */
void help_overview(struct text *out);

/* help_group - the commands that share a first word. */
void help_group(struct text *out, const struct command_group *g);

/* help_command - examples, usage, options. */
void help_command(struct text *out, const struct command *c);

/* help_usage - how the program is called, and where to read on: for standard
 * error.  `g` NULL: no group. */
void help_usage(struct text *out, const struct command_group *g);

/* help_is_inert - a global option that cannot affect the command. */
bool help_is_inert(const struct option *o, const struct command *c);

/* help_mdoc - the sections NAME, SYNOPSIS, DESCRIPTION, OPTIONS, EXIT STATUS,
 * EXAMPLES and SEE ALSO of a man page: that of a command, of a group, both NULL
 * of the program, which has COMMANDS too. */
void help_mdoc(struct text *out, const struct command *c,
               const struct command_group *g);

/* help_examples - those of the program. */
extern const char help_examples[];

/* help_bash, help_zsh - a completion script. */
void help_bash(struct text *out);
void help_zsh(struct text *out);

#endif
