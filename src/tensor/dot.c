/*
 * dot.c - rows times rows, in blocks of registers.
 *
 * Term k goes to lane k % LANES of a vector accumulator, lanes are added at the
 * end in a fixed order.  All sums run through the one block of ROWS x UNITS;
 * where fewer are left, the last row or unit stands in for the missing ones and
 * the copies' results are dropped, so there is no second code path that could
 * round otherwise.
 */
#include "tensor/dot.h"

#include <string.h>

#include "base/compiler.h"
#include "base/num.h"

/* 12 accumulators fill the 16 registers of AVX2 with what feeds them. */
enum { LANES = 32 / sizeof(real), ROWS = 4, UNITS = 3 };

typedef real lanes __attribute__((vector_size(32)));

/* Units whose weights share the first-level cache with ROWS rows of x. */
enum { WEIGHT_BYTES = 24 << 10 };

/* The operands of a block. */
struct operands {
    const real *x[ROWS], *w[UNITS];
};

INLINE void accumulate(lanes sum[ROWS][UNITS], const struct operands *o,
                       int64_t k)
{
    lanes x[ROWS];

    for (int r = 0; r < ROWS; r++)
        memcpy(&x[r], o->x[r] + k, sizeof x[r]);
    for (int u = 0; u < UNITS; u++) {
        lanes w;
        memcpy(&w, o->w[u] + k, sizeof w);
        for (int r = 0; r < ROWS; r++)
            sum[r][u] += x[r] * w;
    }
}

/* The last k % LANES terms, the missing lanes zero. */
INLINE void accumulate_rest(lanes sum[ROWS][UNITS], const struct operands *o,
                            int64_t k, int64_t count)
{
    real x[ROWS][LANES] = {{0}}, w[UNITS][LANES] = {{0}};
    struct operands padded;

    for (int r = 0; r < ROWS; r++) {
        memcpy(x[r], o->x[r] + k, (size_t)count * sizeof(real));
        padded.x[r] = x[r];
    }
    for (int u = 0; u < UNITS; u++) {
        memcpy(w[u], o->w[u] + k, (size_t)count * sizeof(real));
        padded.w[u] = w[u];
    }
    accumulate(sum, &padded, 0);
}

INLINE void multiply(const struct operands *o, int64_t k, real out[ROWS][UNITS])
{
    lanes sum[ROWS][UNITS] = {{{0}}};
    int64_t i = 0;

    for (; i + LANES <= k; i += LANES)
        accumulate(sum, o, i);
    if (i < k)
        accumulate_rest(sum, o, i, k - i);
    for (int r = 0; r < ROWS; r++)
        for (int u = 0; u < UNITS; u++) {
            lanes s = sum[r][u];
            for (int half = LANES / 2; half > 0; half /= 2)
                for (int j = 0; j < half; j++)
                    s[j] += s[j + half];
            out[r][u] = s[0];
        }
}

/* Rows `row`.. and units `unit`.. of y, as many as exist. */
INLINE void multiply_block(const struct dot *d, int64_t row, int64_t unit)
{
    real out[ROWS][UNITS];
    struct operands o;

    for (int64_t r = 0; r < ROWS; r++)
        o.x[r] = d->x + num_min(row + r, d->rows - 1) * d->k;
    for (int64_t u = 0; u < UNITS; u++)
        o.w[u] = d->w + num_min(unit + u, d->units - 1) * d->k;
    multiply(&o, d->k, out);
    for (int64_t r = row; r < num_min(row + ROWS, d->rows); r++)
        for (int64_t u = unit; u < num_min(unit + UNITS, d->units); u++)
            d->y[r * d->units + u] =
                out[r - row][u - unit] + (d->bias ? d->bias[u] : 0);
}

HOT_CLONES
void dot_rows(const struct dot *d)
{
    const int64_t fit = WEIGHT_BYTES / (d->k * (int64_t)sizeof(real));
    const int64_t step = num_max(1, fit / UNITS) * UNITS;

    for (int64_t first = 0; first < d->units; first += step) {
        const int64_t end = num_min(first + step, d->units);
        for (int64_t row = 0; row < d->rows; row += ROWS)
            for (int64_t unit = first; unit < end; unit += UNITS)
                multiply_block(d, row, unit);
    }
}
