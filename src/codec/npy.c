/*
 * npy.c - the header of a NumPy array.
 */
#include "codec/npy.h"

#include <stdio.h>
#include <string.h>

void npy_header(char out[NPY_HEADER_BYTES], int64_t count, const int64_t *dim,
                int64_t axes)
{
    enum { MAGIC = 10 };
    char dict[NPY_HEADER_BYTES - MAGIC];
    int n = snprintf(dict, sizeof dict,
                     "{'descr': '<f4', 'fortran_order': False, "
                     "'shape': (%lld,",
                     (long long)count);

    for (int64_t i = 0; i < axes; i++)
        n += snprintf(dict + n, sizeof dict - (size_t)n, " %lld,",
                      (long long)dim[i]);
    n += snprintf(dict + n, sizeof dict - (size_t)n, "), }");
    memset(dict + n, ' ', sizeof dict - (size_t)n);
    dict[sizeof dict - 1] = '\n';
    /* Version 1.0 and the length of what follows, little endian. */
    memcpy(out, "\x93NUMPY\x01\x00", MAGIC - 2);
    out[MAGIC - 2] = (char)sizeof dict;
    out[MAGIC - 1] = 0;
    memcpy(out + MAGIC, dict, sizeof dict);
}
