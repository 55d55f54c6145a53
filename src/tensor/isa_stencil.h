/*
 * isa_stencil.h - direct convolution, filters in the lanes; see kernels.h.
 *
 * A block is rows x vectors sums that live in registers, rows being positions
 * in the forward pass and taps in the weights' gradient: per step of the depth
 * it reads `vectors` vectors and broadcasts `rows` numbers of the image.  Fewer
 * vectors have more rows, so that as many sums as hide the latency of a
 * multiply-add do not wait for each other.
 */
#pragma once

#include <stdint.h>

#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

enum { STENCIL_ROWS = 8 };

typedef vec stencil_sums[STENCIL_ROWS][STENCIL_VECTORS];

/* sum[i][j] += x[at[i] + step] * by[j] for every step of the depth, between
 * which `by` moves on. */
struct stencil_terms {
    const real *at[STENCIL_ROWS];
    const int64_t *step, *end;
    const real *by;
    int64_t move, plane; /* reals to the next step's, and vector's */
};

ISA_INLINE void stencil_add(struct stencil_terms t, const int rows,
                            const int vectors, stencil_sums sum)
{
    vec by[STENCIL_VECTORS];

    for (; t.step < t.end; t.step++, t.by += t.move) {
        const int64_t step = *t.step;
#pragma GCC unroll 3
        for (int64_t j = 0; j < vectors; j++)
            by[j] = vec_load(t.by + j * t.plane);
#pragma GCC unroll 8
        for (int64_t i = 0; i < rows; i++) {
            const vec v = vec_splat(t.at[i][step]);
#pragma GCC unroll 3
            for (int64_t j = 0; j < vectors; j++)
                sum[i][j] = vec_fma(v, by[j], sum[i][j]);
        }
    }
}

/* What the sums of positions p .. p + rows start from. */
ISA_INLINE void stencil_start(const struct stencil *s, int64_t p,
                              const int rows, const int vectors,
                              stencil_sums sum)
{
    const real *y = s->y + p * LANES;

    if (s->add) {
#pragma GCC unroll 8
        for (int64_t i = 0; i < rows; i++, y += LANES)
#pragma GCC unroll 3
            for (int64_t j = 0; j < vectors; j++)
                sum[i][j] = vec_load(y + j * s->plane);
        return;
    }
#pragma GCC unroll 8
    for (int64_t i = 0; i < rows; i++)
#pragma GCC unroll 3
        for (int64_t j = 0; j < vectors; j++)
            sum[i][j] = vec_load(s->bias + j * LANES);
}

ISA_INLINE void stencil_rectify(const int rows, const int vectors,
                                stencil_sums sum)
{
#pragma GCC unroll 8
    for (int64_t i = 0; i < rows; i++)
#pragma GCC unroll 3
        for (int64_t j = 0; j < vectors; j++)
            sum[i][j] = vec_rectify(sum[i][j]);
}

/* Positions p .. p + rows. */
ISA_INLINE void stencil_outputs(const struct stencil *s, int64_t p,
                                const int rows, const int vectors)
{
    struct stencil_terms t = {
        .step = s->tap,
        .end = s->tap + s->taps,
        .by = s->weight,
        .move = vectors * LANES,
        .plane = LANES,
    };
    real *y = s->y + p * LANES;
    stencil_sums sum;

#pragma GCC unroll 8
    for (int64_t i = 0; i < rows; i++)
        t.at[i] = s->x + s->position[p + i];
    stencil_start(s, p, rows, vectors, sum);
    stencil_add(t, rows, vectors, sum);
    if (s->rectify)
        stencil_rectify(rows, vectors, sum);
#pragma GCC unroll 8
    for (int64_t i = 0; i < rows; i++)
#pragma GCC unroll 3
        for (int64_t j = 0; j < vectors; j++)
            vec_store(y + j * s->plane + i * LANES, sum[i][j]);
}

/* Taps t .. t + rows. */
ISA_INLINE void stencil_taps(const struct stencil *s, int64_t tap,
                             const int rows, const int vectors)
{
    struct stencil_terms t = {
        .step = s->position,
        .end = s->position + s->positions,
        .by = s->dy,
        .move = LANES,
        .plane = s->plane,
    };
    real *grad = s->grad + tap * vectors * LANES;
    stencil_sums sum;

#pragma GCC unroll 8
    for (int64_t i = 0; i < rows; i++) {
        t.at[i] = s->x + s->tap[tap + i];
#pragma GCC unroll 3
        for (int64_t j = 0; j < vectors; j++)
            sum[i][j] = vec_splat(0);
    }
    stencil_add(t, rows, vectors, sum);
#pragma GCC unroll 8
    for (int64_t i = 0; i < rows; i++)
#pragma GCC unroll 3
        for (int64_t j = 0; j < vectors; j++, grad += LANES)
            vec_store(grad, vec_load(grad) + sum[i][j]);
}

