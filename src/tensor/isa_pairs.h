/*
 * isa_pairs.h - pairs of bfloat16 and their products; see kernels.h.
 *
 * A half of a word is a float when the other half of it is zeros.  A step is
 * two multiply-adds of such floats.
 */
#pragma once

#ifdef REAL_DOUBLE

#define PAIR_KERNELS                                                           \
    {                                                                          \
        .blocks = { 0 }                                                        \
    }

#else

#ifdef ISA_FLUSHES
#include <immintrin.h>
#endif

#include "tensor/isa_block.h"
#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

typedef uint32_t vec_word __attribute__((vector_size(ISA_BYTES)));
typedef uint32_t lane_word __attribute__((may_alias));

static const uint32_t upper_half = 0xffff0000;

/* Where `which` is ones, a, else b. */
ISA_INLINE vec_word choose_words(vec_mask which, vec_word a, vec_word b)
{
    return ((vec_word)which & a) | (~(vec_word)which & b);
}

/* Rounded, in the upper halves; the lower ones are zero. */
ISA_INLINE vec_word round_halves(vec v)
{
    const uint32_t sign = 0x80000000, quiet = 0x00400000;
    const lane_int normal = 0x00800000;
    const vec_word bits = (vec_word)v;
    const vec_mask size = (vec_mask)v & lane_magnitude;
    const vec_word rounded = bits + 0x7fff + ((bits >> 16) & 1);
    const vec_word number = choose_words(size < normal, bits & sign, rounded);

    return choose_words(vec_is_nan(v), bits | quiet, number) & upper_half;
}

ISA_INLINE vec_word join_halves(vec_word first, vec_word second)
{
    return first >> 16 | second;
}

static ISA_TARGET void pairs_of_rows(const real *from, int64_t pitch,
                                     int64_t rows, int64_t columns, real *to,
                                     int64_t to_pitch)
{
    for (int64_t i = 0; i < rows; i += 2, from += 2 * pitch, to += to_pitch)
        for (int64_t j = 0; j < columns; j += LANES) {
            const vec_word first = round_halves(vec_load(from + j));
            vec_word second = {0};
            if (i + 1 < rows)
                second = round_halves(vec_load(from + pitch + j));
            vec_store(to + j, (vec)join_halves(first, second));
        }
}

/* The lanes of even numbers of a and b together, and the odd ones. */
#if ISA_BYTES == 64
#define VEC_EVEN(a, b)                                                         \
    __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22,   \
                            24, 26, 28, 30)
#define VEC_ODD(a, b)                                                          \
    __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23,   \
                            25, 27, 29, 31)
#elif ISA_BYTES == 32
#define VEC_EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define VEC_ODD(a, b)  __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#else
#define VEC_EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6)
#define VEC_ODD(a, b)  __builtin_shufflevector(a, b, 1, 3, 5, 7)
#endif

/* `count` numbers, 1 .. 2 * LANES, as one vector of pairs. */
ISA_INLINE vec pairs_of_line(const real *from, int64_t count)
{
    vec_word a, b = {0};

    if (count >= LANES)
        a = round_halves(vec_load(from));
    else
        a = round_halves(vec_load_part(from, count));
    if (count >= 2 * LANES)
        b = round_halves(vec_load(from + LANES));
    else if (count > LANES)
        b = round_halves(vec_load_part(from + LANES, count - LANES));
    return (vec)join_halves(VEC_EVEN(a, b), VEC_ODD(a, b));
}

static ISA_TARGET void pairs_of_columns(const real *from, int64_t pitch,
                                        int64_t rows, int64_t columns, real *to)
{
    for (int64_t i = 0; i < rows; i++, from += pitch, to += pitch)
        for (int64_t j = 0; j < columns; j += 2 * LANES)
            vec_store(to + j / 2, pairs_of_line(from + j, columns - j));
}

/* Read again for each half: else the compiler halves it before it is spread, by
 * detours, or keeps it in registers that the sums need. */
ISA_INLINE vec_word word_at(const real *a)
{
    const lane_word *word = (const lane_word *)(const void *)a;
#ifdef ISA_FLUSHES
    vec_word w;

    __asm__ volatile("vpbroadcastd %1, %0" : "=x"(w) : "m"(*word));
    return w;
#else
    return *word - (vec_word){0};
#endif
}

/* The halves of words as floats. */
ISA_INLINE vec half_of(vec_word w, const bool second)
{
    return (vec)(second ? w & upper_half : w << 16);
}

/* The sums of one half of the pairs. */
ISA_INLINE void add_half(const real *const *a, int64_t at, const real *b,
                         const int rows, const int vectors, const bool second,
                         vec sum[][ISA_MAX_VECTORS])
{
    vec b_vec[ISA_MAX_VECTORS];

#pragma GCC unroll 3
    for (int64_t j = 0; j < vectors; j++)
        b_vec[j] = half_of((vec_word)vec_load(b + j * LANES), second);
#pragma GCC unroll 12
    for (int64_t i = 0; i < rows; i++) {
        const vec a_vec = half_of(word_at(a[i] + at), second);
#pragma GCC unroll 3
        for (int64_t j = 0; j < vectors; j++)
            sum[i][j] = vec_fma_flushed(a_vec, b_vec[j], sum[i][j]);
    }
}

ISA_INLINE void add_pairs(const real *const *a, int64_t at, const real *b,
                          const int rows, const int vectors,
                          vec sum[][ISA_MAX_VECTORS])
{
    add_half(a, at, b, rows, vectors, true, sum);
    add_half(a, at, b, rows, vectors, false, sum);
}

BLOCKS(pair_blocks, add_pairs);

#ifdef ISA_FLUSHES
/* What is below the normal floats is zero, as an operand and as a result. */
static unsigned enter_flushing(void)
{
    const unsigned mode = _mm_getcsr();

    _mm_setcsr(mode | _MM_FLUSH_ZERO_ON | 0x40);
    return mode;
}

static void leave_flushing(unsigned mode)
{
    _mm_setcsr(mode);
}
#define PAIR_MODE .enter = enter_flushing, .leave = leave_flushing
#else
#define PAIR_MODE .enter = NULL, .leave = NULL
#endif

#define PAIR_KERNELS                                                           \
    {                                                                          \
        .blocks = {pair_blocks_1, pair_blocks_2, pair_blocks_3},               \
        .of_rows = pairs_of_rows, .of_columns = pairs_of_columns, PAIR_MODE,   \
    }

#endif
