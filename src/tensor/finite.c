/*
 * finite.c - a scan for NaN and infinities.
 */
#include "tensor/finite.h"

#include <math.h>

#include "base/compiler.h"

enum { BLOCK = 64 };

/* x - x is 0 for a number and NaN for anything else; or-ing comparisons instead
 * of leaving early lets the loop run over whole vectors. */
HOT_CLONES
static int has_nonfinite(const real *x)
{
    int bad = 0;

    for (int64_t i = 0; i < BLOCK; i++)
        bad |= !(x[i] - x[i] == 0);
    return bad;
}

int64_t first_nonfinite(const real *x, int64_t count)
{
    int64_t i = 0;

    while (i + BLOCK <= count && !has_nonfinite(x + i))
        i += BLOCK;
    while (i < count && isfinite(x[i]))
        i++;
    return i;
}
