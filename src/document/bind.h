/*
 * bind.h - the parts of experiment_read: a section of the document each.
 *
 * Internal to the experiment.  Each records every error of its section and
 * returns the last status that was not OK.
 */
#pragma once

#include "document/experiment.h"

/* Reads `layers` and builds the graph down to the last good layer. */
MUST_USE enum status bind_layers(struct experiment *x, struct err *e);

/* Reads `data`; unless `required` it may be absent, or say of samples that are
 * not there how they are normalized and what their classes are. */
MUST_USE enum status bind_data(struct experiment *x, bool required,
                               struct err *e);

/* Reads `train`. */
MUST_USE enum status bind_train(struct experiment *x, bool required,
                                struct err *e);

/* The keys of data that are sections, ended by NULL. */
extern const char *const data_sections[];

/* experiment_key_place - see tree.h: the path of the row or section that `key`
 * is, `seed at the top level`. */
const char *experiment_key_place(struct arena *arena, const struct node *n,
                                 const char *key);

/* bind_source - reads a source that is the section `key`, "data.train", of the
 * document; `map` NULL: there is none.  Keys that it does not say are those of
 * x->train_source. */
MUST_USE enum status bind_source(struct experiment *x, const struct node *map,
                                 const char *key, struct source *out,
                                 struct err *e);

/* bind_section - the mapping under `key` of the document.  *map is NULL when it
 * is absent, which is an error if `required`; anything but a mapping is one
 * too. */
MUST_USE enum status bind_section(struct experiment *x, const char *key,
                                  bool required, const struct node **map,
                                  struct err *e);

/* bind_worse - want of memory, of which other faults may only be what comes of
 * it; else `s` unless it is OK, then `other`. */
static inline enum status bind_worse(enum status s, enum status other)
{
    return other == ERR_MEMORY || s == OK ? other : s;
}