/* `blocks` blocks from position or tap `first` on. */
typedef void stencil_fn(const struct stencil *s, int64_t first, int64_t blocks);

/* Of a copy, which stores do not touch. */
#define STENCIL(task, rows, vectors)                                           \
    static ISA_TARGET void task##_##rows##x##vectors(                          \
        const struct stencil *whole, int64_t first, int64_t blocks)            \
    {                                                                          \
        const struct stencil s = *whole;                                       \
                                                                               \
        for (int64_t i = 0; i < blocks; i++)                                   \
            task(&s, first + i * (rows), rows, vectors);                       \
    }
#define STENCIL_PAIR(rows, vectors)                                            \
    STENCIL(stencil_outputs, rows, vectors)                                    \
    STENCIL(stencil_taps, rows, vectors)
#define STENCILS_4(vectors)                                                    \
    STENCIL_PAIR(1, vectors)                                                   \
    STENCIL_PAIR(2, vectors) STENCIL_PAIR(3, vectors) STENCIL_PAIR(4, vectors)
#define STENCILS_6(vectors)                                                    \
    STENCILS_4(vectors) STENCIL_PAIR(5, vectors) STENCIL_PAIR(6, vectors)
#define STENCILS_8(vectors)                                                    \
    STENCILS_6(vectors) STENCIL_PAIR(7, vectors) STENCIL_PAIR(8, vectors)

#define STENCIL_LIST_4(task, vectors)                                          \
    task##_1x##vectors, task##_2x##vectors, task##_3x##vectors,                \
        task##_4x##vectors
#define STENCIL_LIST_6(task, vectors)                                          \
    STENCIL_LIST_4(task, vectors), task##_5x##vectors, task##_6x##vectors
#define STENCIL_LIST_8(task, vectors)                                          \
    STENCIL_LIST_6(task, vectors), task##_7x##vectors, task##_8x##vectors

/* As many rows as the registers hold. */
STENCILS_8(1)
#if ISA_PANEL == 3
STENCILS_8(2)
STENCILS_8(3)
static const int64_t stencil_rows[] = {8, 8, 8};
#define STENCIL_TABLE(task)                                                    \
    {                                                                          \
        {STENCIL_LIST_8(task, 1)}, {STENCIL_LIST_8(task, 2)},                  \
        {                                                                      \
            STENCIL_LIST_8(task, 3)                                            \
        }                                                                      \
    }
#else
STENCILS_6(2)
STENCILS_4(3)
static const int64_t stencil_rows[] = {8, 6, 4};
#define STENCIL_TABLE(task)                                                    \
    {                                                                          \
        {STENCIL_LIST_8(task, 1)}, {STENCIL_LIST_6(task, 2)},                  \
        {                                                                      \
            STENCIL_LIST_4(task, 3)                                            \
        }                                                                      \
    }
#endif

static stencil_fn *const stencil_outputs_of[][STENCIL_ROWS] =
    STENCIL_TABLE(stencil_outputs);
static stencil_fn *const stencil_taps_of[][STENCIL_ROWS] =
    STENCIL_TABLE(stencil_taps);

/* Blocks of nearly equal height, the higher ones first. */
static void stencil_blocks(const struct stencil *s, stencil_fn *const *run,
                           int64_t count)
{
    const int64_t most = stencil_rows[s->vectors - 1];
    const int64_t blocks = (count + most - 1) / most;
    const int64_t rows = count / blocks, higher = count % blocks;

    if (higher > 0)
        run[rows](s, 0, higher);
    run[rows - 1](s, higher * (rows + 1), blocks - higher);
}

static void stencil_forward(const struct stencil *s)
{
    stencil_blocks(s, stencil_outputs_of[s->vectors - 1], s->positions);
}

static void stencil_weight(const struct stencil *s)
{
    stencil_blocks(s, stencil_taps_of[s->vectors - 1], s->taps);
}
