/*
 * winograd_pairs.c - the products of tiles in bfloat16.
 */
#include <string.h>

#include "base/num.h"
#include "conv/winograd.h"

int64_t winograd_depth(const struct kernels *kern, int64_t rows)
{
    return kern->bfloat16 ? num_ceil_div(rows, 2) : rows;
}

void winograd_pair_filters(const struct winograd *w, bool single, real *to,
                           int64_t step)
{
    const struct kernels *kern = w->task->kern;
    const int64_t half = kern->lanes / 2, elements = w->n * w->n;
    real *rows = w->call->work + w->pairs;

    for (int64_t e = 0; single && e < elements; e++)
        memset(rows + (2 * e + 1) * half, 0, (size_t)half * sizeof *rows);
    kern->pairs.join(rows, half, 2 * elements, kern->lanes, to, step);
}

/* Rows of V and E hold pairs of neighbours: those of tiles are joined, element
 * by element, so that the product finds them in the first-level cache. */
void winograd_multiply_tiles(const struct winograd *w,
                             const struct product *all, int64_t count,
                             struct product_steps next)
{
    const struct kernels *kern = w->task->kern;
    const int64_t depth = num_ceil_div(all->k, 2);
    const int64_t width = product_width(kern, all->m);
    const real *a = all->a, *b = all->b;
    real *of_a = w->call->work + w->pairs, *of_b = of_a + depth * width;
    struct product one = *all;

    one.k = depth;
    one.a = of_a;
    one.a_step = width;
    one.b = of_b;
    one.b_row = w->y.lanes;
    for (int64_t i = 0; i < count; i++) {
        kern->pairs.join(a, all->a_step, all->k, width, of_a, width);
        kern->pairs.join(b, all->b_row, all->k, one.b_row, of_b, one.b_row);
        product_run_many(kern, &one, 1,
                         (struct product_steps){a + next.a - of_a,
                                                b + next.b - of_b, next.c});
        a += next.a;
        b += next.b;
        one.c += next.c;
    }
}
