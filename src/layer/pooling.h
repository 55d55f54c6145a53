/*
 * pooling.h - what layers that pool windows of an image have in common: their
 * keys, shapes and refusals.  The arithmetic is tensor/pool2d.
 *
 * Private to layer/.
 */
#pragma once

#include "layer/layer.h"
#include "tensor/pool2d.h"

enum { POOLING_MOST_CELLS = 1 << 12 }; /* of window, stride, pad on an axis */

/* The rows of a table. */
#define POOLING_FIELDS(S, pad_doc)                                             \
    FIELD(S, pool_size, .min = 1, .max = POOLING_MOST_CELLS,                   \
          .aka = "kernel_size filter_size size kernel", .unit = "pixels",      \
          .doc = "Rows and columns of a window."),                             \
        FIELD(S, stride, .optional = true, .min = 1,                           \
              .max = POOLING_MOST_CELLS, .aka = "strides", .unit = "pixels",   \
              .doc = "Step of the windows over the image; absent: "            \
                     "pool_size."),                                            \
        FIELD(S, pad, .def = "0", .min = 0, .max = POOLING_MOST_CELLS,         \
              .aka = "padding", .unit = "pixels", .doc = pad_doc),             \
        FIELD(S, ignore_border, .def = "true", .aka = "ceil_mode",             \
              .doc = "Leave out windows that reach beyond the image; false: "  \
                     "use what is inside.")

/* What they bind; stride {0, 0}: size. */
struct pooling {
    struct pair size, stride, pad;
    bool ignore_border;
};
#define POOLING_OF(c)                                                          \
    ((struct pooling){(c)->pool_size, (c)->stride, (c)->pad,                   \
                      (c)->ignore_border})

/* pooling_infer - Lasagne's output size; a window must never lie in the padding
 * alone. */
MUST_USE enum status pooling_infer(struct pooling p, enum pool_mode mode,
                                   struct shape in, struct layer_spec *spec);

struct layer_window pooling_window(struct pooling p);

/* pooling_declare - what a call of the pool needs, in either layout, and the
 * pool kept for the passes below. */
void pooling_declare(struct pool2d pool, struct shape out,
                     struct layer_spec *spec);

/* pooling_call - what calls of a pass have in common. */
struct pool2d_call pooling_call(const struct layer *l, const struct pass *p);

/* The passes of a layer that has called pooling_infer or pooling_declare. */
void pooling_forward(const struct layer *l, const struct pass *p);
void pooling_backward(const struct layer *l, const struct pass *p);
