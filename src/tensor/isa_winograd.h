/*
 * isa_winograd.h - the transforms of F(2x2, 3x3), F(3x3, 3x3) and F(4x4, 3x3).
 *
 * Each is one matrix of isa_lines.h applied to the columns, then to the rows,
 * of a small square of vectors: B', G and A' in the forward pass, their
 * transposes in the backward passes.
 */
#ifndef TENSOR_ISA_WINOGRAD_H
#define TENSOR_ISA_WINOGRAD_H

#include <stdint.h>

#include "tensor/isa_lines.h"
#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

/* y [to, to] = L x L' for the matrix L [to, from] that `line` applies. */
#define BOTH_AXES(line, from, to, x, y)                                        \
    do {                                                                       \
        vec half[(from) * (to)];                                               \
        _Pragma("GCC unroll 6") for (int j = 0; j < (from); j++)               \
            line((x) + j, from, half + j, from);                               \
        _Pragma("GCC unroll 6") for (int i = 0; i < (to); i++)                 \
            line(half + i * (from), 1, (y) + i * (to), 1);                     \
    } while (0)

/* Where cell (i, j) lies in the blocked plane. */
ISA_INLINE int64_t cell_at(const struct winograd_tile *t, int64_t i, int64_t j)
{
    return t->origin + i * t->row + j * t->pitch;
}

/* The cells of an n x n tile; the missing ones are zero. */
ISA_INLINE void load_cells(const struct winograd_tile *t, const int n,
                           vec *cell)
{
    const bool whole =
        t->top == 0 && t->left == 0 && t->bottom == n && t->right == n;

    if (whole) {
#pragma GCC unroll 6
        for (int i = 0; i < n; i++)
#pragma GCC unroll 6
            for (int j = 0; j < n; j++)
                cell[i * n + j] = vec_load(t->from + cell_at(t, i, j));
        return;
    }
    for (int i = 0; i < n * n; i++)
        cell[i] = vec_splat(0);
    for (int64_t i = t->top; i < t->bottom; i++)
        for (int64_t j = t->left; j < t->right; j++)
            cell[i * n + j] = vec_load(t->from + cell_at(t, i, j));
}

ISA_INLINE void load_elements(const struct winograd_tile *t, const int count,
                              vec *element)
{
#pragma GCC unroll 36
    for (int i = 0; i < count; i++)
        element[i] = vec_load(t->from + i * t->step);
}

ISA_INLINE void store_elements(const struct winograd_tile *t, const int count,
                               const vec *element)
{
#pragma GCC unroll 36
    for (int i = 0; i < count; i++)
        vec_store(t->to + i * t->step, element[i]);
}

/* Writes the existing cells of an output tile. */
ISA_INLINE void store_cells(const struct winograd_tile *t, const int m,
                            vec *cell)
{
    const vec bias = t->bias ? vec_load(t->bias) : vec_splat(0);

#pragma GCC unroll 16
    for (int i = 0; i < m * m; i++) {
        cell[i] += bias;
        if (t->rectify)
            cell[i] = vec_rectify(cell[i]);
    }
    if (t->bottom == m && t->right == m) {
#pragma GCC unroll 4
        for (int i = 0; i < m; i++)
#pragma GCC unroll 4
            for (int j = 0; j < m; j++)
                vec_store(t->to + cell_at(t, i, j), cell[i * m + j]);
        return;
    }
    for (int64_t i = 0; i < t->bottom; i++)
        for (int64_t j = 0; j < t->right; j++)
            vec_store(t->to + cell_at(t, i, j), cell[i * m + j]);
}

/* Adds the existing cells of an input tile. */
ISA_INLINE void add_cells(const struct winograd_tile *t, const int n,
                          const vec *cell)
{
    for (int64_t i = t->top; i < t->bottom; i++) {
        for (int64_t j = t->left; j < t->right; j++) {
            real *to = t->to + cell_at(t, i, j);
            vec_store(to, vec_load(to) + cell[i * n + j]);
        }
    }
}

/* The functions of the table for tiles of m x m outputs, n = m + 2. */
#define TRANSFORMS(m, n)                                                       \
    static ISA_TARGET void input_##m(const struct winograd_tile *t)            \
    {                                                                          \
        vec d[n * n], v[n * n];                                                \
        load_cells(t, n, d);                                                   \
        BOTH_AXES(line_input_##m, n, n, d, v);                                 \
        store_elements(t, n *n, v);                                            \
    }                                                                          \
                                                                               \
    static ISA_TARGET void output_##m(const struct winograd_tile *t)           \
    {                                                                          \
        vec e[n * n], y[m * m];                                                \
        load_elements(t, n *n, e);                                             \
        BOTH_AXES(line_output_##m, n, m, e, y);                                \
        store_cells(t, m, y);                                                  \
    }                                                                          \
                                                                               \
    static ISA_TARGET void filter_##m(const struct winograd_tile *t)           \
    {                                                                          \
        vec g[9], u[n * n];                                                    \
        for (int i = 0; i < 9; i++)                                            \
            g[i] = vec_load(t->from + i * t->pitch);                           \
        BOTH_AXES(line_filter_##m, 3, n, g, u);                                \
        store_elements(t, n *n, u);                                            \
    }                                                                          \
                                                                               \
    static ISA_TARGET void d_output_##m(const struct winograd_tile *t)         \
    {                                                                          \
        vec dy[m * m], e[n * n];                                               \
        load_cells(t, m, dy);                                                  \
        BOTH_AXES(line_d_output_##m, m, n, dy, e);                             \
        store_elements(t, n *n, e);                                            \
    }                                                                          \
                                                                               \
    static ISA_TARGET void d_input_##m(const struct winograd_tile *t)          \
    {                                                                          \
        vec e[n * n], d[n * n];                                                \
        load_elements(t, n *n, e);                                             \
        BOTH_AXES(line_d_input_##m, n, n, e, d);                               \
        add_cells(t, n, d);                                                    \
    }                                                                          \
                                                                               \
    static ISA_TARGET void d_filter_##m(const struct winograd_tile *t)         \
    {                                                                          \
        vec e[n * n], g[9];                                                    \
        load_elements(t, n *n, e);                                             \
        BOTH_AXES(line_d_filter_##m, n, 3, e, g);                              \
        for (int i = 0; i < 9; i++)                                            \
            vec_store(t->to + i * t->pitch, g[i]);                             \
    }

TRANSFORMS(2, 4)
TRANSFORMS(3, 5)
TRANSFORMS(4, 6)

#define WINOGRAD_KERNELS(m)                                                    \
    {                                                                          \
        .input = input_##m, .output = output_##m, .filter = filter_##m,        \
        .d_output = d_output_##m, .d_input = d_input_##m,                      \
        .d_filter = d_filter_##m,                                              \
    }

#endif
