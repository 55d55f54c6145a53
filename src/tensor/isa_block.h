/*
 * isa_block.h - the register blocks of matrix products; see kernels.h.
 *
 * One function per number of rows and vectors, so that all sums of a block live
 * in registers: 8 x 3 of 32 with AVX-512, 6 x 2, 4 x 3 or 12 x 1 of 16 with
 * AVX2, 6 x 2, 3 x 3 or 12 x 1 else.  Per step of the depth a block reads
 * `vectors` vectors of b and broadcasts `rows` numbers of a, which leaves the
 * multiply-adds as the bottleneck.  A function runs all blocks of a panel that
 * are as high: what is the same for all of them is found out once.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

enum { ISA_MAX_ROWS = 12, ISA_MAX_VECTORS = 3 };

/* A step of 24 multiply-adds has time to ask for a line; one of 12 gains
 * nothing from it. */
enum { ISA_FETCHES = ISA_BYTES == 64 };

/* Where the rows of a block begin. */
ISA_INLINE void find_rows(const int64_t *table, int64_t stride, const int rows,
                          int64_t *at)
{
    if (table)
#pragma GCC unroll 12
        for (int64_t i = 0; i < rows; i++)
            at[i] = table[i];
    else
#pragma GCC unroll 12
        for (int64_t i = 0; i < rows; i++)
            at[i] = i * stride;
}

/* The panel of b, row after row, to `pack`. */
ISA_INLINE void pack_panel(struct register_blocks *r, const int vectors)
{
    const real *b = r->b;
    real *to = r->pack;

    for (int64_t l = 0; l < r->depth; l++, b += r->b_row)
#pragma GCC unroll 3
        for (int64_t j = 0; j < vectors; j++, to += LANES)
            vec_store(to, vec_load(b + j * LANES));
    r->b = r->pack;
    r->b_row = vectors * LANES;
    r->packs = false;
}

/* The sums a block starts from, while those of the block below are fetched;
 * where there is none, that does nothing. */
ISA_INLINE void load_sums(const struct register_blocks *r, const int rows,
                          const int vectors, vec sum[][ISA_MAX_VECTORS])
{
    int64_t at[ISA_MAX_ROWS];

    if (!r->add) {
#pragma GCC unroll 12
        for (int64_t i = 0; i < rows; i++)
#pragma GCC unroll 3
            for (int64_t j = 0; j < vectors; j++)
                sum[i][j] = vec_splat(0);
        return;
    }
    find_rows(r->c_rows, r->c_row, rows, at);
#pragma GCC unroll 12
    for (int64_t i = 0; i < rows; i++) {
        const real *c = r->c + at[i];
        if (!r->c_rows)
            __builtin_prefetch(c + rows * r->c_row, 1);
#pragma GCC unroll 3
        for (int64_t j = 0; j < vectors; j++)
            if (j < vectors - 1 || r->tail == LANES)
                sum[i][j] = vec_load(c + j * LANES);
            else
                sum[i][j] = vec_load_part(c + j * LANES, r->tail);
    }
}

/* What is added and cut at the end. */
ISA_INLINE void finish_sums(const struct register_blocks *r, const int rows,
                            const int vectors, vec sum[][ISA_MAX_VECTORS])
{
#pragma GCC unroll 12
    for (int64_t i = 0; i < rows; i++)
#pragma GCC unroll 3
        for (int64_t j = 0; j < vectors; j++) {
            if (r->row_bias)
                sum[i][j] += vec_splat(r->row_bias[i]);
            if (r->bias)
                sum[i][j] += vec_load(r->bias + j * LANES);
            if (r->rectify)
                sum[i][j] = vec_rectify(sum[i][j]);
        }
}

ISA_INLINE void store_sums(const struct register_blocks *r, const int rows,
                           const int vectors, vec sum[][ISA_MAX_VECTORS])
{
    int64_t at[ISA_MAX_ROWS];

    find_rows(r->c_rows, r->c_row, rows, at);
#pragma GCC unroll 12
    for (int64_t i = 0; i < rows; i++) {
        real *c = r->c + at[i];
#pragma GCC unroll 3
        for (int64_t j = 0; j < vectors; j++)
            if (j < vectors - 1 || r->tail == LANES)
                vec_store(c + j * LANES, sum[i][j]);
            else
                vec_store_part(c + j * LANES, sum[i][j], r->tail);
    }
}

/* One step of the depth: a[i][at] times a row of b. */
ISA_INLINE void add_step(const real *const *a, int64_t at, const real *b,
                         const int rows, const int vectors,
                         vec sum[][ISA_MAX_VECTORS])
{
    vec b_vec[ISA_MAX_VECTORS];

#pragma GCC unroll 3
    for (int64_t j = 0; j < vectors; j++)
        b_vec[j] = vec_load(b + j * LANES);
#pragma GCC unroll 12
    for (int64_t i = 0; i < rows; i++) {
        const vec a_vec = vec_splat(a[i][at]);
#pragma GCC unroll 3
        for (int64_t j = 0; j < vectors; j++)
            sum[i][j] = vec_fma(a_vec, b_vec[j], sum[i][j]);
    }
}

