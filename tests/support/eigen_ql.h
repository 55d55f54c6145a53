/*
 * eigen_ql.h - eigenvalues of a symmetric matrix, by another way than the
 * program's: Householder's tridiagonal form, then QL steps with shifts.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* eigen_ql - a [n, n] symmetric becomes its eigenvectors, row k of length 1
 * belonging to values[k]; values [n] falling.  False: it did not converge. */
bool eigen_ql(int64_t n, double *a, double *values);
