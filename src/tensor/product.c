/*
 * product.c - a product as register blocks, in an order that suits the caches.
 *
 * The depth is cut into runs of PRODUCT_DEPTH, between which the sums rest in c
 * (a float stored and loaded is the same float, so the chain goes on), the
 * columns into panels of up to three vectors, the rows into blocks of nearly
 * equal height.  One panel of b, PRODUCT_DEPTH x 48 floats, stays in the
 * second-level cache while all rows pass by it.
 */
#include "tensor/product.h"

#include <stddef.h>
#include <string.h>

#include "base/num.h"

int64_t product_width(const struct kernels *kern, int64_t n)
{
    return num_ceil_div(n, kern->lanes) * kern->lanes;
}

/* A last panel of one vector would leave the multiply-adds waiting for each
 * other; 4 vectors are 2 + 2, not 3 + 1. */
int64_t product_panel(const struct kernels *kern, int64_t columns)
{
    const int64_t vectors = num_ceil_div(columns, kern->lanes);
    const int64_t most = kern->max_vectors;
    const int64_t width = vectors > most && vectors % most == 1 && most > 2
                              ? most - 1
                          : vectors < most ? vectors
                                           : most;

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

/* All rows of one panel of `vectors` vectors and one run of the depth. */
static void run_rows(const struct kernels *kern, const struct product *p,
                     struct register_block block, int64_t vectors)
{
    const int64_t blocks = num_ceil_div(p->m, kern->max_rows);
    int64_t a_row[KERNEL_MAX_ROWS], c_row[KERNEL_MAX_ROWS];
    int64_t first = 0;

    block.a_row = a_row;
    block.c_row = c_row;
    for (int64_t i = 0; i < blocks; i++) {
        const int64_t rows = p->m / blocks + (i < p->m % blocks);
        for (int64_t j = 0; j < rows; j++) {
            const int64_t row = first + j;
            a_row[j] = p->a_rows ? p->a_rows[row] : row * p->a_row;
            c_row[j] = p->c_rows ? p->c_rows[row] : row * p->c_row;
        }
        kern->blocks[rows - 1][vectors - 1](&block);
        if (block.row_bias)
            block.row_bias += rows;
        first += rows;
    }
}

/* One run of the depth, all panels; `from` is its first step. */
static void run_depth(const struct kernels *kern, const struct product *p,
                      int64_t from, const struct register_block *model)
{
    struct register_block block = *model;

    for (int64_t j = 0; j < p->n;) {
        const int64_t columns = product_panel(kern, p->n - j);
        const int64_t width = product_width(kern, columns);
        block.tail = columns - width + kern->lanes;
        block.b_row = p->b_row ? p->b_row : width;
        block.b = p->b_row ? p->b + from * p->b_row + j
                           : p->b + j * p->k + from * width;
        block.c = p->c + j;
        block.bias = model->bias ? model->bias + j : NULL;
        run_rows(kern, p, block, width / kern->lanes);
        j += columns;
    }
}

void product_run(const struct kernels *kern, const struct product *p)
{
    int64_t steps[PRODUCT_DEPTH];

    for (int64_t from = 0; from < p->k || from == 0; from += PRODUCT_DEPTH) {
        const int64_t depth = num_min(PRODUCT_DEPTH, p->k - from);
        const bool last = from + depth >= p->k;
        for (int64_t i = 0; !p->a_steps && i < depth; i++)
            steps[i] = i * p->a_step;
        const struct register_block model = {
            .a = p->a + (p->a_steps ? 0 : from * p->a_step),
            .a_step = p->a_steps ? p->a_steps + from : steps,
            .depth = depth,
            .add = p->add || from > 0,
            .bias = last ? p->bias : NULL,
            .row_bias = last ? p->row_bias : NULL,
            .rectify = last && p->rectify,
        };
        run_depth(kern, p, from, &model);
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
