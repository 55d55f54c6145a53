/*
 * builder.h - turns a stream of YAML pieces into a tree of nodes.
 *
 * Knows the rules of structure (anchors, merge keys, duplicates, bounds) and
 * not where the pieces come from.  Aliases become copies of what they name, so
 * no node of the tree has two parents.
 */
#pragma once

#include "base/dict.h"
#include "base/err.h"
#include "conf/tree.h"
#include "conf/tree_read.h"

enum piece_kind { PIECE_SCALAR, PIECE_LIST, PIECE_MAP, PIECE_ALIAS };

/* A scalar, the start of a list or mapping, or an alias. */
struct piece {
    enum piece_kind kind;
    struct mark mark;
    const char *anchor; /* of an alias: the name it refers to; else NULL or the
                           name it gets */
    const char *tag;    /* NULL: none */
    const char *text;   /* of a scalar */
    size_t length;
    bool plain;   /* unquoted */
    bool is_text; /* a block scalar, `|` or `>` */
};

/* A list or mapping that is still open. */
struct frame {
    struct node *node, *last;
    struct node *merge;   /* value of its `<<` */
    bool has_key;         /* the next piece is a value, */
    bool key_is_merge;    /* of `<<` */
    const char *key;      /* NULL: the key was refused, drop the value */
    struct mark key_mark; /* of the key read last */
};

struct builder {
    const struct reading *in;
    struct err *e;
    struct node *root;
    struct frame frames[TREE_MAX_DEPTH];
    int64_t open; /* frames in use */
    int64_t nodes;
    struct dict anchors; /* the nodes that bear a name; to be freed */
};

/* builder_add - the next piece.  ERR_CONFIG: beyond a bound, reading must stop;
 * errors that reading survives are recorded and answered with OK. */
MUST_USE enum status builder_add(struct builder *b, const struct piece *p);

/* builder_close - the innermost list or mapping ends. */
MUST_USE enum status builder_close(struct builder *b);

/* merge_members - bring the members of an ended mapping into their final form:
 * `<<` resolved (explicit keys win, then earlier mappings), duplicate keys
 * recorded as errors. */
MUST_USE enum status merge_members(const struct tree *t, struct node *map,
                                   struct node *merge, struct err *e);
