/*
 * tree.h - a YAML document as a tree of nodes that know where they came from.
 *
 * Structure without meaning: no key is known here.  tree.c is the only file
 * that includes <yaml.h>.  Anchors, aliases and merge keys (<<) are resolved
 * while reading, so a reader of the tree never meets them.
 *
 * Refused, each with its place: YAML syntax errors, a second document, an
 * empty document, explicit tags, duplicate keys, keys that are not plain or
 * quoted scalars, unknown aliases and aliases inside their own anchor, nesting
 * beyond TREE_MAX_DEPTH, more than TREE_MAX_NODES nodes after expansion,
 * invalid UTF-8, input over TREE_MAX_BYTES.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum {
    TREE_MAX_DEPTH = 64,
    TREE_MAX_NODES = 400000,
    TREE_MAX_BYTES = 4 << 20,
};

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

/* A file that a document extends; the document itself has none. */
struct tree_file {
    const char *name, *folder; /* as struct tree has them */
    const char *within;        /* its folder, seen from that of the document */
    const char *source;
    const struct tree_file *next;
};

/* Where something was written: `set` > 0 is the number of a --set option, else
 * line and column of the file, both from 1, columns in characters. */
struct mark {
    int64_t line, column, set;
    const struct tree_file *file; /* NULL: the document */
};

struct node {
    enum node_kind kind;
    struct mark mark;     /* of the value */
    struct mark key_mark; /* of its key; of the value itself elsewhere */
    const char *key;      /* in a mapping, else NULL */
    const char *text;     /* of a scalar, else NULL */
    bool plain;           /* an unquoted scalar: may be a number or boolean */
    int64_t index;        /* position in its list or mapping, from 0 */
    bool refused;         /* reading found it wrong and said so; what else is
                             wrong with it is not said */
    /* While one document is laid over another: */
    bool is_path;  /* a word of --set on the way to its value */
    bool is_whole; /* a value of --set: replaces what stood there */
    bool dropped;  /* a member or entry that is about to go */
    struct node *parent, *first, *next;
    struct node *changes; /* of a list: what was said of entries that are not
                             in it but made of those that are, in order; see
                             makes_entries */
};

struct tree {
    struct arena *arena; /* owns nodes and strings */
    const char *name;    /* as shown in messages */
    const char *folder;  /* that relative paths refer to; "" is the current */
    const char *source;  /* the text read, for source lines in messages */
    struct node *root;   /* a mapping */
    const struct tree_file *files; /* that it extends, read with it */
    bool paths_as_written;         /* of a model file, where no folder and no
                              environment give path values a meaning; set
                              after parsing */
    bool keeps_folders; /* for a reader on this machine: the document is
                              printed with its absolute paths; set likewise */

    /* The name of a list entry, NULL when it has none; set likewise by whoever
     * knows, NULL: nobody.  Key paths show it, `layers[7] conv2d7`, and then
     * not the entry's only key; --set finds entries by it. */
    const char *(*entry_name)(struct arena *arena, const struct node *entry);

    /* Where `key`, which is unknown at node `n`, belongs, a path on the arena;
     * NULL: nowhere.  Set likewise; NULL: nobody knows. */
    const char *(*key_place)(struct arena *arena, const struct node *n,
                             const char *key);

    /* May entries of the list stand for several, with names of their own?  Then
     * what --set or a document laid over this one says of an unknown entry is
     * kept in list->changes.  NULL: there are no such lists. */
    bool (*makes_entries)(const struct node *list);
};

/* tree_parse - read one document.  `name` and `text` must outlive the tree;
 * `folder` is derived from name ("-" and names without a slash: "").  All
 * recoverable errors of the document are recorded, not only the first; `root`
 * is there after them, for a reader that goes on to what else is wrong, and
 * NULL after others.  Returns ERR_CONFIG or ERR_MEMORY. */
MUST_USE enum status tree_parse(struct tree *t, struct arena *arena,
                                const char *name, const char *text,
                                size_t length, struct err *e);

/*
 * tree_set - apply one `--set KEY=VALUE`, the `number`-th from 1.
 *
 * KEY is a dotted path; a list entry is named by its index or its name, and
 * what follows goes into the mapping under its only key.  VALUE is read as
 * YAML.  Missing parents are created, a bare layer becomes a mapping, a value
 * replaces what stood at its path, null removes the key.  Nodes made here carry
 * mark.set = number.
 */
MUST_USE enum status tree_set(struct tree *t, int64_t number,
                              const char *assignment, struct err *e);

/*
 * tree_extend - lay a document over the files that it extends (`extends: FILE`
 * or a list of them), and they over theirs; of a list later files go over
 * earlier ones.  Keys at the top that begin with `x-`, a place for anchors, are
 * dropped.
 *
 * Paths are relative to the file they stand in; marks tell that file.  Files
 * that were read are t->files.  `root` is NULL after an error that leaves
 * nothing to go on with: a file that cannot be read (its status), that builds
 * on itself, more than 16 levels of them.
 */
MUST_USE enum status tree_extend(struct tree *t, struct err *e);

/* tree_library - the version of the library that parses: "0.2.5". */
const char *tree_library(void);

/* node_find - the member `key` of a mapping; NULL when absent or when `map` is
 * NULL or no mapping. */
struct node *node_find(const struct node *map, const char *key);

/* The place of a message: at the value, or at the key that owns it. */
enum node_place { AT_VALUE, AT_KEY };

/*
 * tree_error - record `PLACE: error: KEY.PATH: MESSAGE` and, when
 * e->source_lines, the source line with a caret.  `key`, if not NULL, is
 * appended to the path (a missing member).  Returns ERR_CONFIG.
 */
enum status tree_error(const struct tree *t, const struct node *n,
                       enum node_place at, const char *key, struct err *e,
                       const char *fmt, ...) PRINTF_LIKE(6, 7);

/* The end of a message: "; did you mean WORD?", "" for NULL. */
struct hint {
    char text[96];
};
struct hint did_you_mean(const char *word);

/* tree_path - the key path of a node, such as `layers[7] conv2d7.pad`, on the
 * arena; NULL when memory is short. */
const char *tree_path(const struct tree *t, const struct node *n);
