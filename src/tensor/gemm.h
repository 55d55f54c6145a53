/*
 * gemm.h - matrix products.  gemm.c alone includes <cblas.h>.
 *
 * Every call runs on the calling thread (OpenBLAS is held at one thread).
 */
#ifndef TENSOR_GEMM_H
#define TENSOR_GEMM_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/real.h"

/* A matrix: element (i, j) of op(M) where rows are `stride` apart. */
struct matrix {
    const real *at;
    int64_t stride;
    bool transposed;
};

/* The extents of a product [m, k] [k, n]. */
struct gemm_size {
    int64_t m, n, k;
};

/*
 * gemm - c = op(a) op(b) + beta * c.
 *
 * op(a)  [m, k]  read
 * op(b)  [k, n]  read
 * c      [m, n]  rows `c_stride` apart; overwritten when beta is 0, else
 *                scaled and added to; must not alias a or b
 */
void gemm(struct gemm_size size, struct matrix a, struct matrix b, real beta,
          real *c, int64_t c_stride);

/* gemm_setup - hold OpenBLAS at one thread; once, before the first product. */
void gemm_setup(void);

/* gemm_kernel - the BLAS and the kernel it runs, such as "OpenBLAS 0.3.21
 * Zen"; part of a model file, bytes are only equal within one kernel. */
const char *gemm_kernel(void);

/* gemm_fits - can the BLAS index these extents? */
bool gemm_fits(struct gemm_size size);

#endif
