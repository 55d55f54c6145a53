/*
 * npy.h - arrays of NumPy: the header of a file (NEP 1, formats 1.0 to 3.0).
 *
 *   "\x93NUMPY" MAJOR MINOR LENGTH DICTIONARY
 *
 * LENGTH has 2 bytes in format 1, 4 in 2 and 3, little endian.  The dictionary
 * is a literal of Python with the keys descr, fortran_order and shape; the
 * elements follow it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "codec/element.h"

enum {
    NPY_HEADER_BYTES = 256, /* of every header that is written */
    NPY_MAX_AXES = 8,
    NPY_START_BYTES = 12,    /* from which the length of a header is told */
    NPY_MAX_HEADER = 1 << 17 /* the longest that is read */
};

/* What a header says. */
struct npy_header {
    struct element element;
    bool is_bool; /* its bytes are 0 and 1 */
    bool fortran; /* the first index varies fastest */
    int64_t axes, dim[NPY_MAX_AXES];
};

/* npy_knows - do these bytes begin an array? */
bool npy_knows(const unsigned char *head, size_t length);

/* npy_length - bytes of the whole header that begins with these, of which there
 * are NPY_START_BYTES or all of the file; 0: of no header, and why is appended.
 */
size_t npy_length(const unsigned char *head, size_t length, struct text *why);

/* npy_read - a whole header; false: it is none, and why is appended.  Extents
 * are not negative, their product is not looked at. */
bool npy_read(const unsigned char *head, size_t length, struct npy_header *out,
              struct text *why);

/* npy_write - the header of an array of `count` samples, extents dim[axes]
 * each, of elements `descr` ("<f4") in C order, which follow.  It has the same
 * length whatever the count, so that it can be written before the count is
 * known.  axes <= NPY_MAX_AXES - 1. */
void npy_write(char out[NPY_HEADER_BYTES], const char *descr, int64_t count,
               const int64_t *dim, int64_t axes);
