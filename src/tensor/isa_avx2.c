/*
 * isa_avx2.c - the kernels in vectors of 8 floats with fused multiply-add.
 */
#include "tensor/isa_tables.h"

#ifdef ISA_HAS_X86

#include <immintrin.h>

#define ISA_TARGET      __attribute__((target("avx2,fma")))
#define ISA_BYTES       32
#define ISA_LEVEL       CPU_AVX2
#define ISA_TABLE       kernels_avx2
#define ISA_MAX_ROWS    6
#define ISA_MAX_VECTORS 2

#include "tensor/isa_vec.h"

ISA_INLINE vec vec_fma(vec a, vec b, vec c)
{
    return _mm256_fmadd_ps(a, b, c);
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

#include "tensor/isa_kernels.h"

#endif
