/*
 * gemm.c - matrix products by OpenBLAS, on one thread.
 *
 * The library is opened when it is first needed: most networks never do, and it
 * costs 40 MB of address space, several milliseconds and, where memory or
 * processes are limited, an endless wait.  Its functions and its name are what
 * this file remembers: written before any product, afterwards only read.
 */
#include "tensor/gemm.h"

#include <cblas.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/library.h"
#include "base/system.h"

/* Address space that the library takes, and each thread that multiplies; it
 * waits for more as long as there is none. */
enum { LIBRARY_BYTES = 48 << 20, THREAD_BYTES = 160 << 20 };

#ifdef REAL_DOUBLE
#define GEMM_NAME "cblas_dgemm"
static __typeof__(cblas_dgemm) *blas_gemm;
#else
#define GEMM_NAME "cblas_sgemm"
static __typeof__(cblas_sgemm) *blas_gemm;
#endif

static char kernel_name[64];

static __typeof__(openblas_get_config) *get_config;
static __typeof__(openblas_get_corename) *get_corename;

static const struct library_symbol symbols[] = {
    {"openblas_get_config", &get_config},
    {"openblas_get_corename", &get_corename},
    {GEMM_NAME, &blas_gemm},
    {0},
};

static struct library openblas = {
    .file = "libopenblas.so.0",
    .package = "libopenblas0",
    .symbols = symbols,
};

/* The configuration starts with "OpenBLAS 0.3.21 ". */
static void note_kernel(void)
{
    const char *config = get_config();
    const size_t name = strcspn(config, " ");
    const size_t version = config[name] ? strcspn(config + name + 1, " ") : 0;

    snprintf(kernel_name, sizeof kernel_name, "%.*s %s",
             (int)(name + 1 + version), config, get_corename());
}

const char *gemm_open(void)
{
    if (kernel_name[0])
        return NULL;
    if (system_addresses_left() < LIBRARY_BYTES)
        return "the limit on memory (ulimit -v) leaves no room for it";
    /* Read while it is opened, when it would start a thread per processor. */
    if (setenv("OPENBLAS_NUM_THREADS", "1", 1) != 0)
        return "out of memory";
    const char *const why = library_open(&openblas);
    if (!why)
        note_kernel();
    return why;
}

enum status gemm_load(int64_t threads, struct err *e)
{
    const char *why = gemm_open();

    if (!why && system_addresses_left() / THREAD_BYTES < (size_t)threads)
        why = "the limit on memory (ulimit -v) leaves no room for its products";
    if (!why)
        return OK;
    return err_add(e, ERR_MEMORY, NULL,
                   "this network multiplies by OpenBLAS, which cannot be "
                   "loaded: %s",
                   why);
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

    blas_gemm(CblasRowMajor, transposition(a), transposition(b), m, n, k, 1,
              a.at, (blasint)a.stride, b.at, (blasint)b.stride, beta, c,
              (blasint)c_stride);
    leave_blas();
}