/* What one step of the depth is: add_step, or a pair of steps. */
typedef void step_fn(const real *const *a, int64_t at, const real *b,
                     const int rows, const int vectors,
                     vec sum[][ISA_MAX_VECTORS]);

/* Where the steps of a block begin to ask; NULL: nothing is left. */
ISA_INLINE const real *find_fetch(const struct register_blocks *r)
{
    int64_t at = r->fetch_at;

    for (int64_t i = 0; ISA_FETCHES && r->pace > 0 && i < KERNEL_FETCHES; i++) {
        if (at < r->fetch[i].reals)
            return r->fetch[i].from + at;
        at -= r->fetch[i].reals;
    }
    return NULL;
}

ISA_INLINE void add_products(const struct register_blocks *r, const int rows,
                             const int vectors, step_fn *const step,
                             vec sum[][ISA_MAX_VECTORS])
{
    const real *a[ISA_MAX_ROWS], *b = r->b, *fetch = find_fetch(r);
    int64_t from[ISA_MAX_ROWS], at = 0;

    find_rows(r->a_rows, r->a_row, rows, from);
#pragma GCC unroll 12
    for (int64_t i = 0; i < rows; i++)
        a[i] = r->a + from[i];
    if (r->a_steps)
        for (int64_t l = 0; l < r->depth; l++, b += r->b_row)
            step(a, r->a_steps[l], b, rows, vectors, sum);
    else if (fetch)
        for (int64_t l = r->depth; l > 0; l--, at += r->a_step, b += r->b_row) {
            __builtin_prefetch(fetch, 0, 2);
            fetch += r->pace;
            step(a, at, b, rows, vectors, sum);
        }
    else
        for (int64_t l = r->depth; l > 0; l--, at += r->a_step, b += r->b_row)
            step(a, at, b, rows, vectors, sum);
}

/* To the block below. */
ISA_INLINE void go_down(struct register_blocks *r, const int rows)
{
    if (r->a_rows)
        r->a_rows += rows;
    else
        r->a += rows * r->a_row;
    if (r->c_rows)
        r->c_rows += rows;
    else
        r->c += rows * r->c_row;
    if (r->row_bias)
        r->row_bias += rows;
    r->fetch_at += r->depth * r->pace;
}

ISA_INLINE void run_blocks(struct register_blocks *r, const int rows,
                           const int vectors, step_fn *const step)
{
    vec sum[ISA_MAX_ROWS][ISA_MAX_VECTORS];

    if (r->packs)
        pack_panel(r, vectors);
    for (; r->count > 0; r->count--) {
        load_sums(r, rows, vectors, sum);
        add_products(r, rows, vectors, step, sum);
        if (r->bias || r->row_bias || r->rectify)
            finish_sums(r, rows, vectors, sum);
        store_sums(r, rows, vectors, sum);
        go_down(r, rows);
    }
}

/* X(rows, vectors, name, step) for 1 .. 3, 4, 6, 8 and 12 rows. */
#define ROWS_3(X, ...) X(1, __VA_ARGS__) X(2, __VA_ARGS__) X(3, __VA_ARGS__)
#define ROWS_4(X, ...) ROWS_3(X, __VA_ARGS__) X(4, __VA_ARGS__)
#define ROWS_6(X, ...)                                                         \
    ROWS_4(X, __VA_ARGS__) X(5, __VA_ARGS__) X(6, __VA_ARGS__)
#define ROWS_8(X, ...)                                                         \
    ROWS_6(X, __VA_ARGS__) X(7, __VA_ARGS__) X(8, __VA_ARGS__)
#define ROWS_12(X, ...)                                                        \
    ROWS_8(X, __VA_ARGS__)                                                     \
    X(9, __VA_ARGS__) X(10, __VA_ARGS__) X(11, __VA_ARGS__) X(12, __VA_ARGS__)

#define JOIN(a, b)       a##b
#define ROWS(count, ...) JOIN(ROWS_, count)(__VA_ARGS__)

#define BLOCK(rows, vectors, name, step)                                       \
    static ISA_TARGET void name##_##rows##x##vectors(                          \
        struct register_blocks *r)                                             \
    {                                                                          \
        run_blocks(r, rows, vectors, step);                                    \
    }
#define BLOCK_NAME(rows, vectors, name, step) name##_##rows##x##vectors,

/* The functions of that step, and name_1 .. name_3, the rows of a table. */
#define BLOCKS(name, step)                                                     \
    ROWS(ISA_ROWS_1, BLOCK, 1, name, step)                                     \
    ROWS(ISA_ROWS_2, BLOCK, 2, name, step)                                     \
    ROWS(ISA_ROWS_3, BLOCK, 3, name, step)                                     \
    static register_block_fn *const name##_1[] = {                             \
        ROWS(ISA_ROWS_1, BLOCK_NAME, 1, name, step)};                          \
    static register_block_fn *const name##_2[] = {                             \
        ROWS(ISA_ROWS_2, BLOCK_NAME, 2, name, step)};                          \
    static register_block_fn *const name##_3[] = {                             \
        ROWS(ISA_ROWS_3, BLOCK_NAME, 3, name, step)}
