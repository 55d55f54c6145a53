/*
 * product.h - matrix products whose bits do not depend on their company.
 *
 *   c[i][j] = (add ? c[i][j] : 0) + sum over l of a[i][l] * b[l][j]
 *
 * Every element is one chain of multiply-adds over l = 0, 1, ... whatever m
 * and n are and wherever it stands, so a row of the result has the same bits
 * in any batch.  Single-threaded; no memory of its own.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tensor/kernels.h"
#include "tensor/real.h"
#include "tensor/window.h"

/*
 * a  [m, k]  element (i, l) at a[i*a_row + l*a_step]; with a table, a_rows[i]
 *            replaces i*a_row and a_steps[l] replaces l*a_step: an image is
 *            the left operand of its convolution without being copied
 * b  [k, n]  rows b_row apart, readable up to n rounded up to whole vectors;
 *            b_row 0: in panels, see product_panel
 * c  [m, n]  rows c_row apart, or where the table c_rows says; exactly the n
 *            columns of a row are touched.  Must not alias a or b
 */
struct product {
    int64_t m, n, k;
    bool pairs; /* a and b hold pairs of bfloat16, k of them, see kernels.h */
    const real *a;
    int64_t a_row, a_step;
    const int64_t *a_rows, *a_steps; /* NULL: constant strides */
    const real *b;
    int64_t b_row;
    real *c;
    int64_t c_row;
    const int64_t *c_rows; /* NULL: constant stride */
    bool add;
    const real *bias; /* [n, readable in whole vectors], added to every row at
                         the end; NULL: none */
    const real *row_bias; /* [m], likewise to every column */
    bool rectify;         /* max(0, .) after the bias */
};

/* The most k whose sums do not rest in c: c may be computed twice. */
enum { PRODUCT_DEPTH = 512 };

void product_run(const struct kernels *kern, const struct product *p);

/* product_run_many - `count` products of one shape, without tables, whose
 * operands are so many reals from one to the next.  Each asks the processor for
 * what follows it, after the last of them too, where nothing need be. */
struct product_steps {
    int64_t a, b, c;
};
void product_run_many(const struct kernels *kern, const struct product *p,
                      int64_t count, struct product_steps next);

/*
 * product_panel - how many of the n columns from a panel's start, a multiple
 * of the lanes, form that panel.  Panels follow each other, each [k][width]
 * with width the columns rounded up to whole vectors: the panel of column j
 * begins at b[j*k].
 */
int64_t product_panel(const struct kernels *kern, int64_t columns);

/* product_width - n rounded up to whole vectors. */
int64_t product_width(const struct kernels *kern, int64_t n);

/* A place in panels: element (l, j) of b is at b[base + l*width]. */
struct panel_place {
    int64_t base, width;
};
struct panel_place product_place(const struct kernels *kern, int64_t k,
                                 int64_t n, int64_t column);

/* product_share - the columns of one of `parts` parts of n: whole panels,
 * nearly as many vectors as another's, maybe none.  A product of them alone has
 * the same panels, so that b + begin*k are its. */
struct range product_share(const struct kernels *kern, int64_t n, int64_t parts,
                           int64_t part);

/* product_run_exact - the same where b is readable up to column n alone; no
 * tables, panels, bias or rectify.  `work` has product_work(kern) reals,
 * aligned to 64 bytes. */
void product_run_exact(const struct kernels *kern, const struct product *p,
                       real *work);
int64_t product_work(const struct kernels *kern);
