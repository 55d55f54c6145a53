/*
 * isa_block.h - the register blocks of matrix products; see kernels.h.
 *
 * One function per number of rows and vectors, so that all sums of a block
 * live in registers: 8 x 3 of 32 with AVX-512, 6 x 2 of 16 else.  Per step of
 * the depth a block reads `vectors` vectors of b and broadcasts `rows` numbers
 * of a, which leaves the multiply-adds as the bottleneck.
 */
#pragma once

#include <stdint.h>

#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

/* The sums a block starts from. */
ISA_INLINE void load_sums(const struct register_block *r, const int rows,
                          const int vectors, vec sum[][ISA_MAX_VECTORS])
{
#pragma GCC unroll 8
    for (int64_t i = 0; i < rows; i++) {
        const real *c = r->c + r->c_row[i];
#pragma GCC unroll 3
        for (int64_t j = 0; j < vectors; j++) {
            if (!r->add)
                sum[i][j] = vec_splat(0);
            else if (j < vectors - 1 || r->tail == LANES)
                sum[i][j] = vec_load(c + j * LANES);
            else
                sum[i][j] = vec_load_part(c + j * LANES, r->tail);
        }
    }
}

ISA_INLINE void store_sums(const struct register_block *r, const int rows,
                           const int vectors, vec sum[][ISA_MAX_VECTORS])
{
#pragma GCC unroll 8
    for (int64_t i = 0; i < rows; i++) {
        real *c = r->c + r->c_row[i];
#pragma GCC unroll 3
        for (int64_t j = 0; j < vectors; j++) {
            vec v = sum[i][j];
            if (r->bias)
                v += vec_load(r->bias + j * LANES);
            if (r->rectify)
                v = vec_rectify(v);
            if (j < vectors - 1 || r->tail == LANES)
                vec_store(c + j * LANES, v);
            else
                vec_store_part(c + j * LANES, v, r->tail);
        }
    }
}

/* Before the sums are stored, so that who has none asks once. */
ISA_INLINE void add_row_bias(const struct register_block *r, const int rows,
                             const int vectors, vec sum[][ISA_MAX_VECTORS])
{
    if (!r->row_bias)
        return;
#pragma GCC unroll 8
    for (int64_t i = 0; i < rows; i++)
#pragma GCC unroll 3
        for (int64_t j = 0; j < vectors; j++)
            sum[i][j] += vec_splat(r->row_bias[i]);
}

ISA_INLINE void block(const struct register_block *r, const int rows,
                      const int vectors)
{
    vec sum[ISA_MAX_ROWS][ISA_MAX_VECTORS], b_vec[ISA_MAX_VECTORS];
    const real *a[ISA_MAX_ROWS], *b = r->b;
    const int64_t *step = r->a_step, *const end = step + r->depth;
    const int64_t b_row = r->b_row;

    load_sums(r, rows, vectors, sum);
#pragma GCC unroll 8
    for (int64_t i = 0; i < rows; i++)
        a[i] = r->a + r->a_row[i];
    for (; step < end; step++, b += b_row) {
        const int64_t at = *step;
#pragma GCC unroll 3
        for (int64_t j = 0; j < vectors; j++)
            b_vec[j] = vec_load(b + j * LANES);
#pragma GCC unroll 8
        for (int64_t i = 0; i < rows; i++) {
            const vec a_vec = vec_splat(a[i][at]);
#pragma GCC unroll 3
            for (int64_t j = 0; j < vectors; j++)
                sum[i][j] = vec_fma(a_vec, b_vec[j], sum[i][j]);
        }
    }
    add_row_bias(r, rows, vectors, sum);
    store_sums(r, rows, vectors, sum);
}

#define BLOCK(rows, vectors)                                                   \
    static ISA_TARGET void block_##rows##x##vectors(                           \
        const struct register_block *r)                                        \
    {                                                                          \
        block(r, rows, vectors);                                               \
    }

#if ISA_MAX_VECTORS == 3
#define BLOCKS(rows) BLOCK(rows, 1) BLOCK(rows, 2) BLOCK(rows, 3)
#define ROW(rows)                                                              \
    {                                                                          \
        block_##rows##x1, block_##rows##x2, block_##rows##x3                   \
    }
#else
#define BLOCKS(rows) BLOCK(rows, 1) BLOCK(rows, 2)
#define ROW(rows)                                                              \
    {                                                                          \
        block_##rows##x1, block_##rows##x2                                     \
    }
#endif

BLOCKS(1)
BLOCKS(2)
BLOCKS(3)
BLOCKS(4)
BLOCKS(5)
BLOCKS(6)
#if ISA_MAX_ROWS == 8
BLOCKS(7)
BLOCKS(8)
#endif

static register_block_fn *const register_blocks[][3] = {
    ROW(1), ROW(2), ROW(3), ROW(4), ROW(5), ROW(6),
#if ISA_MAX_ROWS == 8
    ROW(7), ROW(8),
#endif
};
