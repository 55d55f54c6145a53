/*
 * isa_vec.h - a vector of reals, for the sources of one instruction set.
 *
 * Included once by each isa_*.c, after ISA_TARGET (the attribute that allows
 * the instructions), ISA_BYTES (of a vector), ISA_LEVEL, ISA_TABLE, ISA_PANEL
 * and ISA_ROWS_1 .. 3 (see kernels.h: panel, max_rows), ISA_FLUSHES (x86:
 * vec_fma flushes in a mode of the processor); that file then defines
 *
 *   vec_fma          a * b + c
 *   vec_fma_flushed  the same of numbers of 8 bits a and b, rounded once, where
 *                    what is too small for a normal float is zero, before and
 *                    after; of float alone
 *   vec_load_part    the first `count` lanes, 0 .. LANES; the others are zero
 *   vec_store_part   likewise; memory beyond is not touched
 *   vec_load_bytes   the same from bytes to lanes of integers, and back
 *   vec_store_bytes
 *   vec_widen        the lanes as WIDE vectors of doubles
 *   wide_fma         a * b + c of those
 *
 * and includes isa_kernels.h.
 */
#pragma once

#include <stdint.h>

#include "tensor/real.h"

#define ISA_INLINE static inline __attribute__((always_inline)) ISA_TARGET

enum { LANES = ISA_BYTES / (int)sizeof(real) };

/* A comparison gives lanes of zeros or ones, integers as wide as real.  As an
 * integer a NaN without its sign is above infinity. */
#ifdef REAL_DOUBLE
typedef int64_t lane_int;
static const lane_int lane_magnitude = INT64_MAX;
static const lane_int lane_infinity = 0x7ff0000000000000;
#else
typedef int32_t lane_int;
static const lane_int lane_magnitude = INT32_MAX;
static const lane_int lane_infinity = 0x7f800000;
#endif

typedef real vec __attribute__((vector_size(ISA_BYTES), may_alias));
typedef double wide __attribute__((vector_size(ISA_BYTES)));
enum { WIDE = LANES * (int)sizeof(double) / ISA_BYTES };
typedef lane_int vec_mask __attribute__((vector_size(ISA_BYTES)));
typedef real vec_anywhere
    __attribute__((vector_size(ISA_BYTES), aligned(sizeof(real)), may_alias));

ISA_INLINE vec vec_load(const real *p)
{
    return *(const vec_anywhere *)p;
}

ISA_INLINE void vec_store(real *p, vec v)
{
    *(vec_anywhere *)p = v;
}

/* s - 0 is s for every s, so this costs a broadcast and no subtraction. */
ISA_INLINE vec vec_splat(real s)
{
    return s - (vec){0};
}

/* max(0, v); NaN stays NaN. */
ISA_INLINE vec vec_rectify(vec v)
{
    const vec_mask negative = v < 0;

    return (vec)((vec_mask)v & ~negative);
}

ISA_INLINE vec_mask vec_is_nan(vec v)
{
    return ((vec_mask)v & lane_magnitude) > lane_infinity;
}

/* The first `count` lanes; the others become zero, NaN among them. */
ISA_INLINE vec vec_first(vec v, int64_t count)
{
    vec_mask lane = {0};

#pragma GCC unroll 16
    for (int64_t i = 0; i < LANES; i++)
        lane[i] = (lane_int)i;
    return (vec)((vec_mask)v & (lane < (lane_int)count));
}

/* The sum of all lanes of some vectors. */
ISA_INLINE real vec_total(const vec *v, const int count)
{
    vec total = vec_splat(0);
    real all = 0;

#pragma GCC unroll 24
    for (int64_t i = 0; i < count; i++)
        total += v[i];
    for (int64_t j = 0; j < LANES; j++)
        all += total[j];
    return all;
}

/* ZIP: the lower halves of a and b interleaved, and the upper ones. */
#if ISA_BYTES == 64
#define VEC_ZIP_LOW(a, b)                                                      \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, \
                            22, 7, 23)
#define VEC_ZIP_HIGH(a, b)                                                     \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13,    \
                            29, 14, 30, 15, 31)
#elif ISA_BYTES == 32
#define VEC_ZIP_LOW(a, b)                                                      \
    __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define VEC_ZIP_HIGH(a, b)                                                     \
    __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#elif defined(REAL_DOUBLE)
#define VEC_ZIP_LOW(a, b)  __builtin_shufflevector(a, b, 0, 2)
#define VEC_ZIP_HIGH(a, b) __builtin_shufflevector(a, b, 1, 3)
#else
#define VEC_ZIP_LOW(a, b)  __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define VEC_ZIP_HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#endif

/* vec_transpose - r[i] lane j <-> r[j] lane i. */
#if ISA_BYTES == 32
/* Numbers, then pairs, then halves change places between rows 1, 2 and 4
 * apart, so only the last stage crosses the halves of a vector. */
ISA_INLINE void vec_transpose(vec *r)
{
    vec s[LANES], t[LANES];

#pragma GCC unroll 4
    for (int64_t i = 0; i < LANES; i += 2) {
        s[i] =
            __builtin_shufflevector(r[i], r[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        s[i + 1] =
            __builtin_shufflevector(r[i], r[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
#pragma GCC unroll 4
    for (int64_t i = 0; i < LANES / 2; i++) {
        const int64_t from = i / 2 * 4 + i % 2, to = i / 2 * 4 + i % 2 * 2;
        t[to] = __builtin_shufflevector(s[from], s[from + 2], 0, 1, 8, 9, 4, 5,
                                        12, 13);
        t[to + 1] = __builtin_shufflevector(s[from], s[from + 2], 2, 3, 10, 11,
                                            6, 7, 14, 15);
    }
#pragma GCC unroll 4
    for (int64_t i = 0; i < LANES / 2; i++) {
        r[i] =
            __builtin_shufflevector(t[i], t[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        r[i + 4] =
            __builtin_shufflevector(t[i], t[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}
#else
/* By log2(LANES) perfect shuffles of the matrix, each a rotation of the index
 * bits by one. */
ISA_INLINE void vec_transpose(vec *r)
{
    vec s[LANES];

#pragma GCC unroll 4
    for (int64_t stage = 1; stage < LANES; stage *= 2) {
#pragma GCC unroll 8
        for (int64_t i = 0; i < LANES / 2; i++) {
            s[2 * i] = VEC_ZIP_LOW(r[i], r[i + LANES / 2]);
            s[2 * i + 1] = VEC_ZIP_HIGH(r[i], r[i + LANES / 2]);
        }
#pragma GCC unroll 16
        for (int64_t i = 0; i < LANES; i++)
            r[i] = s[i];
    }
}
#endif
