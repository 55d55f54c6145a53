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

#include "tensor/isa_block.h"
#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

/* At most: more would leave no registers for the rows' places. */
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
#define STENCIL_OUTPUTS(rows, vectors) STENCIL(stencil_outputs, rows, vectors)
#define STENCIL_TAPS(rows, vectors)    STENCIL(stencil_taps, rows, vectors)
#define OUTPUTS_NAME(rows, vectors)    stencil_outputs_##rows##x##vectors,
#define TAPS_NAME(rows, vectors)       stencil_taps_##rows##x##vectors,

ROWS_8(STENCIL_OUTPUTS, 1)
ROWS(ISA_ROWS_2, STENCIL_OUTPUTS, 2)
ROWS(ISA_ROWS_3, STENCIL_OUTPUTS, 3)
ROWS_8(STENCIL_TAPS, 1)
ROWS(ISA_ROWS_2, STENCIL_TAPS, 2)
ROWS(ISA_ROWS_3, STENCIL_TAPS, 3)

static stencil_fn *const stencil_outputs_of[][STENCIL_ROWS] = {
    {ROWS_8(OUTPUTS_NAME, 1)},
    {ROWS(ISA_ROWS_2, OUTPUTS_NAME, 2)},
    {ROWS(ISA_ROWS_3, OUTPUTS_NAME, 3)},
};
static stencil_fn *const stencil_taps_of[][STENCIL_ROWS] = {
    {ROWS_8(TAPS_NAME, 1)},
    {ROWS(ISA_ROWS_2, TAPS_NAME, 2)},
    {ROWS(ISA_ROWS_3, TAPS_NAME, 3)},
};

/* Blocks of nearly equal height, the higher ones first. */
static void stencil_blocks(const struct stencil *s, stencil_fn *const *run,
                           int64_t count)
{
    static const int64_t height[] = {STENCIL_ROWS, ISA_ROWS_2, ISA_ROWS_3};
    const int64_t most = height[s->vectors - 1];
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
