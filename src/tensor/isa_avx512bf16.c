/*
 * isa_avx512bf16.c - products of pairs by the instruction that is made for
 * them: VDPBF16PS, to which the processor's mode means nothing.
 */
#include "tensor/isa_tables.h"

#ifdef ISA_HAS_X86

#define ISA_TARGET                                                             \
    __attribute__((target("avx512bf16,avx512f,avx512vl,avx512bw,avx512dq,"     \
                          "avx2,fma")))

#include "tensor/isa_vec512.h"

typedef uint32_t lane_word __attribute__((may_alias));
typedef uint32_t vec_word __attribute__((vector_size(ISA_BYTES)));

#include "tensor/isa_block.h"

ISA_INLINE void add_pairs(const real *const *a, int64_t at, const real *b,
                          const int rows, const int vectors,
                          vec sum[][ISA_MAX_VECTORS])
{
    __m512bh b_vec[ISA_MAX_VECTORS];

#pragma GCC unroll 3
    for (int64_t j = 0; j < vectors; j++)
        b_vec[j] = (__m512bh)vec_load(b + j * LANES);
#pragma GCC unroll 12
    for (int64_t i = 0; i < rows; i++) {
        const lane_word *word = (const lane_word *)(const void *)(a[i] + at);
        const __m512bh a_vec = (__m512bh)(*word - (vec_word){0});
#pragma GCC unroll 3
        for (int64_t j = 0; j < vectors; j++)
            sum[i][j] = _mm512_dpbf16_ps(sum[i][j], a_vec, b_vec[j]);
    }
}

BLOCKS(native_pairs, add_pairs);

const struct pair_blocks pairs_avx512bf16 = {
    {native_pairs_1, native_pairs_2, native_pairs_3}};

#endif
