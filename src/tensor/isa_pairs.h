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
#include "tensor/isa_rounded.h"
#include "tensor/isa_vec.h"
#include "tensor/kernels.h"

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

ISA_INLINE void vec_store_rounded(real *to, vec v)
{
    *(vec_half *)(void *)to =
        __builtin_convertvector(round_halves(v) >> 16, vec_half);
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
        ROUNDED_KERNELS, PAIR_MODE,                                            \
    }

#endif
