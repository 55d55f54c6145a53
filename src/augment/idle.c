/*
 * idle.c - entries that can never change a sample.
 */
#include "augment/augment.h"

/* A number 0 is [still, still] of every rule by which it stands for an
 * interval. */
static bool is_still(struct span s, double still, bool plain)
{
    const double neutral = s.count == 2 || plain ? still : 0;

    return s.count == 0 ||
           (s.low >= neutral && s.low <= neutral && s.high <= neutral);
}

const char *augment_idle(struct variant v, struct shape of)
{
    const bool flat = of.axes < 2 || of.dim[of.axes - 2] == 0;
    const double ratio =
        flat ? 1 : (double)of.dim[of.axes - 1] / (double)of.dim[of.axes - 2];
    const struct augment_ops *ops = augment_of(v);
    const double *p = v.config; /* every config begins with it */

    if (*p <= 0)
        return "p";
    for (const struct augment_amount *a = ops->amounts; a->key; a++) {
        const struct field *f = field_find(v.kind->fields, a->key);
        const void *at = (const char *)v.config + f->offset;
        const struct span_axes *axes = at;
        const double neutral = a->still * (a->relative ? ratio : 1);
        const bool still =
            f->type == &type_span
                ? is_still(*(const struct span *)at, neutral, a->plain)
                : is_still(axes->y, neutral, a->plain) &&
                      is_still(axes->x, neutral, a->plain);
        if (!still)
            return NULL;
    }
    return ops->amounts[0].key;
}
