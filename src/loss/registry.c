/*
 * registry.c - the list of losses as a table.
 */
#include "loss/list.h"

const struct field loss_no_fields[] = {{0}};

#define KIND(name) &name##_loss.kind,
const struct kind *const loss_kinds[] = {LOSSES(KIND) NULL};

const struct loss_ops *loss_of(struct variant v)
{
    /* The kind is the first member of the ops it belongs to. */
    return (const struct loss_ops *)(const void *)v.kind;
}

struct variant loss_default(enum target_kind kind)
{
    struct variant v = {0};

    for (int i = 0; loss_kinds[i] && !v.kind; i++) {
        const struct variant candidate = {loss_kinds[i], NULL};
        if (loss_of(candidate)->takes & target_bit(kind))
            v = candidate;
    }
    return v;
}
