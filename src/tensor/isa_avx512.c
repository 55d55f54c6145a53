/*
 * isa_avx512.c - the kernels in vectors of 16 floats.
 */
#include "tensor/isa_tables.h"

#ifdef ISA_HAS_X86

#define ISA_TARGET                                                             \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")))

#include "tensor/isa_vec512.h"

#define ISA_LEVEL     CPU_AVX512
#define ISA_TABLE     kernels_avx512
#define ISA_PANEL     3
#define ISA_MOVED     16
#define ISA_BLAS_COST 1.9
#define ISA_FLUSHES

#include "tensor/isa_kernels.h"

#endif
