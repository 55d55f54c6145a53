/*
 * registry.c - every loss, the order of menus.
 *
 * A new loss is one line here and one file.
 */
#include "loss/loss.h"

#define LOSSES(X)                                                              \
    X(loss, categorical_crossentropy)                                          \
    X(loss, squared_error)

REGISTRY(loss, LOSSES)

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
