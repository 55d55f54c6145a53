/*
 * opt.h - command line options from tables.
 *
 * One row per option.  Parser, range checks, spelling hints, --help, man page
 * and completion are derived from the rows; the type follows from the member
 * that a row fills.  GNU conventions: `--name=value` or `--name value`,
 * `-nvalue` or `-n value`, letters may be bundled, options may follow operands,
 * `--` ends them, `-` is an operand.  Names are not abbreviated.  Of a value
 * given twice the last one wins; lists grow.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "document/experiment.h"

enum opt_type {
    OPT_FLAG,
    OPT_INT, /* without an argument: counts how often it is given */
    OPT_REAL,
    OPT_WORD,
    OPT_LIST,
};

/* Does an option name a file that the command writes?  WRITES_STREAM: or, as
 * `-`, standard output.  WRITES_RUN: a file of a run, which may go on with it:
 * the command looks at it. */
enum opt_writes { WRITES_NOTHING, WRITES_FILE, WRITES_STREAM, WRITES_RUN };

struct option {
    const char *name; /* without dashes */
    enum opt_type type;
    size_t offset;
    char letter; /* 0: none */
    bool hidden; /* for scripts, not shown in help */
    enum opt_writes writes;
    bool folders;            /* a name that ends with a slash is a new folder */
    const char *writes_with; /* only where one of these options, CONFIG being
                                   any operand, is given too */
    const char *argument;    /* its name in help: "FILE" */
    double min, max;         /* of a number, inclusive; both 0: no bound */
    size_t given;            /* offset of a bool that says whether a number
                                   is given; 0: nobody asks */
    const char *const *choices;      /* the words allowed, ended by NULL */
    const char *doc;                 /* one or more sentences with full stops */
    const struct kind *const *kinds; /* that the argument names, which the doc
                                        goes on with; NULL: none */
};

/* OPTION(struct tag, member, "name", .letter = 'o', ...); a table ends with
 * {0}.  Members that are not given keep their zero value. */
#define OPTION(S, m, word, ...)                                                  \
    {                                                                            \
        .name = (word), .offset = offsetof(struct S, m),                       \
        .type = _Generic(((struct S *)0)->m,                                   \
            bool: OPT_FLAG,                                                    \
            int64_t: OPT_INT,                                                  \
            double: OPT_REAL,                                                  \
            const char *: OPT_WORD,                                            \
            struct settings: OPT_LIST),                                        \
        __VA_ARGS__ \
    }

/* OPTIONS(tag) - in a command's row: the table `tag` fills `struct tag`. */
#define OPTIONS(tag) .options = (tag), .options_size = sizeof(struct tag)

/* One table and the struct it fills. */
struct opt_binding {
    const struct option *options; /* NULL ends an array of bindings */
    void *into;
};

/* A command line being read. */
struct opt_scan {
    const char *place; /* of messages: "cnnctl fit" */
    const struct opt_binding *bindings;
    const char *const *args; /* ended by NULL; moves on */
    bool operands_only;      /* a `--` has been met */
    struct arena *arena;     /* owns lists */
};

/* opt_next - bind options up to the next operand; *operand is NULL when the
 * line has ended.  ERR_USAGE, ERR_MEMORY. */
MUST_USE enum status opt_next(struct opt_scan *scan, const char **operand,
                              struct err *e);

/* opt_takes_value - is there something behind the name? */
bool opt_takes_value(const struct option *o);

/* opt_argument - append the argument as help shows it: "FILE", "a|b|c". */
void opt_argument(struct text *out, const struct option *o);

/* opt_doc - append its doc, then name and sentence of each of its kinds. */
void opt_doc(struct text *out, const struct option *o);

/* opt_append - add a word to a list that lives on `arena` and was made here. */
MUST_USE enum status opt_append(struct settings *list, const char *word,
                                struct arena *arena, struct err *e);
