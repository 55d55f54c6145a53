/*
 * isa_portable.c - the kernels in vectors of 16 bytes, which every processor
 * of interest has; also the only ones in double precision.
 */
#include "tensor/isa_tables.h"

#define ISA_TARGET
#define ISA_BYTES       16
#define ISA_LEVEL       CPU_PORTABLE
#define ISA_TABLE       kernels_portable
#define ISA_MAX_ROWS    6
#define ISA_MAX_VECTORS 2

#include "tensor/isa_vec.h"

/* Rounds twice unless the compiler contracts it on its own. */
ISA_INLINE vec vec_fma(vec a, vec b, vec c)
{
    return a * b + c;
}

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

#include "tensor/isa_kernels.h"
