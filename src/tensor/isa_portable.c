/*
 * isa_portable.c - the kernels in vectors of 16 bytes, which every processor
 * of interest has; also the only ones in double precision.  With WIDE_VECTORS
 * in those of isa_avx512.c, made of small ones: slow, but what is written for
 * many lanes can be tested anywhere.
 */
#include "tensor/isa_tables.h"

#ifdef __aarch64__
#include <arm_neon.h>
#endif

#define ISA_TARGET
#define ISA_LEVEL CPU_PORTABLE
#define ISA_TABLE kernels_portable
#if defined(WIDE_VECTORS) && !defined(REAL_DOUBLE)
#define ISA_BYTES  64
#define ISA_PANEL  3
#define ISA_ROWS_1 8
#define ISA_ROWS_2 8
#define ISA_ROWS_3 8
#define ISA_MOVED  16
#else
#define ISA_BYTES  16
#define ISA_PANEL  2
#define ISA_ROWS_1 12
#define ISA_ROWS_2 6
#define ISA_ROWS_3 3
#define ISA_MOVED  7
#endif

/* Without AVX2 the BLAS may still have AVX and is twice as fast; where both
 * have the same vectors, they are alike. */
#if ISA_BYTES == 64
#define ISA_BLAS_COST 1.9
#elif defined(__x86_64__)
#define ISA_BLAS_COST 0.4
#else
#define ISA_BLAS_COST 1.0
#endif

#include "tensor/isa_vec.h"

#if defined(__aarch64__) && ISA_BYTES == 16
#define HAS_NEON
#endif

#if defined(HAS_NEON) && defined(REAL_DOUBLE)
ISA_INLINE vec vec_fma(vec a, vec b, vec c)
{
    return vfmaq_f64(c, a, b);
}
#elif defined(HAS_NEON)
ISA_INLINE vec vec_fma(vec a, vec b, vec c)
{
    return vfmaq_f32(c, a, b);
}
#else
/* Rounds twice. */
ISA_INLINE vec vec_fma(vec a, vec b, vec c)
{
    return a * b + c;
}
#endif

ISA_INLINE vec vec_load_part(const real *p, int64_t count)
{
    vec v = vec_splat(0);

    for (int64_t i = 0; i < count; i++)
        v[i] = p[i];
    return v;
}

ISA_INLINE void vec_store_part(real *p, vec v, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        p[i] = v[i];
}

ISA_INLINE vec_mask vec_load_bytes(const unsigned char *p, int64_t count)
{
    vec_mask v = {0};

    for (int64_t i = 0; i < count; i++)
        v[i] = p[i];
    return v;
}

ISA_INLINE void vec_store_bytes(unsigned char *p, vec_mask v, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        p[i] = (unsigned char)v[i];
}

ISA_INLINE void vec_widen(vec v, wide to[WIDE])
{
    for (int64_t i = 0; i < LANES; i++)
        to[i * WIDE / LANES][i % (LANES / WIDE)] = (double)v[i];
}

#if defined(HAS_NEON)
ISA_INLINE wide wide_fma(wide a, wide b, wide c)
{
    return vfmaq_f64(c, a, b);
}
#else
/* Rounds twice. */
ISA_INLINE wide wide_fma(wide a, wide b, wide c)
{
    return a * b + c;
}
#endif

#ifndef REAL_DOUBLE
#include "tensor/isa_flush.h"
#endif

#include "tensor/isa_kernels.h"
