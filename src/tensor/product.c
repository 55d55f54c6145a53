/*
 * product.c - a product as register blocks, in an order that suits the caches.
 *
 * The depth is cut into runs of PRODUCT_DEPTH, between which the sums rest in c
 * (a float stored and loaded is the same float, so the chain goes on), the
 * columns into panels of up to three vectors, the rows into blocks of one
 * height or one row less.  One panel of b, PRODUCT_DEPTH x 48 floats, stays in
 * the second-level cache while all rows pass by it.
 */
#include "tensor/product.h"

#include <stddef.h>
#include <string.h>

#include "base/num.h"

int64_t product_width(const struct kernels *kern, int64_t n)
{
    return num_ceil_div(n, kern->lanes) * kern->lanes;
}

/* A last panel of one vector would leave the multiply-adds waiting for numbers:
 * panels of 2 end with one of 3, those of 3 with two of 2. */
int64_t product_panel(const struct kernels *kern, int64_t columns)
{
    const int64_t vectors = num_ceil_div(columns, kern->lanes);
    const int64_t panel = kern->panel;
    const int64_t width = vectors <= KERNEL_MAX_VECTORS       ? vectors
                          : panel > 2 && vectors % panel == 1 ? panel - 1
                                                              : panel;

    return num_min(columns, width * kern->lanes);
}

struct panel_place product_place(const struct kernels *kern, int64_t k,
                                 int64_t n, int64_t column)
{
    int64_t start = 0, width = product_panel(kern, n);

    while (column >= start + width) {
        start += width;
        width = product_panel(kern, n - start);
    }
    return (struct panel_place){
        .base = start * k + (column - start),
        .width = product_width(kern, width),
    };
}

/* All rows of one panel of `vectors` vectors and one run of the depth: first
 * the higher blocks, then those with a row less. */
static void run_rows(const struct kernels *kern, int64_t m,
                     struct register_blocks r, int64_t vectors)
{
    const int64_t blocks = num_ceil_div(m, kern->max_rows[vectors - 1]);
    const int64_t rows = num_ceil_div(m, blocks);
    register_block_fn *const *run = kern->blocks[vectors - 1];
    const int64_t lower = blocks * rows - m, first = (blocks - lower) * rows;

    r.count = blocks - lower;
    run[rows - 1](&r);
    if (lower == 0)
        return;
    r.count = lower;
    if (r.a_rows)
        r.a_rows += first;
    else
        r.a += first * r.a_row;
    if (r.c_rows)
        r.c_rows += first;
    else
        r.c += first * r.c_row;
    if (r.row_bias)
        r.row_bias += first;
    run[rows - 2](&r);
}

/* One run of the depth, all panels; `from` is its first step. */
static void run_depth(const struct kernels *kern, const struct product *p,
                      int64_t from, struct register_blocks r)
{
    for (int64_t j = 0; j < p->n;) {
        const int64_t columns = product_panel(kern, p->n - j);
        const int64_t width = product_width(kern, columns);
        r.tail = columns - width + kern->lanes;
        r.b_row = p->b_row ? p->b_row : width;
        r.b = p->b_row ? p->b + from * p->b_row + j
                       : p->b + j * p->k + from * width;
        r.c = p->c + j;
        run_rows(kern, p->m, r, width / kern->lanes);
        if (r.bias)
            r.bias += columns;
        j += columns;
    }
}

void product_run(const struct kernels *kern, const struct product *p)
{
    struct register_blocks r = {
        .a_row = p->a_row,
        .a_step = p->a_step,
        .a_rows = p->a_rows,
        .c_row = p->c_row,
        .c_rows = p->c_rows,
    };

    if (p->m == 0)
        return;
    for (int64_t from = 0; from < p->k || from == 0; from += PRODUCT_DEPTH) {
        const bool last = p->k - from <= PRODUCT_DEPTH;
        r.depth = num_min(PRODUCT_DEPTH, p->k - from);
        r.a = p->a_steps ? p->a : p->a + from * p->a_step;
        r.a_steps = p->a_steps ? p->a_steps + from : NULL;
        r.add = p->add || from > 0;
        r.bias = last ? p->bias : NULL;
        r.row_bias = last ? p->row_bias : NULL;
        r.rectify = last && p->rectify;
        run_depth(kern, p, from, r);
    }
}

void product_run_many(const struct kernels *kern, const struct product *p,
                      int64_t count, struct product_steps next)
{
    struct product one = *p;

    for (int64_t i = 0; i < count; i++) {
        product_run(kern, &one);
        one.a += next.a;
        one.b += next.b;
        one.c += next.c;
    }
}

int64_t product_work(const struct kernels *kern)
{
    return PRODUCT_DEPTH * kern->lanes;
}

/* The last columns of b, less than a vector, padded with zeros; a run of the
 * depth at a time, between which the sums rest in c. */
static void run_tail(const struct kernels *kern, const struct product *whole,
                     int64_t first, real *panel)
{
    struct product p = *whole;

    p.n = whole->n - first;
    p.b = panel;
    p.b_row = kern->lanes;
    p.c = whole->c + first;
    for (int64_t from = 0; from < whole->k; from += PRODUCT_DEPTH) {
        p.k = num_min(PRODUCT_DEPTH, whole->k - from);
        p.a = whole->a + from * whole->a_step;
        p.add = whole->add || from > 0;
        memset(panel, 0, (size_t)(p.k * kern->lanes) * sizeof *panel);
        for (int64_t l = 0; l < p.k; l++)
            memcpy(panel + l * kern->lanes,
                   whole->b + (from + l) * whole->b_row + first,
                   (size_t)p.n * sizeof *panel);
        product_run(kern, &p);
    }
}

void product_run_exact(const struct kernels *kern, const struct product *p,
                       real *work)
{
    struct product part = *p;

    part.n = p->n / kern->lanes * kern->lanes;
    if (part.n > 0)
        product_run(kern, &part);
    if (part.n < p->n)
        run_tail(kern, p, part.n, work);
}
