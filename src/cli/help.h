/*
 * help.h - help texts, man page sections and completion, from the tables.
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "base/text.h"
#include "cli/cmd.h"

/* help_overview - examples, commands, global options, exit statuses. */
void help_overview(struct text *out);

/* help_group - the commands that share a first word. */
void help_group(struct text *out, const struct command_group *g);

/* help_command - examples, usage, options. */
void help_command(struct text *out, const struct command *c);

/* help_mdoc - the sections OPTIONS, EXIT STATUS and EXAMPLES of a man page;
 * NULL: those of the program's own page. */
void help_mdoc(struct text *out, const struct command *c);

/* help_bash, help_zsh - a completion script. */
void help_bash(struct text *out);
void help_zsh(struct text *out);

/* help_wrap - append words, lines filled to 80 columns; the first starts where
 * the line stands, at column `indent`, like the others. */
void help_wrap(struct text *out, int64_t indent, const char *words);

#endif
