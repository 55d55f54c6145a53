/*
 * sums.h - sums over rows in vectors, inlined into the loops of a layer.
 *
 * A sum of floats in one chain cannot become a vector: the order of the terms
 * is its value.  Here SUMS_PARTS chains run side by side and are added in pairs
 * at the end; the order depends on the length alone, so all instruction sets
 * give the same bits.
 *
 * Private to layer/.
 */
#pragma once

#include "base/compiler.h"
#include "layer/axes.h"

enum { SUMS_PARTS = 16 };

/* What an element adds to the gradient of its number. */
typedef real sums_term(real dy, real x);

INLINE real sums_row(sums_term *term, const real *restrict dy,
                     const real *restrict x, int64_t count)
{
    real part[SUMS_PARTS] = {0};
    int64_t i = 0;

    for (; i + SUMS_PARTS <= count; i += SUMS_PARTS)
        for (int64_t j = 0; j < SUMS_PARTS; j++)
            part[j] += term(dy[i + j], x[i + j]);
    for (int64_t j = 0; i < count; i++, j++)
        part[j] += term(dy[i], x[i]);
    for (int64_t half = SUMS_PARTS / 2; half > 0; half /= 2)
        for (int64_t j = 0; j < half; j++)
            part[j] += part[j + half];
    return part[0];
}

/* sums_add - grad += the terms of a row; it has a grad. */
INLINE void sums_add(sums_term *term, const struct axes_row *r)
{
    const real *restrict dy = r->dy, *restrict x = r->x;
    real *restrict grad = r->grad;

    if (r->step)
        for (int64_t i = 0; i < r->count; i++)
            grad[i] += term(dy[i], x[i]);
    else
        grad[0] += sums_row(term, dy, x, r->count);
}
