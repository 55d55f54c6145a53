/*
 * idx.h - the IDX format of MNIST: a big-endian header, then the elements.
 *
 *   00 00 TYPE AXES, AXES extents of 32 bits, the elements, outermost first
 *
 * Images are [N, H, W] or [N, C, H, W] of any type; labels are [N] of any
 * integer type.  Elements are counted exactly: a byte too few or too many is
 * an error.  Unsigned bytes stay bytes; everything else becomes float, rounded
 * once, and must be finite as such.
 */
#ifndef DATA_IDX_H
#define DATA_IDX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "conf/field.h"
#include "data/input.h"
#include "tensor/shape.h"

enum idx_type {
    IDX_U8 = 0x08,
    IDX_S8 = 0x09,
    IDX_I16 = 0x0b,
    IDX_I32 = 0x0c,
    IDX_F32 = 0x0d,
    IDX_F64 = 0x0e,
};

enum { IDX_MAX_AXES = 4 };

/* A pair of IDX files as a source, and its keys in YAML. */
struct idx_source {
    struct path images, labels;
};

struct source_ops;
extern const struct source_ops idx_source_ops; /* source.h */

struct idx_header {
    enum idx_type type;
    int64_t axes;
    int64_t dim[IDX_MAX_AXES];
};

/* idx_is_type - is a byte one of the element types? */
bool idx_is_type(unsigned char type);

/* idx_type_size - bytes of an element. */
size_t idx_type_size(enum idx_type type);

/* idx_read_header - ERR_DATA: no IDX, or not 1 to 4 axes. */
MUST_USE enum status idx_read_header(struct input *in, struct idx_header *h,
                                     struct err *e);

/* idx_image_shape - [C, H, W] of one image.  ERR_DATA: these are no images. */
MUST_USE enum status idx_image_shape(const struct idx_header *h,
                                     const char *name, struct shape *out,
                                     struct err *e);

/* idx_decode - `count` elements from their bytes, rounded to float. */
void idx_decode(enum idx_type type, const unsigned char *bytes, int64_t count,
                float *out);

/* idx_check_end - ERR_DATA unless the input ends here. */
MUST_USE enum status idx_check_end(struct input *in, struct err *e);

/* idx_is_finite - are all of these numbers finite? */
bool idx_is_finite(const float *values, int64_t count);

#endif
