/*
 * entry.h - the form of an entry of a list of layers: a type, `dropout`, or a
 * type with its parameters, `dense: {num_units: 10}`.
 *
 * Private to notation/.
 */
#pragma once

#include "base/dict.h"
#include "notation/notation.h"

/* entry_type - NULL: it is neither. */
const char *entry_type(const struct node *entry);

/* entry_parameters - the mapping of its parameters; NULL: all defaults. */
const struct node *entry_parameters(const struct node *entry);

/* linear_nonlinearity - a variant of activation_kinds. */
struct variant linear_nonlinearity(void);

/* entry_read - bind one entry at `level` of nesting; w->name is not checked
 * against those of others.  ERR_CONFIG, ERR_MEMORY. */
MUST_USE enum status entry_read(const struct tree *t, const struct node *node,
                                int64_t level, struct written *w,
                                struct err *e);

/* entry_end_branch - the last of a residual's branch becomes linear unless it
 * says otherwise. */
void entry_end_branch(const struct tree *t, struct written *branch);

/* entry_begin_list - nothing has been made of its entries yet; `names` becomes
 * what they are called, of several of a name the first.  False when memory is
 * short. */
MUST_USE bool entry_begin_list(struct written *first, struct dict *names);
