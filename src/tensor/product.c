/*
 * product.c - a product as register blocks, in an order that suits the caches.
 *
 * The depth is cut into runs of DEPTH, between which the sums rest in c (a
 * float stored and loaded is the same float, so the chain goes on), the
 * columns into panels of up to three vectors, the rows into blocks of nearly
 * equal height.  One panel of b, DEPTH x 48 floats, stays in the second-level
 * cache while all rows pass by it.
 */
#include "tensor/product.h"

#include <stddef.h>
#include <string.h>

#include "base/num.h"

enum { DEPTH = 512 };

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
    int64_t steps[DEPTH];

    for (int64_t from = 0; from < p->k || from == 0; from += DEPTH) {
        const int64_t depth = num_min(DEPTH, p->k - from);
        const bool last = from + depth >= p->k;
        for (int64_t i = 0; !p->a_steps && i < depth; i++)
            steps[i] = i * p->a_step;
        const struct register_block model = {
            .a = p->a + (p->a_steps ? 0 : from * p->a_step),
            .a_step = p->a_steps ? p->a_steps + from : steps,
            .depth = depth,
            .add = p->add || from > 0,
            .bias = last ? p->bias : NULL,
            .rectify = last && p->rectify,
        };
        run_depth(kern, p, from, &model);
    }
}

int64_t product_work(const struct kernels *kern, int64_t n, int64_t k,
                     bool b_transposed)
{
    const int64_t width = product_width(kern, n);

    return width + (b_transposed ? k * width : num_min(k, DEPTH) * kern->lanes);
}

/* op(b) = b', whose columns are rows of b: blocks of them into panels. */
static void pack_transposed(const struct kernels *kern,
                            const struct gemm_call *g, real *panels)
{
    for (int64_t j = 0; j < g->n; j += kern->lanes) {
        const struct panel_place at = product_place(kern, g->k, g->n, j);
        const struct planes rows = {
            .count = num_min(kern->lanes, g->n - j),
            .pixels = g->k,
            .stride = g->b.stride,
            .pitch = at.width,
        };
        kern->to_blocked(&rows, g->b.at + j * g->b.stride, panels + at.base);
    }
}

/* The last columns of b, less than a vector, padded with zeros; a run of the
 * depth at a time, between which the sums rest in c. */
static void run_tail(const struct kernels *kern, const struct gemm_call *g,
                     const struct product *whole, real *panel)
{
    const int64_t first = g->n / kern->lanes * kern->lanes;
    const size_t count = (size_t)(g->n - first);
    struct product p = *whole;

    p.n = g->n - first;
    p.b = panel;
    p.b_row = kern->lanes;
    p.c = whole->c + first;
    for (int64_t from = 0; from < g->k; from += DEPTH) {
        p.k = num_min(DEPTH, g->k - from);
        p.a = whole->a + from * whole->a_step;
        p.add = whole->add || from > 0;
        p.bias = whole->bias && from + p.k == g->k ? whole->bias + first : NULL;
        p.rectify = whole->rectify && from + p.k == g->k;
        memset(panel, 0, (size_t)(p.k * kern->lanes) * sizeof *panel);
        for (int64_t l = 0; l < p.k; l++)
            memcpy(panel + l * kern->lanes,
                   g->b.at + (from + l) * g->b.stride + first,
                   count * sizeof *panel);
        product_run(kern, &p);
    }
}

void product_gemm(const struct kernels *kern, const struct gemm_call *g)
{
    const int64_t width = product_width(kern, g->n);
    const int64_t whole = g->n / kern->lanes * kern->lanes;
    real *bias = g->work, *packed = g->work + width;
    struct product p = {
        .m = g->m,
        .n = g->n,
        .k = g->k,
        .a = g->a.at,
        .a_row = g->a.transposed ? 1 : g->a.stride,
        .a_step = g->a.transposed ? g->a.stride : 1,
        .b = packed,
        .c = g->c,
        .c_row = g->c_stride,
        .add = g->add,
        .bias = g->bias ? bias : NULL,
        .rectify = g->rectify,
    };

    if (g->bias) {
        memset(bias, 0, (size_t)width * sizeof *bias);
        memcpy(bias, g->bias, (size_t)g->n * sizeof *bias);
    }
    if (g->b.transposed) {
        pack_transposed(kern, g, packed);
        product_run(kern, &p);
        return;
    }
    if (whole < g->n)
        run_tail(kern, g, &p, packed);
    p.n = whole;
    p.b = g->b.at;
    p.b_row = g->b.stride;
    if (whole > 0)
        product_run(kern, &p);
}
