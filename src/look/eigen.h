/*
 * eigen.h - eigenvalues and eigenvectors of a small symmetric matrix.
 */
#pragma once

#include <stdint.h>

/*
 * eigen_symmetric - all of them, by Jacobi's rotations, to the last digits.
 *
 * a        [n, n]  symmetric; destroyed
 * values   [n]     overwritten, falling
 * vectors  [n, n]  overwritten; row k is of length 1 and belongs to values[k]
 *
 * Golub, Van Loan: Matrix Computations, 8.5.
 */
void eigen_symmetric(int64_t n, double *a, double *values, double *vectors);
