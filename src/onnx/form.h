/*
 * form.h - what a file must be in order to be one of this format: numbers as
 * long as they say, names that are names, nothing defined twice.
 *
 * Private to onnx/.  Knows no serialization.
 */
#pragma once

#include "onnx/onnx.h"

/* Where the numbers of a tensor may stand, beside raw bytes. */
enum number_field {
    IN_FLOATS,  /* float */
    IN_INT32S,  /* int32_t */
    IN_INT64S,  /* int64_t */
    IN_DOUBLES, /* double */
    IN_UINT64S, /* uint64_t */
    NUMBER_FIELDS
};

/* A tensor's numbers as the file has them. */
struct numbers {
    int32_t type;    /* the format's number of it */
    const void *raw; /* little endian; 16-byte aligned */
    size_t raw_bytes;
    struct {
        const void *at;
        size_t count;
    } fields[NUMBER_FIELDS];
};

/*
 * numbers_read - into `t`, whose rank and dims are there: type, type_name,
 * count, reals or ints.  What can be used as it stands is not copied.  Returns
 * what is wrong with them, NULL: nothing; want of memory is the arena's.
 */
const char *numbers_read(const struct numbers *n, struct arena *arena,
                         struct onnx_tensor *t);

/* numbers_type_name - "float32"; of unknown ones "type 99", on `arena`. */
const char *numbers_type_name(int32_t type, struct arena *arena);

/* form_is_text - is it UTF-8 without '\0'?  form_is_name - and without what may
 * not be shown? */
bool form_is_text(const void *bytes, size_t length);
bool form_is_name(const void *bytes, size_t length);

/* form_check - names that stand twice.  ERR_DATA names `path`, ERR_MEMORY. */
MUST_USE enum status form_check(const struct onnx_model *m, const char *path,
                                struct arena *scratch, struct err *e);
