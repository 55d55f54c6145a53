/*
 * registry.c - every loss, the order of menus.
 *
 * A new loss is one line here and one file.
 */
#include <string.h>

#include "loss/loss.h"

#define LOSSES(X)                                                              \
    X(loss, categorical_crossentropy)                                          \
    X(loss, focal)                                                             \
    X(loss, multiclass_hinge)                                                  \
    X(loss, binary_crossentropy)                                               \
    X(loss, binary_hinge)                                                      \
    X(loss, squared_error)                                                     \
    X(loss, absolute_error)                                                    \
    X(loss, huber)

REGISTRY(loss, LOSSES)

#define WORD(what, name) #name,
const char *const loss_words[] = {LOSSES(WORD) NULL};

struct variant loss_plain(struct variant v)
{
    const struct loss_ops *ops = loss_of(v);

    return (struct variant){v.kind,
                            ops && ops->trains_otherwise ? NULL : v.config};
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

void loss_put_fitting(struct text *out, enum target_kind kind,
                      const char *activation)
{
    int count = 0;

    for (int i = 0; loss_kinds[i]; i++) {
        const struct variant v = {loss_kinds[i], NULL};
        const char *wanted = loss_of(v)->activation;
        if ((loss_of(v)->takes & target_bit(kind)) == 0 ||
            (activation && wanted && strcmp(activation, wanted) != 0))
            continue;
        text_printf(out, "%s%s", count++ > 0 ? ", " : "", v.kind->name);
    }
}
