/*
 * node.h - what a node says of itself: its attributes, and where windows lie.
 *
 * An operator's row lists the attributes that it reads with their kinds, so
 * whoever asks for one finds it of that kind or absent.
 *
 * Ref: onnx/docs/Operators.md and Changelog.md, opsets 7 to 21.
 */
#pragma once

#include "onnx/onnx.h"

enum { NODE_AXES = 2 }; /* of images: rows, columns */

/* Where nodes stand, for messages. */
struct place {
    const char *file;
    const struct onnx_node *node;
    int64_t number; /* in the file, from 0 */
};

/* node_refuse - record "FILE: error: node 'conv1' (Conv): MESSAGE"; ERR_DATA.
 */
enum status node_refuse(const struct place *p, struct err *e, const char *fmt,
                        ...) PRINTF_LIKE(3, 4);

/* node_check - has it attributes that are not in `known`, "axis:i epsilon:r"
 * (i integer, I integers, r real, R reals, s string, t tensor), or of another
 * kind?  ERR_DATA. */
MUST_USE enum status node_check(const struct place *p, const char *known,
                                struct err *e);

/* node_has, node_int, node_real, node_text - of the attribute called so,
 * `absent` where there is none. */
bool node_has(const struct onnx_node *n, const char *name);
int64_t node_int(const struct onnx_node *n, const char *name, int64_t absent);
double node_real(const struct onnx_node *n, const char *name, double absent);
const char *node_text(const struct onnx_node *n, const char *name,
                      const char *absent);

/* node_ints - `count` of them, all `absent` where there are none.  False: there
 * are another number of them. */
MUST_USE bool node_ints(const struct onnx_node *n, const char *name,
                        int64_t count, int64_t absent, int64_t *out);

/* A few integers: axes, bounds, extents. */
enum { NODE_MOST = 8 };
struct node_list {
    int64_t count; /* -1: there is no list */
    int64_t at[NODE_MOST];
};

/* node_list_of - of the attribute, or of the input that it became in a later
 * opset, which is called the same in messages; `given` NULL: there is no such
 * input.  ERR_DATA: more than NODE_MOST, or no integers. */
MUST_USE enum status node_list_of(const struct place *p, const char *name,
                                  const struct onnx_tensor *given,
                                  struct node_list *out, struct err *e);

/* node_axis - an axis of `rank`, negative ones counted from the end, in *axis.
 * ERR_DATA: there is none. */
MUST_USE enum status node_axis(const struct place *p, int64_t axis,
                               int64_t rank, int64_t *out, struct err *e);

/* real_of_float - the number of fewest digits that is read as `f`: what
 * somebody wrote, 1e-5, and not what became of it. */
double real_of_float(float f);

/* Windows along an axis of an image. */
struct reach1 {
    int64_t in, kernel, stride, dilation, begin, end, out;
};

/* windows_of - along both axes of an image of in[0] rows and in[1] columns: the
 * attributes strides, dilations, pads, auto_pad, kernel_shape and ceil_mode;
 * `kernel` NULL: kernel_shape says it, else they must agree.  ERR_DATA: they
 * are malformed, or no window fits. */
MUST_USE enum status windows_of(const struct place *p, const int64_t *in,
                                const int64_t *kernel,
                                struct reach1 out[NODE_AXES], struct err *e);

/* spread_of - the same of a transposed convolution, whose `out` are the pixels
 * that it makes and begin and end those that are cut off. */
MUST_USE enum status spread_of(const struct place *p, const int64_t *in,
                               const int64_t *kernel,
                               struct reach1 out[NODE_AXES], struct err *e);

/* How a Resize makes `out` cells of `in` along an axis. */
struct resize1 {
    int64_t in, out;
    double scale;
    const char *places; /* coordinate_transformation_mode */
    const char *rounds; /* nearest_mode */
};

/* resize_of - along both axes of an image [channels, rows, columns], from
 * attributes and `inputs`, constants [input_count], NULL: left out.  Upsample
 * and Resize of opset 10 read asymmetrically and round down.  ERR_DATA. */
MUST_USE enum status resize_of(const struct place *p, int64_t opset,
                               const struct onnx_tensor *const *inputs,
                               const int64_t *image,
                               struct resize1 out[NODE_AXES], struct err *e);

/* resize_place - where cell x of `out` lies among those of `in`;
 * resize_nearest - the one that it is. */
double resize_place(const struct resize1 *r, int64_t x);
int64_t resize_nearest(const struct resize1 *r, int64_t x);
