/*
 * tree_read.h - what the files of conf/ share about reading YAML: a value into
 * nodes, and a message at a mark that no node has.
 */
#pragma once

#include <stdarg.h>

#include "base/err.h"
#include "conf/tree.h"

/* worse - of errors the first counts, but short of memory nothing else is
 * tried. */
static inline enum status worse(enum status s, enum status other)
{
    return s == OK || other == ERR_MEMORY ? other : s;
}

/* A piece of YAML and the place that its root takes. */
struct reading {
    const struct tree *tree; /* arena, names, source */
    const char *text;
    size_t length;
    int64_t set;       /* number of a --set option; 0: marks are those of the
                          text */
    bool unmarked;     /* a default: line and column are 0 */
    int64_t depth;     /* levels of nesting above the root */
    struct node place; /* parent, key, key_mark, index of the root */
};

/* tree_read - read one value of any kind.  Records every recoverable error.
 * Returns ERR_CONFIG or ERR_MEMORY; *root is NULL when the text holds no
 * value at all. */
MUST_USE enum status tree_read(const struct reading *r, struct node **root,
                               struct err *e);

/*
 * overlay_map - lay the members of `over` over `base`, whose they become: what
 * --set and `extends` do.  Records every error; ERR_CONFIG, ERR_MEMORY.
 *
 * Mappings merge, anything else replaces what it stands over, null drops it.  A
 * mapping over a list changes entries that are found by name or position; what
 * it holds for an entry of one key, `conv2d: {..}`, goes into that key's
 * mapping, where null is a value.
 */
MUST_USE enum status overlay_map(const struct tree *t, struct node *base,
                                 struct node *over, struct err *e);

/* overlay_entry - lay one of list->changes over a copy of an entry, which must
 * have the form `type: {..}` or be a bare type.  ERR_CONFIG, ERR_MEMORY. */
MUST_USE enum status overlay_entry(const struct tree *t, struct node *entry,
                                   struct node *change, struct err *e);

/* node_copy - `from` and all below it, with `parent` above; NULL when memory is
 * short. */
MUST_USE struct node *node_copy(struct arena *arena, const struct node *from,
                                struct node *parent);

/* mark_error - tree_error for a mark; `path` may be "". */
enum status mark_error(const struct tree *t, struct mark mark, const char *path,
                       struct err *e, const char *fmt, ...) PRINTF_LIKE(5, 6);

/* node_is_null - a plain scalar that YAML reads as null: empty, `null`, `~`. */
bool node_is_null(const struct node *n);

/* node_count - the members or entries of a node. */
int64_t node_count(const struct node *parent);

/* node_replace - `n` takes the place of `old` and its key; NULL: nothing
 * does. */
void node_replace(struct node *old, struct node *n);

/* node_renumber - count the members or entries again after one came or went. */
void node_renumber(struct node *parent);

/* What a message says was found. */
struct found {
    char text[96];
};

/* node_found - "a list", "null", "an empty value", "'abc'", clipped. */
struct found node_found(const struct node *n);
