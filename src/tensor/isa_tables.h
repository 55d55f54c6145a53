/*
 * isa_tables.h - the tables that the other isa_*.c define.
 */
#pragma once

#include "tensor/kernels.h"

extern const struct kernels kernels_portable;

#if defined(__x86_64__) && !defined(REAL_DOUBLE)
#define ISA_HAS_X86
extern const struct kernels kernels_avx2, kernels_avx512;

/* Pairs by instructions of their own. */
extern const struct pair_kernels pairs_avx512bf16;
#endif
