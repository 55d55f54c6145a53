/*
 * cmd.h - a command of the program, and the program as a table of commands.
 *
 * One file per command, one line in command/registry.c; parser, --help, man
 * page and completion follow from the rows.  Must not know any command: the
 * table is handed down.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/err.h"
#include "cli/opt.h"
#include "term/out.h"
#include "term/progress.h"
#include "train/exchange.h"

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
    const struct program *program;
    const struct command *command;
    const char *place; /* of messages: "cnnctl fit" */
    struct global global;
    const struct exchange *exchange; /* the processes that run it, of which one
                                        prints and writes; no threads */
    const struct kernels *kernels;   /* that CNNCTL_KERNELS allows */
    const void *options;      /* the command's struct, bound by its table */
    const char *const *words; /* operands, ended by NULL */
    int64_t word_count;
    struct arena *arena; /* lives as long as the command */
    struct out *out;     /* standard output; flushed when the command ends */
    struct progress *progress; /* the line on standard error */
};

struct command {
    const char *name;     /* "fit", "checkpoint save" */
    const char *operands; /* "CONFIG", "MODEL [INPUT...]": how many there are */
    const char *doc;      /* one sentence with a full stop */
    const char *examples; /* lines shown first by --help and the man page */
    const struct option *options; /* own ones; ended by {0}; NULL: none */
    size_t options_size;
    bool takes_set, takes_json; /* which global options can have an effect */
    bool by_several;            /* several processes may run it */
    enum status (*run)(const struct call *call, struct err *e);
};

/* A first word that several commands share. */
struct command_group {
    const char *name, *doc;
};

struct program {
    const struct command *const *commands; /* ended by NULL */
    const struct command_group *groups;    /* ended by name NULL */
    /* The whole help about a command, else a group, else, both NULL, all; and
     * the short one, for standard error, about a group or all. */
    void (*help)(struct text *out, const struct program *p,
                 const struct command *c, const struct command_group *g);
    void (*usage)(struct text *out, const struct program *p,
                  const struct command_group *g);
};

/* command_find - by whole name; NULL: none. */
const struct command *command_find(const struct program *p, const char *name);

/* group_find - the group of that name; NULL: none. */
const struct command_group *group_find(const struct program *p,
                                       const char *name);

/* command_group_of - the group that a command belongs to; NULL: none. */
const struct command_group *command_group_of(const struct program *p,
                                             const struct command *c);

/* command_word - the last word of a command that belongs to `g`, NULL when it
 * does not.  g NULL: the name of a command without a group. */
const char *command_word(const struct command *c,
                         const struct command_group *g);

/* command_affected - can the global option have an effect on the command? */
bool command_affected(const struct command *c, const struct option *o);
