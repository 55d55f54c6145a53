/*
 * extend.h - documents that build on others: `extends: FILE` or a list of them.
 */
#ifndef CONF_EXTEND_H
#define CONF_EXTEND_H

#include "base/err.h"
#include "conf/tree.h"

/*
 * tree_extend - lay a document over the files that it extends, and they over
 * theirs; of a list later files go over earlier ones.  Keys at the top that
 * begin with `x-`, a place for anchors, are dropped.
 *
 * Paths are relative to the file they stand in; marks tell that file.  Files
 * that were read are t->files.  `root` is NULL after an error that leaves
 * nothing to go on with: a file that cannot be read (its status), that builds
 * on itself, more than 16 levels of them.
 */
MUST_USE enum status tree_extend(struct tree *t, struct err *e);

#endif
