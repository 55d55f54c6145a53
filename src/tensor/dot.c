/*
 * dot.c - rows times rows, in blocks of registers.
 *
 * All sums run through blocks of DOT_ROWS x DOT_ROWS, or of one row by
 * DOT_UNITS; where fewer are left, the last row or unit stands in for the
 * missing ones and the copies' results are dropped.  Both kinds of block add
 * the terms of a sum in the same order.
 */
#include "tensor/dot.h"

#include "base/num.h"

/* Rows `row`.. and units `unit`.. of y, as many as exist. */
static void multiply_block(const struct kernels *kern, const struct dot *d,
                           int64_t row, int64_t unit)
{
    real out[DOT_ROWS * DOT_ROWS];
    struct dot_block b = {.depth = d->k, .out = out};

    for (int64_t i = 0; i < DOT_ROWS; i++) {
        b.x[i] = d->x + num_min(row + i, d->rows - 1) * d->k;
        b.w[i] = d->w + num_min(unit + i, d->units - 1) * d->k;
    }
    kern->dot(&b);
    for (int64_t i = row; i < num_min(row + DOT_ROWS, d->rows); i++)
        for (int64_t u = unit; u < num_min(unit + DOT_ROWS, d->units); u++)
            d->y[i * d->units + u] = out[(i - row) * DOT_ROWS + u - unit] +
                                     (d->bias ? d->bias[u] : 0);
}

/* The only row by units `unit`.. of y, as many as exist. */
static void multiply_line(const struct kernels *kern, const struct dot *d,
                          int64_t unit)
{
    const int64_t count = num_min(DOT_UNITS, d->units - unit);
    real out[DOT_UNITS];
    struct dot_line line = {.x = d->x, .depth = d->k, .out = out};

    for (int64_t i = 0; i < DOT_UNITS; i++)
        line.w[i] = d->w + (unit + num_min(i, count - 1)) * d->k;
    kern->dot_line(&line);
    for (int64_t u = 0; u < count; u++)
        d->y[unit + u] = out[u] + (d->bias ? d->bias[unit + u] : 0);
}

/* The weights, mostly larger than x, are read once. */
void dot_rows(const struct kernels *kern, const struct dot *d)
{
    if (d->rows == 1) {
        for (int64_t unit = 0; unit < d->units; unit += DOT_UNITS)
            multiply_line(kern, d, unit);
        return;
    }
    for (int64_t unit = 0; unit < d->units; unit += DOT_ROWS)
        for (int64_t row = 0; row < d->rows; row += DOT_ROWS)
            multiply_block(kern, d, row, unit);
}
