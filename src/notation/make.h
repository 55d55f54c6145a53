/*
 * make.h - the state of making, and single layers.
 *
 * Private to notation/.
 */
#pragma once

#include "base/dict.h"
#include "notation/entry.h"

struct maker {
    struct layer_list *list;
    const struct tree *t;
    struct node *above;     /* the document's list */
    const struct node *top; /* its entry that is being made */
    struct dict names;      /* of the layers made: their numbers */
    struct layer_engine engine;
    struct shape *shapes; /* [count] of their outputs; NULL: nobody asks */
    bool lost;            /* no shape is known from here on, for a reason that
                             building the graph finds again */
    bool quiet;           /* the next layer is known to be faulty */
    const struct node *lint; /* of the layers made next; NULL: none */
    struct err *e;
};

/* maker_emit - the next layer.  ERR_CONFIG when it is one too many, or its name
 * taken; ERR_MEMORY. */
MUST_USE enum status maker_emit(struct maker *m,
                                const struct graph_entry *entry,
                                const struct node *node);

/* maker_shape - of the output of a layer that is made. */
struct shape maker_shape(const struct maker *m, const char *name);

/* maker_node - a layer that notations make: called `name`, at the place of
 * `from`.  maker_member, maker_word, maker_list append parameters to it: a
 * shallow copy of one that is there, a word, one or two of them.  All do
 * nothing when memory is short, which the arena remembers. */
struct node *maker_node(const struct maker *m, const struct node *from,
                        const char *type, const char *name);
void maker_member(const struct maker *m, struct node *node,
                  const struct node *member);
void maker_word(const struct maker *m, struct node *node, const char *key,
                const char *word);
void maker_list(const struct maker *m, struct node *node, const char *key,
                const char *first, const char *second);

/* maker_part - bind such a node, changed as the document says of it, and make
 * the layer. */
MUST_USE enum status maker_part(struct maker *m, struct node *node);

/* maker_is_changed - does the document say anything of made layer `name`?
 * maker_change - lay it over a node that stands for it alone. */
bool maker_is_changed(const struct maker *m, const char *name);
MUST_USE enum status maker_change(struct maker *m, struct node *node,
                                  const char *name);

/* make_normalization - the layers that follow *name, which becomes the last of
 * them; how: "batch" .. */
MUST_USE enum status make_normalization(struct maker *m,
                                        const struct node *from,
                                        const char *how, const char **name);

/* make_nonlinearity - a layer called `name`: the function is `given`, a
 * parameter of an entry, or, NULL, the default `otherwise`. */
MUST_USE enum status make_nonlinearity(struct maker *m, const struct node *from,
                                       const char *name,
                                       const struct node *given,
                                       struct variant otherwise);

/* make_shortcut - what is added to the branch of residual `w`: *x, or a layer
 * that brings it to the branch's shape, which *x becomes. */
MUST_USE enum status make_shortcut(struct maker *m, const struct written *w,
                                   const char *name, const char *branch,
                                   const char **x);
