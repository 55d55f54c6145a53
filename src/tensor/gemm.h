/*
 * gemm.h - matrix products.  gemm.c alone includes <cblas.h>.
 *
 * Every call runs on the calling thread (OpenBLAS is held at one thread).
 * im2col alone multiplies by it, so it is loaded when a network needs it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
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

/* gemm_open - load the library, unless it is there: NULL, or why it cannot be.
 * While no other thread computes. */
MUST_USE const char *gemm_open(void);

/* gemm_load - the same, with room for products on `threads` threads; before the
 * first product.  ERR_MEMORY: the sentence names the package. */
MUST_USE enum status gemm_load(int64_t threads, struct err *e);

/* gemm_kernel - the BLAS and the kernel it runs, such as "OpenBLAS 0.3.21
 * Zen"; empty before it is open.  Part of a model file whose network multiplies
 * by it: bytes are only equal within one kernel. */
const char *gemm_kernel(void);

/* gemm_fits - can the BLAS index these extents? */
bool gemm_fits(struct gemm_size size);
