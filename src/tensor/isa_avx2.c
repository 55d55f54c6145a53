/*
 * isa_avx2.c - the kernels in vectors of 8 floats with fused multiply-add.
 */
#include "tensor/isa_tables.h"

#ifdef ISA_HAS_X86

#include <immintrin.h>
#include <string.h>

#define ISA_TARGET    __attribute__((target("avx2,fma")))
#define ISA_BYTES     32
#define ISA_LEVEL     CPU_AVX2
#define ISA_TABLE     kernels_avx2
#define ISA_PANEL     2
#define ISA_ROWS_1    12
#define ISA_ROWS_2    6
#define ISA_ROWS_3    4
#define ISA_MOVED     10
#define ISA_BLAS_COST 0.95
#define ISA_FLUSHES

#include "tensor/isa_vec.h"

ISA_INLINE vec vec_fma(vec a, vec b, vec c)
{
    return _mm256_fmadd_ps(a, b, c);
}

/* In the mode that isa_pairs.h enters. */
ISA_INLINE vec vec_fma_flushed(vec a, vec b, vec c)
{
    return vec_fma(a, b, c);
}

ISA_INLINE __m256i first_lanes(int64_t count)
{
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);

    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), lane);
}

ISA_INLINE vec vec_load_part(const real *p, int64_t count)
{
    return _mm256_maskload_ps(p, first_lanes(count));
}

ISA_INLINE void vec_store_part(real *p, vec v, int64_t count)
{
    _mm256_maskstore_ps(p, first_lanes(count), v);
}

/* Through 8 bytes of which the first `count` matter. */
ISA_INLINE vec_mask vec_load_bytes(const unsigned char *p, int64_t count)
{
    uint64_t bytes = 0;

    memcpy(&bytes, p, (size_t)count);
    return (vec_mask)_mm256_cvtepu8_epi32(_mm_cvtsi64_si128((int64_t)bytes));
}

ISA_INLINE void vec_store_bytes(unsigned char *p, vec_mask v, int64_t count)
{
    const __m128i words =
        _mm_packus_epi32(_mm256_castsi256_si128((__m256i)v),
                         _mm256_extracti128_si256((__m256i)v, 1));
    const int64_t bytes = _mm_cvtsi128_si64(_mm_packus_epi16(words, words));

    memcpy(p, &bytes, (size_t)count);
}

ISA_INLINE void vec_widen(vec v, wide to[WIDE])
{
    to[0] = _mm256_cvtps_pd(_mm256_castps256_ps128(v));
    to[1] = _mm256_cvtps_pd(_mm256_extractf128_ps(v, 1));
}

ISA_INLINE wide wide_fma(wide a, wide b, wide c)
{
    return _mm256_fmadd_pd(a, b, c);
}

#include "tensor/isa_kernels.h"

#endif
