/*
 * field_read.h - what the files behind field.h share: one value at a time.
 */
#ifndef CONF_FIELD_READ_H
#define CONF_FIELD_READ_H

#include "conf/field.h"
#include "conf/tree_read.h"

/* Where a value comes from and where errors go. */
struct source_value {
    const struct tree *tree;
    const struct field *field;
    const struct node *node;
    struct err *e;
};

/* value_read - check a node against its row and store it in the member `to`.
 * null and empty values are dealt with by the caller.  ERR_CONFIG, ERR_MEMORY.
 */
MUST_USE enum status value_read(const struct source_value *v, void *to);

/* value_mismatch - record "expected WHAT, got FOUND", with the choice that was
 * most likely meant.  Returns ERR_CONFIG. */
enum status value_mismatch(const struct source_value *v);

/* number_read - one number within the row's bounds. */
MUST_USE enum status number_read(const struct source_value *v, double *to);

/* variant_read, path_read - the types with files of their own. */
MUST_USE enum status variant_read(const struct source_value *v,
                                  struct variant *to);
MUST_USE enum status path_read(const struct source_value *v, struct path *to);

/* field_size - bytes of the member. */
size_t field_size(enum field_type type);

/* field_member - the member of a row in its struct. */
static inline const void *field_member(const struct field *f, const void *from)
{
    return (const char *)from + f->offset;
}

#endif
