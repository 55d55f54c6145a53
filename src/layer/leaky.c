/*
 * leaky.c - rows of rectified units with slopes.
 */
#include "layer/leaky.h"

#include "base/compiler.h"

/* to = from, times the slope where x is not positive.  The slopes are read in
 * any case: a choice between loads would not become vectors. */
INLINE void lean(const struct axes_row *r, const real *from, real *to)
{
    const real *x = r->x, *slope = r->number;
    const real all = slope[0];

    if (r->step) {
        NO_CARRY
        for (int64_t i = 0; i < r->count; i++)
            to[i] = from[i] * (x[i] > 0 ? 1 : slope[i]);
    } else {
        NO_CARRY
        for (int64_t i = 0; i < r->count; i++)
            to[i] = from[i] * (x[i] > 0 ? 1 : all);
    }
}

HOT_CLONES
void leaky_forward_row(const struct axes_row *r)
{
    lean(r, r->x, r->y);
}

HOT_CLONES
void leaky_backward_row(const struct axes_row *r)
{
    lean(r, r->dy, r->dx);
}
