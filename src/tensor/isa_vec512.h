/*
 * isa_vec512.h - vectors of 16 floats, for the sources that have AVX-512.
 *
 * Included after ISA_TARGET, see isa_vec.h.
 */
#pragma once

#include <immintrin.h>

#define ISA_BYTES  64
#define ISA_ROWS_1 8
#define ISA_ROWS_2 8
#define ISA_ROWS_3 8

#include "tensor/isa_vec.h"

ISA_INLINE vec vec_fma(vec a, vec b, vec c)
{
    return _mm512_fmadd_ps(a, b, c);
}

/* In the mode that isa_pairs.h enters. */
ISA_INLINE vec vec_fma_flushed(vec a, vec b, vec c)
{
    return vec_fma(a, b, c);
}

ISA_INLINE __mmask16 first_lanes(int64_t count)
{
    return (__mmask16)((1U << count) - 1);
}

ISA_INLINE vec vec_load_part(const real *p, int64_t count)
{
    return _mm512_maskz_loadu_ps(first_lanes(count), p);
}

ISA_INLINE void vec_store_part(real *p, vec v, int64_t count)
{
    _mm512_mask_storeu_ps(p, first_lanes(count), v);
}

ISA_INLINE vec_mask vec_load_bytes(const unsigned char *p, int64_t count)
{
    const __m128i bytes = _mm_maskz_loadu_epi8(first_lanes(count), p);

    return (vec_mask)_mm512_cvtepu8_epi32(bytes);
}

ISA_INLINE void vec_store_bytes(unsigned char *p, vec_mask v, int64_t count)
{
    _mm512_mask_cvtepi32_storeu_epi8(p, first_lanes(count), (__m512i)v);
}

ISA_INLINE void vec_widen(vec v, wide to[WIDE])
{
    to[0] = _mm512_cvtps_pd(_mm512_castps512_ps256(v));
    to[1] = _mm512_cvtps_pd(
        _mm256_castpd_ps(_mm512_extractf64x4_pd((__m512d)v, 1)));
}

ISA_INLINE wide wide_fma(wide a, wide b, wide c)
{
    return _mm512_fmadd_pd(a, b, c);
}
