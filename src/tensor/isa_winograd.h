/*
 * isa_winograd.h - the transforms of F(m x m, 3 x 3), m = 2 .. 6, F(2 x 2, 5 x
 * 5), F(4 x 4, 5 x 5) and F(2 x 2, 7 x 7): B', G and A' in the forward pass,
 * their transposes in the backward passes.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tensor/isa_tile.h"
#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

/* Writes row i of an output tile, as far as its cells exist. */
ISA_INLINE void store_row(const struct winograd_tile *t, const int m, int64_t i,
                          vec *cell)
{
    const vec bias = t->bias ? vec_load(t->bias) : vec_splat(0);
    vec *to = (vec *)(void *)t->to + (t->origin + i * t->row) / LANES;

#pragma GCC unroll 8
    for (int64_t j = 0; j < m; j++) {
        cell[j] += bias;
        if (t->rectify)
            cell[j] = vec_rectify(cell[j]);
    }
    if (t->right == m) {
#pragma GCC unroll 8
        for (int64_t j = 0; j < m; j++)
            to[j] = cell[j];
        return;
    }
#pragma GCC unroll 8
    for (int64_t j = 0; j < m; j++)
        if (j < t->right)
            to[j] = cell[j];
}

/* Adds row i of an input tile to the plane, as far as its cells exist. */
ISA_INLINE void add_row(const struct winograd_tile *t, const int w, int64_t i,
                        const vec *cell)
{
    vec *plane = (vec *)(void *)t->to;
    const int64_t at = (t->origin + i * t->row) / LANES;

    if (i < t->top || i >= t->bottom)
        return;
    if (t->left == 0 && t->right == w) {
#pragma GCC unroll 8
        for (int64_t j = 0; j < w; j++)
            plane[at + j] += cell[j];
        return;
    }
#pragma GCC unroll 8
    for (int64_t j = 0; j < w; j++)
        if (j >= t->left && j < t->right)
            plane[at + j] += cell[j];
}

/* What is stored might be a part of t, for all that the compiler knows. */
#define STORE_ROWS(line, from, rows, wide, half, t, n)                         \
    do {                                                                       \
        const int64_t step = (t)->step / LANES;                                \
        vec *to = (vec *)(void *)(t)->to;                                      \
        APPLY_TO_ROWS(line, from, rows, half, to, (n)*step, step);             \
    } while (0)

/* The functions of the table for tiles, as ELEMENTS. */
#define TILES(name, high, mh, nh, wide, mw, nw, n)                             \
    ELEMENTS(, STORE_ROWS, name, high, mh, nh, wide, mw, nw, n)                \
                                                                               \
    static ISA_TARGET void output_##name(const struct winograd_tile *t)        \
    {                                                                          \
        const int64_t step = t->step / LANES;                                  \
        const vec *e = (const vec *)(const void *)t->from;                     \
        vec half[mh * nw], row[mw];                                            \
        APPLY_TO_COLUMNS(line_output_##high, nw, mh, e, n *step, step, half);  \
        for (int64_t i = 0; i < t->bottom; i++) {                              \
            line_output_##wide(half + i * nw, 1, row, 1);                      \
            store_row(t, mw, i, row);                                          \
        }                                                                      \
    }                                                                          \
                                                                               \
    static ISA_TARGET void d_input_##name(const struct winograd_tile *t)       \
    {                                                                          \
        const int64_t step = t->step / LANES;                                  \
        const vec *e = (const vec *)(const void *)t->from;                     \
        vec half[nh * nw], row[nw];                                            \
        APPLY_TO_COLUMNS(line_d_input_##high, nw, nh, e, n *step, step, half); \
        for (int64_t i = 0; i < nh; i++) {                                     \
            line_d_input_##wide(half + i * nw, 1, row, 1);                     \
            add_row(t, nw, i, row);                                            \
        }                                                                      \
    }

/* Those of the filters, r x r taps. */
#define FILTERS(name, n, r)                                                    \
    FILTER_ELEMENTS(, STORE_ROWS, name, n, r)                                  \
                                                                               \
    static ISA_TARGET void d_filter_##name(const struct winograd_tile *t)      \
    {                                                                          \
        const int64_t step = t->step / LANES;                                  \
        const vec *e = (const vec *)(const void *)t->from;                     \
        vec *to = (vec *)(void *)t->to, half[r * n];                           \
        APPLY_TO_COLUMNS(line_d_filter_##name, n, r, e, n *step, step, half);  \
        APPLY_TO_ROWS(line_d_filter_##name, n, r, half, to, r, 1);             \
    }

ONE_SIZE(TILES, 2, 2, 4)
ONE_SIZE(TILES, 3, 3, 5)
TWO_SIZES(TILES, 4, 4, 3, 6, 5)
ONE_SIZE(TILES, 5, 5, 7)
TWO_SIZES(TILES, 6, 6, 5, 8, 7)
ONE_SIZE(TILES, 25, 2, 6)
TWO_SIZES(TILES, 45, 4, 3, 8, 7)
ONE_SIZE(TILES, 27, 2, 8)

FILTERS(2, 4, 3)
FILTERS(3, 5, 3)
FILTERS(4, 6, 3)
FILTERS(5, 7, 3)
FILTERS(6, 8, 3)
FILTERS(25, 6, 5)
FILTERS(45, 8, 5)
FILTERS(27, 8, 7)

/* `sizes`: SQUARE or ANY_SIZE. */
#define WINOGRAD_KERNELS(sizes, name)                                          \
    {                                                                          \
        .input = sizes(input_##name), .output = sizes(output_##name),          \
        .d_output = sizes(d_output_##name), .d_input = sizes(d_input_##name),  \
        .filter = filter_##name, .d_filter = d_filter_##name,                  \
    }
