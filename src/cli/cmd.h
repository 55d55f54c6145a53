/*
 * cmd.h - a command of the program.  One file per command, one line in
 * cmd_table.c; parser, --help, man page and completion follow from the rows.
 */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include <stdbool.h>
#include <stdint.h>

#include "app/experiment.h"
#include "base/err.h"
#include "cli/opt.h"

/* Who may use colour or a progress bar. */
enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

/* The global options, the same for every command. */
struct global {
    bool quiet, json;
    int64_t verbose;
    int64_t threads; /* >= 1, resolved */
    enum when color, progress;
    struct settings set;
};

/* What a command runs with. */
struct call {
    struct global global;
    const void *options;      /* the command's struct, bound by its table */
    const char *const *words; /* operands */
    int64_t word_count;
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

#endif
