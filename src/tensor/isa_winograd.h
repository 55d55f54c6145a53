/*
 * isa_winograd.h - the transforms of F(m x m, 3 x 3), m = 2 .. 6, and of
 * F(2 x 2, 5 x 5) and F(4 x 4, 5 x 5).
 *
 * Each is one matrix of isa_lines*.h applied to the columns, then to the rows,
 * of a small square of vectors: B', G and A' in the forward pass, their
 * transposes in the backward passes.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tensor/isa_lines.h"
#include "tensor/isa_lines_pairs.h"
#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

/* half [to, from] = L x for the matrix L [to, from] that `line` applies; x has
 * its rows and columns `row` and `column` vectors apart. */
#define APPLY_TO_COLUMNS(line, from, to, x, row, column, half)                 \
    _Pragma("GCC unroll 8") for (int64_t j = 0; j < (from); j++)               \
        line((x) + j * (column), row, (half) + j, from)

/* y [to, to] = half [to, from] L'. */
#define APPLY_TO_ROWS(line, from, to, half, y, row, column)                    \
    _Pragma("GCC unroll 8") for (int64_t i = 0; i < (to); i++)                 \
        line((half) + i * (from), 1, (y) + i * (row), column)

/* The cells of a tile: in the plane where all exist, else copied to `copy`
 * [n, n], the missing ones zero. */
struct cells {
    const vec *at;
    int64_t row; /* vectors from row to row */
};

ISA_INLINE bool tile_is_whole(const struct winograd_tile *t, const int n)
{
    return t->top == 0 && t->left == 0 && t->bottom == n && t->right == n;
}

ISA_INLINE struct cells find_cells(const struct winograd_tile *t, const int n,
                                   vec *copy)
{
    const int64_t row = t->row / LANES, origin = t->origin / LANES;
    const vec *plane = (const vec *)(const void *)t->from;

    if (tile_is_whole(t, n))
        return (struct cells){plane + origin, row};
    for (int64_t i = 0; i < n; i++) {
        const bool exists = i >= t->top && i < t->bottom;
        const vec *from = plane + origin + (exists ? i : t->top) * row;
#pragma GCC unroll 8
        for (int64_t j = 0; j < n; j++) {
            vec v = vec_splat(0);
            if (exists && j >= t->left && j < t->right)
                v = from[j];
            copy[i * n + j] = v;
        }
    }
    return (struct cells){copy, n};
}

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
ISA_INLINE void add_row(const struct winograd_tile *t, const int n, int64_t i,
                        const vec *cell)
{
    vec *plane = (vec *)(void *)t->to;
    const int64_t at = (t->origin + i * t->row) / LANES;

    if (i < t->top || i >= t->bottom)
        return;
    if (t->left == 0 && t->right == n) {
#pragma GCC unroll 8
        for (int64_t j = 0; j < n; j++)
            plane[at + j] += cell[j];
        return;
    }
#pragma GCC unroll 8
    for (int64_t j = 0; j < n; j++)
        if (j >= t->left && j < t->right)
            plane[at + j] += cell[j];
}

/* The functions of the table for tiles of m x m outputs, n x n inputs and r x r
 * taps, with the lines of that name. */
#define TRANSFORMS(name, m, n, r)                                              \
    static ISA_TARGET void input_##name(const struct winograd_tile *t)         \
    {                                                                          \
        const int64_t step = t->step / LANES;                                  \
        vec *to = (vec *)(void *)t->to, copy[n * n], half[n * n];              \
        const struct cells c = find_cells(t, n, copy);                         \
        APPLY_TO_COLUMNS(line_input_##name, n, n, c.at, c.row, 1, half);       \
        APPLY_TO_ROWS(line_input_##name, n, n, half, to, n *step, step);       \
    }                                                                          \
                                                                               \
    static ISA_TARGET void output_##name(const struct winograd_tile *t)        \
    {                                                                          \
        const int64_t step = t->step / LANES;                                  \
        const vec *e = (const vec *)(const void *)t->from;                     \
        vec half[m * n], row[m];                                               \
        APPLY_TO_COLUMNS(line_output_##name, n, m, e, n *step, step, half);    \
        for (int64_t i = 0; i < t->bottom; i++) {                              \
            line_output_##name(half + i * n, 1, row, 1);                       \
            store_row(t, m, i, row);                                           \
        }                                                                      \
    }                                                                          \
                                                                               \
    static ISA_TARGET void filter_##name(const struct winograd_tile *t)        \
    {                                                                          \
        const int64_t step = t->step / LANES;                                  \
        const vec *g = (const vec *)(const void *)t->from;                     \
        vec *to = (vec *)(void *)t->to, half[n * r];                           \
        APPLY_TO_COLUMNS(line_filter_##name, r, n, g, r, 1, half);             \
        APPLY_TO_ROWS(line_filter_##name, r, n, half, to, n *step, step);      \
    }                                                                          \
                                                                               \
    static ISA_TARGET void d_output_##name(const struct winograd_tile *t)      \
    {                                                                          \
        const int64_t step = t->step / LANES;                                  \
        vec *to = (vec *)(void *)t->to, copy[m * m], half[n * m];              \
        const struct cells c = find_cells(t, m, copy);                         \
        APPLY_TO_COLUMNS(line_d_output_##name, m, n, c.at, c.row, 1, half);    \
        APPLY_TO_ROWS(line_d_output_##name, m, n, half, to, n *step, step);    \
    }                                                                          \
                                                                               \
    static ISA_TARGET void d_input_##name(const struct winograd_tile *t)       \
    {                                                                          \
        const int64_t step = t->step / LANES;                                  \
        const vec *e = (const vec *)(const void *)t->from;                     \
        vec half[n * n], row[n];                                               \
        APPLY_TO_COLUMNS(line_d_input_##name, n, n, e, n *step, step, half);   \
        for (int64_t i = 0; i < n; i++) {                                      \
            line_d_input_##name(half + i * n, 1, row, 1);                      \
            add_row(t, n, i, row);                                             \
        }                                                                      \
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

TRANSFORMS(2, 2, 4, 3)
TRANSFORMS(3, 3, 5, 3)
TRANSFORMS(4, 4, 6, 3)
TRANSFORMS(5, 5, 7, 3)
TRANSFORMS(6, 6, 8, 3)
TRANSFORMS(25, 2, 6, 5)
TRANSFORMS(45, 4, 8, 5)

#define WINOGRAD_KERNELS(name)                                                 \
    {                                                                          \
        .input = input_##name, .output = output_##name,                        \
        .filter = filter_##name, .d_output = d_output_##name,                  \
        .d_input = d_input_##name, .d_filter = d_filter_##name,                \
    }
