/*
 * header.h - the parts of a safetensors file; between the files of store/.
 */
#pragma once

#include "store/safetensors.h"

enum {
    LENGTH_BYTES = 8, /* of the length in front of the header */
    CRC_DIGITS = 8,
};

#define METADATA_KEY   "__metadata__"
#define CRC_KEY        "crc32"
#define HEADER_CRC_KEY "header_crc32"
#define FORMAT_KEY     "format"

/* The digits of the header's checksum stand behind this and before a quote,
 * exactly once: inside a JSON string its quotes would be escaped. */
#define HEADER_CRC_START "\"" HEADER_CRC_KEY "\":\""

/* A type of numbers in safetensors files, a row each. */
struct element {
    const char *dtype;
    int64_t bytes;
    /* The nearest float, an infinity beyond the range of floats; NULL: no type
     * that weights have. */
    float (*decode)(const unsigned char *at);
};

/* element_of - the row of a type; NULL: unknown. */
const struct element *element_of(const char *dtype);

/* Where a tensor lies in the data section, and how. */
struct extent {
    const struct element *type; /* NULL: unknown */
    int64_t begin, end;         /* bytes */
};

/* header_read - the tables of `out` from the JSON header, tensors sorted by
 * name; data[i] is left NULL and extents[i] of the sorted tensor i, an array in
 * out->arena, says where it lies.  `*data_bytes` is the section's length.
 * Everything store_read promises of the header is checked but the checksums. */
MUST_USE enum status header_read(const char *path, const struct bytes *header,
                                 struct stored *out, struct extent **extents,
                                 int64_t *data_bytes, struct err *e);

/* checksum_of_header - CRC-32 of the header, the digits of its own checksum
 * read as zeros; `digits` NULL when it has none.  The header is unchanged. */
uint32_t checksum_of_header(const struct bytes *header,
                            const unsigned char *digits);

/* checksums_check - are the checksums in the metadata right?  In a cnnctl file
 * they must be there.  The tensors' are those of their bytes in the file. */
MUST_USE enum status checksums_check(const char *path,
                                     const struct bytes *header,
                                     const struct stored *s,
                                     const struct extent *extents,
                                     struct err *e);
