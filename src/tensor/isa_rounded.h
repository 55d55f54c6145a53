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

#define ROUND_ROWS(line, from, rows, wide, half, t, n)                         \
    do {                                                                       \
        const int64_t step = (t)->step;                                        \
        real *to = (t)->to;                                                    \
        for (int64_t i = 0; i < (rows); i++) {                                 \
            vec out[wide];                                                     \
            line((half) + i * (from), 1, out, 1);                              \
            _Pragma("GCC unroll 8") for (int64_t j = 0; j < (wide); j++)       \
                vec_store_rounded(to + (i * (n) + j) * step, out[j]);          \
        }                                                                      \
    } while (0)

#define ROUNDED_TILES(...)   ELEMENTS(rounded_, ROUND_ROWS, __VA_ARGS__)
#define ROUNDED_FILTERS(...) FILTER_ELEMENTS(rounded_, ROUND_ROWS, __VA_ARGS__)

ONE_SIZE(ROUNDED_TILES, 2, 2, 4)
ONE_SIZE(ROUNDED_TILES, 3, 3, 5)
TWO_SIZES(ROUNDED_TILES, 4, 4, 3, 6, 5)
ONE_SIZE(ROUNDED_TILES, 25, 2, 6)

ROUNDED_FILTERS(2, 4, 3)
ROUNDED_FILTERS(3, 5, 3)
ROUNDED_FILTERS(4, 6, 3)
ROUNDED_FILTERS(25, 6, 5)

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
