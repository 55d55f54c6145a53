/*
 * winograd_pairs.c - the products of tiles in bfloat16.
 *
 * Element by element: what a product reads has just been written as pairs and
 * is in the first-level cache.
 */
#include <string.h>

#include "base/num.h"
#include "conv/winograd.h"

int64_t winograd_depth(const struct kernels *kern, int64_t rows)
{
    return kern->bfloat16 ? num_ceil_div(rows, 2) : rows;
}

void winograd_pair_filters(const struct winograd *w, bool single, real *to)
{
    const struct kernels *kern = w->task->kern;
    const int64_t lanes = kern->lanes, elements = w->n * w->n;
    real *rows = w->call->work + w->pairs;

    for (int64_t e = 0; single && e < elements; e++)
        memset(rows + (2 * e + 1) * lanes, 0, (size_t)lanes * sizeof *rows);
    kern->pairs.of_rows(rows, lanes, 2 * elements, lanes, to, w->u_step);
}

/* Its operands are rounded: both have tiles for rows and are read again in
 * another form, b, or not at all, a; or a has tiles for rows and b is U. */
static void multiply_one(const struct winograd *w, const struct product *one,
                         bool deep)
{
    const struct kernels *kern = w->task->kern;
    const struct pair_kernels *pairs = &kern->pairs;
    real *work = w->call->work, *a = work + (one->a - work);
    struct product p = *one;

    p.pairs = true;
    p.k = num_ceil_div(one->k, 2);
    if (deep) {
        p.b = work + w->pairs;
        p.b_row = w->y.lanes;
        pairs->of_rows(a, one->a_step, one->k, w->x.lanes, a, one->a_step);
        pairs->of_rows(one->b, one->b_row, one->k, w->y.lanes, work + w->pairs,
                       w->y.lanes);
    } else {
        pairs->of_columns(a, one->a_row, one->m, one->k, a);
    }
    product_run(kern, &p);
}

void winograd_multiply_pairs(const struct winograd *w,
                             const struct product *all, int64_t count,
                             struct product_steps next, bool deep)
{
    struct product one = *all;

    for (int64_t i = 0; i < count; i++) {
        multiply_one(w, &one, deep);
        one.a += next.a;
        one.b += next.b;
        one.c += next.c;
    }
}
