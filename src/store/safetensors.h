/*
 * safetensors.h - named tensors and strings in one file, and back.
 *
 * The format: 8 bytes of little-endian header length, a JSON header
 * {"__metadata__": {string: string}, "name": {"dtype": "F32", "shape": [..],
 * "data_offsets": [begin, end]}}, raw little-endian tensors.  Knows nothing of
 * networks.  Two metadata entries are its own: `crc32`, JSON of tensor name to
 * CRC-32 of its bytes as eight lower-case hex digits, and `header_crc32` over
 * the header from `{` through the padding, its own eight digits read as zeros.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "tensor/shape.h"

/* The `format` of this program's own files. */
#define STORE_OWN_FORMAT "cnnctl"

enum { STORE_MAX_HEADER = 100 * 1000 * 1000 };

struct json;

struct stored_text {
    const char *key, *value;
};

struct stored_tensor {
    const char *name;
    struct shape shape;
    const float *data; /* [shape]; F32 is the only type written */
};

/* A tensor that is there, but of no use: no floats, empty or of too many axes.
 */
struct stored_other {
    const char *name, *dtype;
    const char *extents; /* "0x3", the first of them */
    bool is_empty, is_float;
};

/* What a file holds.  Tensors' data points into `content` or `converted`. */
struct stored {
    struct arena arena; /* names, texts, tables */
    struct bytes content;
    float *converted; /* tensors of other widths, and at odd places */
    int64_t text_count, tensor_count, other_count;
    struct stored_text *texts;     /* __metadata__, sorted by key */
    struct stored_tensor *tensors; /* sorted by name */
    struct stored_other *others;   /* sorted by name; files of others alone */
};

/* What goes into a file, in any order. */
struct stored_content {
    const struct stored_text *texts; /* [text_count] */
    int64_t text_count;
    const struct stored_tensor *tensors; /* [tensor_count] */
    int64_t tensor_count;
};

/*
 * store_write - replace `path` atomically.
 *
 * Keys are sorted, the header is padded with blanks to a multiple of 8, tensors
 * follow each other in name order without gaps; crc32 and header_crc32 are
 * added.  Equal content gives equal bytes.  Names must be distinct.
 * ERR_CANTCREATE, ERR_IO, ERR_MEMORY: what stood at `path` is intact.
 */
MUST_USE enum status store_write(const char *path,
                                 const struct stored_content *c, struct err *e);

/* store_put - the same bytes into a file that the caller has begun and commits.
 */
struct file_replace;
MUST_USE enum status store_put(struct file_replace *r, const char *path,
                               const struct stored_content *c, struct err *e);

/* store_rehearse - the same, but the file is read back, as store_read does,
 * from beside `path` and removed: nothing is left. */
MUST_USE enum status store_rehearse(const char *path,
                                    const struct stored_content *c,
                                    struct stored *back, struct err *e);

/*
 * store_read - read and check a whole file ("-" is not allowed).
 *
 * Checked: header length and cap, JSON without duplicate keys, every entry's
 * dtype, shape (products without overflow) and offsets, which must cover the
 * rest of the file from 0 to its end without gap or overlap; metadata values
 * are strings.  When `format` is cnnctl all tensors must be F32 and both
 * checksums there and right.  In other files these are checked if present;
 * F16, BF16 and F64 become floats, and other tensors, such as PyTorch's
 * counters, are set aside.
 * ERR_DATA, ERR_NOINPUT, ERR_MEMORY.  On failure `out` is empty.
 */
MUST_USE enum status store_read(const char *path, struct stored *out,
                                struct err *e);
void store_free(struct stored *s);

/* store_looks_like - do the first bytes look like a safetensors file and not
 * like a YAML document?  Among the 8 bytes of a header length within the cap
 * are zeros, a flipped bit or a cut end notwithstanding; text has none.  False
 * for anything but a readable regular file. */
bool store_looks_like(const char *path);

/* store_is_own - has the file been written by this program? */
bool store_is_own(const struct stored *s);

/* store_adds - is it a key of metadata that store_write adds itself? */
bool store_adds(const char *key);

const char *stored_text_of(const struct stored *s, const char *key); /* NULL */

/* stored_json - the JSON under `key`; `path` is named in messages.  ERR_DATA:
 * absent or malformed; ERR_MEMORY. */
MUST_USE enum status stored_json(const struct stored *s, const char *key,
                                 const char *path, struct json **out,
                                 struct err *e);
const struct stored_tensor *stored_tensor_of(const struct stored *s,
                                             const char *name); /* NULL */
const struct stored_other *stored_other_of(const struct stored *s,
                                           const char *name); /* NULL */
