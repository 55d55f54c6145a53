/*
 * isa_tables.c - the tables of the levels that this build has.
 */
#include "tensor/isa_tables.h"

#include <stddef.h>

const struct kernels *kernels_of(enum cpu_level level)
{
    if (!cpu_has(level))
        return NULL;
#ifdef ISA_HAS_X86
    if (level == CPU_AVX512)
        return &kernels_avx512;
    if (level == CPU_AVX2)
        return &kernels_avx2;
#endif
    return &kernels_portable;
}

const struct kernels *kernels_best(void)
{
    return kernels_of(cpu_best());
}
