/*
 * gemm.c - matrix products by OpenBLAS, on one thread.
 *
 * The name of the kernel is the one thing this file remembers: gemm_setup
 * writes it before any other thread exists, afterwards it is only read.
 */
#include "tensor/gemm.h"

#include <cblas.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static char kernel_name[64] = "BLAS not set up";

void gemm_setup(void)
{
    /* The configuration starts with "OpenBLAS 0.3.21 ". */
    const char *config = openblas_get_config();
    const size_t name = strcspn(config, " ");
    const size_t version = config[name] ? strcspn(config + name + 1, " ") : 0;

    openblas_set_num_threads(1);
    snprintf(kernel_name, sizeof kernel_name, "%.*s %s",
             (int)(name + 1 + version), config, openblas_get_corename());
}

const char *gemm_kernel(void)
{
    return kernel_name;
}

bool gemm_fits(struct gemm_size size)
{
    return size.m <= INT_MAX && size.n <= INT_MAX && size.k <= INT_MAX;
}

static CBLAS_TRANSPOSE transposition(struct matrix m)
{
    return m.transposed ? CblasTrans : CblasNoTrans;
}

/*
 * The BLAS's AVX kernels may leave the upper halves of the registers in use,
 * after which code in vectors of 16 bytes runs at a third of its speed.
 */
#ifdef __x86_64__
__attribute__((target("avx"))) static void clear_upper_halves(void)
{
    __builtin_ia32_vzeroupper();
}

static void leave_blas(void)
{
    if (__builtin_cpu_supports("avx"))
        clear_upper_halves();
}
#else
static void leave_blas(void)
{
}
#endif

void gemm(struct gemm_size size, struct matrix a, struct matrix b, real beta,
          real *c, int64_t c_stride)
{
    const blasint m = (blasint)size.m, n = (blasint)size.n;
    const blasint k = (blasint)size.k;

#ifdef REAL_DOUBLE
    cblas_dgemm(CblasRowMajor, transposition(a), transposition(b), m, n, k, 1,
                a.at, (blasint)a.stride, b.at, (blasint)b.stride, beta, c,
                (blasint)c_stride);
#else
    cblas_sgemm(CblasRowMajor, transposition(a), transposition(b), m, n, k, 1,
                a.at, (blasint)a.stride, b.at, (blasint)b.stride, beta, c,
                (blasint)c_stride);
#endif
    leave_blas();
}
