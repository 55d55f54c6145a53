/*
 * isa_avx512bf16.c - pairs by the instructions that are made for them,
 * VCVTNEPS2BF16 and VDPBF16PS, to which the processor's mode means nothing.
 */
#include "tensor/isa_tables.h"

#ifdef ISA_HAS_X86

#define ISA_TARGET                                                             \
    __attribute__((target("avx512bf16,avx512f,avx512vl,avx512bw,avx512dq,"     \
                          "avx2,fma")))

#include "tensor/isa_vec512.h"

typedef uint32_t lane_word __attribute__((may_alias));

#include "tensor/isa_block.h"
#include "tensor/isa_rounded.h"

ISA_INLINE void vec_store_rounded(real *to, vec v)
{
    _mm256_storeu_si256((__m256i *)(void *)to,
                        (__m256i)_mm512_cvtneps_pbh((__m512)v));
}

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

/* A number of 8 bits and itself. */
ISA_INLINE __m512bh pair_of(real number)
{
    const vec_word half = (vec_word)vec_splat(number) >> 16;

    return (__m512bh)(half | half << 16);
}

static ISA_TARGET real chain_pairs(int64_t rounds, real factor, real term)
{
    const __m512bh a = pair_of(factor), b = pair_of(term);
    vec sum[KERNEL_PAIR_CHAINS];

#pragma GCC unroll 24
    for (int64_t i = 0; i < KERNEL_PAIR_CHAINS; i++)
        sum[i] = vec_splat((real)i);
    for (int64_t k = 0; k < rounds; k++) {
#pragma GCC unroll 24
        for (int64_t i = 0; i < KERNEL_PAIR_CHAINS; i++)
            sum[i] = _mm512_dpbf16_ps(sum[i], a, b);
    }
    return vec_total(sum, KERNEL_PAIR_CHAINS);
}

const struct pair_kernels pairs_avx512bf16 = {
    .blocks = {native_pairs_1, native_pairs_2, native_pairs_3},
    .chains = chain_pairs,
    ROUNDED_KERNELS,
};

#endif
