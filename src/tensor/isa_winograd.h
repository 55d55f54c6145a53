/*
 * isa_winograd.h - the transforms of F(m x m, 3 x 3), m = 2 .. 6, and of
 * F(2 x 2, 5 x 5) and F(4 x 4, 5 x 5): B', G and A' in the forward pass, their
 * transposes in the backward passes.
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

/* The functions of the table for tiles of mh x mw outputs and nh x nw inputs,
 * with the lines of those names for columns and rows; rows of elements are n
 * elements apart. */
#define TILES(name, high, mh, nh, wide, mw, nw, n)                             \
    static ISA_TARGET void input_##name(const struct winograd_tile *t)         \
    {                                                                          \
        const int64_t step = t->step / LANES;                                  \
        vec *to = (vec *)(void *)t->to, copy[nh * nw], half[nh * nw];          \
        const struct cells c = find_cells(t, nh, nw, copy);                    \
        APPLY_TO_COLUMNS(line_input_##high, nw, nh, c.at, c.row, 1, half);     \
        APPLY_TO_ROWS(line_input_##wide, nw, nh, half, to, n *step, step);     \
    }                                                                          \
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
    static ISA_TARGET void d_output_##name(const struct winograd_tile *t)      \
    {                                                                          \
        const int64_t step = t->step / LANES;                                  \
        vec *to = (vec *)(void *)t->to, copy[mh * mw], half[nh * mw];          \
        const struct cells c = find_cells(t, mh, mw, copy);                    \
        APPLY_TO_COLUMNS(line_d_output_##high, mw, nh, c.at, c.row, 1, half);  \
        APPLY_TO_ROWS(line_d_output_##wide, mw, nh, half, to, n *step, step);  \
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
    static ISA_TARGET void filter_##name(const struct winograd_tile *t)        \
    {                                                                          \
        const int64_t step = t->step / LANES;                                  \
        const vec *g = (const vec *)(const void *)t->from;                     \
        vec *to = (vec *)(void *)t->to, half[n * r];                           \
        APPLY_TO_COLUMNS(line_filter_##name, r, n, g, r, 1, half);             \
        APPLY_TO_ROWS(line_filter_##name, r, n, half, to, n *step, step);      \
    }                                                                          \
                                                                               \
    static ISA_TARGET void d_filter_##name(const struct winograd_tile *t)      \
    {                                                                          \
        const int64_t step = t->step / LANES;                                  \
        const vec *e = (const vec *)(const void *)t->from;                     \
        vec *to = (vec *)(void *)t->to, half[r * n];                           \
        APPLY_TO_COLUMNS(line_d_filter_##name, n, r, e, n *step, step, half);  \
        APPLY_TO_ROWS(line_d_filter_##name, n, r, half, to, r, 1);             \
    }

#define SQUARES(name, m, n, r)                                                 \
    TILES(name, name, m, n, name, m, n, n)                                     \
    FILTERS(name, n, r)

/* Tiles with one output less along either axis too: m - 1 outputs from n - 1
 * inputs. */
#define RECTANGLES(name, m, less, n, fewer, r)                                 \
    SQUARES(name, m, n, r)                                                     \
    TILES(name##_wide, name##s, less, fewer, name, m, n, n)                    \
    TILES(name##_high, name, m, n, name##s, less, fewer, n)                    \
    TILES(name##_short, name##s, less, fewer, name##s, less, fewer, n)

SQUARES(2, 2, 4, 3)
SQUARES(3, 3, 5, 3)
RECTANGLES(4, 4, 3, 6, 5, 3)
SQUARES(5, 5, 7, 3)
SQUARES(25, 2, 6, 5)
RECTANGLES(6, 6, 5, 8, 7, 3)
RECTANGLES(45, 4, 3, 8, 7, 5)

/* `sizes`: SQUARE or ANY_SIZE. */
#define WINOGRAD_KERNELS(sizes, name)                                          \
    {                                                                          \
        .input = sizes(input_##name), .output = sizes(output_##name),          \
        .d_output = sizes(d_output_##name), .d_input = sizes(d_input_##name),  \
        .filter = filter_##name, .d_filter = d_filter_##name,                  \
    }
