/*
 * notation.h - lists of layers as documents write them, and the layers that
 * they stand for.
 *
 * An entry is a layer, or a notation for several: `repeat` makes its list so
 * many times, `residual` a branch and what it is added to; a layer with
 * `normalize` is followed by its normalization and its nonlinearity.  Reading
 * binds every written entry once and says all that is wrong with it at its
 * place; making turns the sound ones into the entries of a graph, whose names
 * are those that errors, `info`, --set and model files know:
 *
 *     a layer in round I of a repeat   repeatP_I_NAME, P its position; with a
 *                                      name R of its own RI_NAME
 *     a layer of residual R            R_NAME, R_projection, R_sum, R
 *     the parts of layer L             L, L_bn (L_in, L_in_scale, L_in_bias;
 *                                      L_ln ..), L_nonlin
 *
 * NAME is the explicit one or the type and the position in its list, from 1.
 * A name in `incoming` means an entry of the same list (in the same round), or
 * else of the lists around it, or else a made layer; of an entry that makes
 * several it means the last.  `block_input` is what the innermost notation
 * reads.
 *
 * What --set or `extends` say of a made layer, `layers.repeat3_2_conv2d1`, is
 * laid over its entry in that round alone.
 *
 * Must not know the rest of a document.
 */
#pragma once

#include "conf/tree.h"
#include "graph/graph.h"

enum { NOTATION_MAX_LEVELS = 4 };

/* The keys of a layer with weights that ask for its normalization. */
struct normalize_keys {
    const char *normalize; /* NULL: absent */
    bool batch_norm;       /* a synonym of normalize: batch */
};

struct repeat_keys {
    int64_t times;
    const struct node *layers;
};

struct residual_keys {
    const struct node *layers;
    const char *projection;
    struct variant nonlinearity;
    struct text_list lint; /* of the layers that it adds to the branch */
};

/* layer_fields: keys of every layer, of struct graph_entry.  place_fields:
 * those that a notation has too. */
extern const struct field layer_fields[], place_fields[], normalize_fields[];

/* repeat and residual, ended by NULL. */
extern const struct kind *const notation_kinds[];
extern const struct kind repeat_kind, residual_kind;

/* The type of a key `layers`, read by written_read. */
extern const struct field_type type_layers;

/* An entry of a list as it is written. */
struct written {
    const struct node *node;
    const struct kind *kind;  /* of a layer or notation; NULL: unknown */
    const char *name;         /* within its list; NULL: it has none */
    bool faulty;              /* said already; the rest may be incomplete */
    struct graph_entry entry; /* of a layer; of a notation place_fields */
    struct normalize_keys normalize; /* of a layer */
    struct repeat_keys repeat;       /* of repeat_kind */
    struct residual_keys residual;   /* of residual_kind */
    struct written *inside;          /* the list of a notation */
    struct written *next;
    const char *output; /* while layers are made: the last made of it in this
                           round; NULL: none yet */
};

/* The layers that a list stands for. */
struct layer_list {
    struct written *written; /* the first entry of the list */
    int64_t count;
    struct graph_entry *entries; /* [count] */
    const struct node **nodes;   /* [count] for messages: the entry, or what
                                    stands for a made one */
    int64_t sound;               /* entries before the first that is faulty */
    bool is_changed;             /* a made layer is not as written */
    bool misfit;                 /* a branch does not fit what it is added to */
};

/* notation_entry_name - the name of an entry within its list, an explicit one
 * or type and position; NULL: the node is no such entry.  For struct tree. */
const char *notation_entry_name(struct arena *arena, const struct node *entry);

/* notation_makes - does the document's list hold entries that make layers with
 * other names than theirs?  For struct tree. */
bool notation_makes(const struct node *list);

/* notation_normalizes - has a kind of layer a bias and a nonlinearity between
 * which a normalization may stand? */
bool notation_normalizes(const struct kind *kind);

/* written_read - bind the entries of a list.  All that is wrong with them is
 * recorded: ERR_CONFIG, ERR_MEMORY. */
MUST_USE enum status written_read(const struct tree *t, const struct node *list,
                                  struct written **first, struct err *e);

/* written_normalize - "batch", "instance" or "layer"; NULL: none. */
const char *written_normalize(const struct written *w);

/*
 * notation_make - the entries of a graph that l->written stands for.
 *
 * Of a faulty notation one entry is left, which has its name; l->sound ends
 * before it.  The strides of a residual's projection follow from the shapes of
 * the layers above, which `engine` computes.  ERR_CONFIG: names given twice, no
 * projection fits, over GRAPH_MAX_LAYERS, a change of a layer that is not made;
 * ERR_MEMORY.
 */
MUST_USE enum status notation_make(struct layer_list *l, const struct tree *t,
                                   struct node *list,
                                   const struct layer_engine *engine,
                                   struct err *e);

/* notation_print - the list as written with every default, entries indented by
 * blanks; notation_print_layer - one layer, `dense: {num_units: 10, ..}`. */
void notation_print(struct text *out, const struct written *first,
                    int64_t indent);
void notation_print_layer(struct text *out, const struct graph_entry *entry);
