/*
 * npy.h - arrays of NumPy: the header of a file (NEP 1, format 1.0).
 */
#pragma once

#include <stdint.h>

enum { NPY_HEADER_BYTES = 256 };

/* npy_header - of an array of `count` samples, extents dim[axes] each, of
 * 32-bit little-endian floats in C order, which follow.  It has the same length
 * whatever the count, so that it can be written before the count is known. */
void npy_header(char out[NPY_HEADER_BYTES], int64_t count, const int64_t *dim,
                int64_t axes);
