/*
 * isa_rounded.h - the transforms whose elements products in bfloat16 read, and
 * pairs of rows of them; see kernels.h.
 *
 * Included where
 *
 *   vec_store_rounded  the lanes, rounded, as half a vector
 *
 * is defined.
 */
#pragma once

#include <stdint.h>

#include "tensor/isa_tile.h"
#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

typedef uint32_t vec_word __attribute__((vector_size(ISA_BYTES)));
typedef uint16_t vec_half __attribute__((vector_size(ISA_BYTES / 2),
                                         aligned(sizeof(real)), may_alias));

ISA_INLINE void vec_store_rounded(real *to, vec v);

/* y [rows, to] = half [rows, from] L', rounded. */
#define ROUND_ROWS(line, from, rows, to, half, y, row, column)                 \
    for (int64_t i = 0; i < (rows); i++) {                                     \
        vec out[to];                                                           \
        line((half) + i * (from), 1, out, 1);                                  \
        _Pragma("GCC unroll 8") for (int64_t j = 0; j < (to); j++)             \
            vec_store_rounded((y) + i * (row) + j * (column), out[j]);         \
    }

/* As TILES and FILTERS of isa_winograd.h. */
#define ROUNDED_TILES(name, high, mh, nh, wide, mw, nw, n)                     \
    static ISA_TARGET void rounded_input_##name(const struct winograd_tile *t) \
    {                                                                          \
        vec copy[nh * nw], half[nh * nw];                                      \
        const struct cells c = find_cells(t, nh, nw, copy);                    \
        APPLY_TO_COLUMNS(line_input_##high, nw, nh, c.at, c.row, 1, half);     \
        ROUND_ROWS(line_input_##wide, nw, nh, nw, half, t->to, n * t->step,    \
                   t->step);                                                   \
    }                                                                          \
                                                                               \
    static ISA_TARGET void rounded_d_output_##name(                            \
        const struct winograd_tile *t)                                         \
    {                                                                          \
        vec copy[mh * mw], half[nh * mw];                                      \
        const struct cells c = find_cells(t, mh, mw, copy);                    \
        APPLY_TO_COLUMNS(line_d_output_##high, mw, nh, c.at, c.row, 1, half);  \
        ROUND_ROWS(line_d_output_##wide, mw, nh, nw, half, t->to, n * t->step, \
                   t->step);                                                   \
    }

#define ROUNDED_FILTERS(name, n, r)                                            \
    static ISA_TARGET void rounded_filter_##name(                              \
        const struct winograd_tile *t)                                         \
    {                                                                          \
        const vec *g = (const vec *)(const void *)t->from;                     \
        vec half[n * r];                                                       \
        APPLY_TO_COLUMNS(line_filter_##name, r, n, g, r, 1, half);             \
        ROUND_ROWS(line_filter_##name, r, n, n, half, t->to, n * t->step,      \
                   t->step);                                                   \
    }

#define ROUNDED_SQUARES(name, m, n, r)                                         \
    ROUNDED_TILES(name, name, m, n, name, m, n, n)                             \
    ROUNDED_FILTERS(name, n, r)

#define ROUNDED_RECTANGLES(name, m, less, n, fewer, r)                         \
    ROUNDED_SQUARES(name, m, n, r)                                             \
    ROUNDED_TILES(name##_wide, name##s, less, fewer, name, m, n, n)            \
    ROUNDED_TILES(name##_high, name, m, n, name##s, less, fewer, n)            \
    ROUNDED_TILES(name##_short, name##s, less, fewer, name##s, less, fewer, n)

ROUNDED_SQUARES(2, 2, 4, 3)
ROUNDED_SQUARES(3, 3, 5, 3)
ROUNDED_RECTANGLES(4, 4, 3, 6, 5, 3)
ROUNDED_SQUARES(25, 2, 6, 5)

static ISA_TARGET void round_row(const real *from, int64_t count, real *to)
{
    for (int64_t i = 0; i < count; i += LANES)
        vec_store_rounded(to + i / 2, vec_load(from + i));
}

ISA_INLINE vec_word load_halves(const real *row, int64_t at)
{
    const vec_half *half = (const vec_half *)(const void *)(row + at / 2);

    return __builtin_convertvector(*half, vec_word);
}

static ISA_TARGET void join_rows(const real *from, int64_t pitch, int64_t rows,
                                 int64_t columns, real *to, int64_t to_pitch)
{
    for (int64_t i = 0; i < rows; i += 2, from += 2 * pitch, to += to_pitch)
        for (int64_t j = 0; j < columns; j += LANES) {
            vec_word pair = load_halves(from, j);
            if (i + 1 < rows)
                pair |= load_halves(from + pitch, j) << 16;
            vec_store(to + j, (vec)pair);
        }
}

#define ROUNDED_TILE(sizes, name)                                              \
    {                                                                          \
        .input = sizes(rounded_input_##name),                                  \
        .d_output = sizes(rounded_d_output_##name),                            \
        .filter = rounded_filter_##name,                                       \
    }

#define ROUNDED_KERNELS                                                        \
    .round = round_row, .join = join_rows,                                     \
    .winograd = {ROUNDED_TILE(SQUARE, 2), ROUNDED_TILE(SQUARE, 3),             \
                 ROUNDED_TILE(ANY_SIZE, 4), ROUNDED_TILE(SQUARE, 25)}
