/*
 * cmd.h - a command of the program.  One file per command, one line in
 * command/registry.c; parser, --help, man page and completion follow from the
 * rows.
 */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include <stdbool.h>
#include <stdint.h>

#include "app/experiment.h"
#include "base/arena.h"
#include "base/compiler.h"
#include "base/err.h"
#include "cli/opt.h"
#include "term/colour.h"
#include "term/out.h"
#include "term/progress.h"

/* The global options, the same for every command. */
struct global {
    bool help, version;
    bool quiet, json;
    int64_t verbose;
    int64_t threads; /* >= 1, resolved */
    const char *color, *progress;
    struct settings set;
};

extern const struct option global_options[]; /* bind to struct global */

/* What a command runs with. */
struct call {
    const struct command *command;
    const char *place; /* of messages: "cnnctl fit" */
    struct global global;
    const struct kernels *kernels; /* that CNNCTL_KERNELS allows */
    const void *options;      /* the command's struct, bound by its table */
    const char *const *words; /* operands, ended by NULL */
    int64_t word_count;
    struct arena *arena; /* lives as long as the command */
    struct out *out;     /* standard output; flushed when the command ends */
    struct progress *progress; /* the line on standard error */
};

struct command {
    const char *name;     /* "fit", "checkpoint save" */
    const char *operands; /* "CONFIG", "MODEL [INPUT...]" */
    const char *doc;      /* one sentence with a full stop */
    const char *examples; /* lines shown first by --help and the man page */
    const struct option *options; /* own ones; ended by {0}; NULL: none */
    size_t options_size;
    bool takes_set, takes_json;   /* which global options can have an effect */
    int64_t min_words, max_words; /* max -1: any number */
    enum status (*run)(const struct call *call, struct err *e);
};

extern const struct command *const command_table[]; /* ended by NULL */

/* A first word that several commands share. */
struct command_group {
    const char *name, *doc;
};

extern const struct command_group command_groups[]; /* ended by name NULL */

/* command_find - by whole name; NULL: none. */
const struct command *command_find(const char *name);

/* group_find - the group of that name; NULL: none. */
const struct command_group *group_find(const char *name);

/* command_group_of - the group that a command belongs to; NULL: none. */
const struct command_group *command_group_of(const struct command *c);

/* command_word - the last word of a command that belongs to `group`, NULL when
 * it does not. */
const char *command_word(const struct command *c, const char *group);

/* usage_error - record "cnnctl COMMAND: error: ..." and return ERR_USAGE. */
enum status usage_error(struct err *e, const struct call *call, const char *fmt,
                        ...) PRINTF_LIKE(3, 4);

/* note, warn - one line on standard error, not with --quiet: "MESSAGE",
 * "PLACE: warning: MESSAGE". */
void note(const struct call *call, const char *fmt, ...) PRINTF_LIKE(2, 3);
void warn(const struct call *call, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* colour_stdout - may the command colour standard output? */
bool colour_stdout(const struct call *call);

/* cli_run - the whole program below main: read the command line, run the
 * command, flush standard output.  Every error is recorded in `e`. */
MUST_USE enum status cli_run(const char *const *args, struct err *e);

#endif
