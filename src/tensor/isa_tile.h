/*
 * isa_tile.h - how the transforms of tiles read cells and apply matrices.
 *
 * Each is one matrix of isa_lines*.h applied to the columns, and one to the
 * rows, of a small square or rectangle of vectors.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tensor/isa_lines.h"
#include "tensor/isa_lines_eight.h"
#include "tensor/isa_lines_five.h"
#include "tensor/isa_lines_seven.h"
#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

/* A winograd_transform of functions so named: for whole tiles alone, or for
 * those with one output less along y, `wide`, along x, `high`, and both too. */
#define SQUARE(function)                                                       \
    {                                                                          \
        .of = { {function} }                                                   \
    }

#define ANY_SIZE(function)                                                     \
    {                                                                          \
        .of = {                                                                \
            {function, function##_high},                                       \
            {function##_wide, function##_short}                                \
        }                                                                      \
    }

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
 * [h, w], the missing ones zero. */
struct cells {
    const vec *at;
    int64_t row; /* vectors from row to row */
};

ISA_INLINE bool tile_is_whole(const struct winograd_tile *t, const int h,
                              const int w)
{
    return t->top == 0 && t->left == 0 && t->bottom == h && t->right == w;
}

ISA_INLINE struct cells find_cells(const struct winograd_tile *t, const int h,
                                   const int w, vec *copy)
{
    const int64_t row = t->row / LANES, origin = t->origin / LANES;
    const vec *plane = (const vec *)(const void *)t->from;

    if (tile_is_whole(t, h, w))
        return (struct cells){plane + origin, row};
    for (int64_t i = 0; i < h; i++) {
        const bool exists = i >= t->top && i < t->bottom;
        const vec *from = plane + origin + (exists ? i : t->top) * row;
#pragma GCC unroll 8
        for (int64_t j = 0; j < w; j++) {
            vec v = vec_splat(0);
            if (exists && j >= t->left && j < t->right)
                v = from[j];
            copy[i * w + j] = v;
        }
    }
    return (struct cells){copy, w};
}

/* The transforms whose elements products read, of tiles of mh x mw outputs and
 * nh x nw inputs, with the lines of those names for columns and rows; rows of
 * elements are n elements apart.  store(line, from, rows, wide, half, t, n)
 * writes half [rows, from] L' to the elements of t, [rows, wide]. */
#define ELEMENTS(prefix, store, name, high, mh, nh, wide, mw, nw, n)           \
    static ISA_TARGET void prefix##input_##name(const struct winograd_tile *t) \
    {                                                                          \
        vec copy[nh * nw], half[nh * nw];                                      \
        const struct cells c = find_cells(t, nh, nw, copy);                    \
        APPLY_TO_COLUMNS(line_input_##high, nw, nh, c.at, c.row, 1, half);     \
        store(line_input_##wide, nw, nh, nw, half, t, n);                      \
    }                                                                          \
                                                                               \
    static ISA_TARGET void prefix##d_output_##name(                            \
        const struct winograd_tile *t)                                         \
    {                                                                          \
        vec copy[mh * mw], half[nh * mw];                                      \
        const struct cells c = find_cells(t, mh, mw, copy);                    \
        APPLY_TO_COLUMNS(line_d_output_##high, mw, nh, c.at, c.row, 1, half);  \
        store(line_d_output_##wide, mw, nh, nw, half, t, n);                   \
    }

/* The same of filters of r x r taps. */
#define FILTER_ELEMENTS(prefix, store, name, n, r)                             \
    static ISA_TARGET void prefix##filter_##name(                              \
        const struct winograd_tile *t)                                         \
    {                                                                          \
        const vec *g = (const vec *)(const void *)t->from;                     \
        vec half[n * r];                                                       \
        APPLY_TO_COLUMNS(line_filter_##name, r, n, g, r, 1, half);             \
        store(line_filter_##name, r, n, n, half, t, n);                        \
    }

/* `tiles`, as ELEMENTS from `name` on, of m x m outputs from n x n inputs; and
 * with one output less along either axis too, m - 1 from n - 1. */
#define ONE_SIZE(tiles, name, m, n) tiles(name, name, m, n, name, m, n, n)

#define TWO_SIZES(tiles, name, m, less, n, fewer)                              \
    ONE_SIZE(tiles, name, m, n)                                                \
    tiles(name##_wide, name##s, less, fewer, name, m, n, n)                    \
        tiles(name##_high, name, m, n, name##s, less, fewer, n)                \
            tiles(name##_short, name##s, less, fewer, name##s, less, fewer, n)
