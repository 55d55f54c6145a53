/*
 * overlay.h - one mapping laid over another: what --set and `extends` do.
 *
 * Mappings merge, anything else replaces what it stands over, null drops it.  A
 * mapping over a list changes entries that are found by name or position; what
 * it holds for an entry of one key, `conv2d: {..}`, goes into that key's
 * mapping, where null is a value.
 */
#ifndef CONF_OVERLAY_H
#define CONF_OVERLAY_H

#include "base/err.h"
#include "conf/tree.h"

/* overlay_map - lay the members of `over` over `base`, whose they become.
 * Records every error; ERR_CONFIG, ERR_MEMORY. */
MUST_USE enum status overlay_map(const struct tree *t, struct node *base,
                                 struct node *over, struct err *e);

#endif
