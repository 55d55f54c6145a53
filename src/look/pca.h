/*
 * pca.h - the first principal components of many rows of numbers.
 *
 *   C = 1/rows * sum over rows of (x - mean) (x - mean)^T
 *
 * The components are the eigenvectors v of C with the largest eigenvalues, of
 * length 1, and so turned that the coefficient of the largest magnitude, of
 * equal ones the first, is positive; a row's coordinate along v is
 * v^T (x - mean), the variance along it is the eigenvalue.
 *
 * All in double.  C is never built: a block of vectors is multiplied by it, and
 * the best approximations in the space of its first powers are where the next
 * round begins, until rounding alone is left (block Lanczos method with
 * restarts; Golub, Van Loan: Matrix Computations, 10.3).  Rows are cut into
 * parts of fixed size, so the bits do not depend on the number of threads.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "base/pool.h"
#include "tensor/real.h"

enum { PCA_COMPONENTS = 2 };

struct pca_rows {
    int64_t rows, width;
    const real *x; /* [rows, width] finite */
};

/*
 * pca_compute - both components.
 *
 * scores   [rows, PCA_COMPONENTS]  overwritten with the coordinates; 0 along a
 *                                  component without variance, or next to none:
 *                                  less than 1e-14 of the first one's
 * share    of the sum of all eigenvalues that the component has
 *
 * ERR_MEMORY; ERR_DATA in the odd case that so many variances are all but equal
 * that the components cannot be told from others.
 */
MUST_USE enum status pca_compute(const struct pca_rows *of, struct pool *pool,
                                 double *scores, double share[PCA_COMPONENTS],
                                 struct err *e);
