/*
 * merge.h - what layers with several inputs have in common: how their shapes
 * are brought together, and element-wise functions of them.
 *
 * Cropping (Lasagne's autocrop) cuts an axis of all inputs that have it to the
 * extent of the smallest: its first cells (lower), its last (upper) or those
 * from (extent - smallest) / 2 on (center).  After it an axis of extent 1, or a
 * missing trailing one, is repeated as often as the others have cells: [C]
 * stands beside [C, H, W] as [C, 1, 1] does.
 *
 * Private to layer/.
 */
#pragma once

#include "layer/layer.h"
#include "tensor/strided.h"

/* The words of the key `cropping`, ended by NULL, and its row. */
extern const char *const merge_crops[];
#define MERGE_CROPPING(S)                                                      \
    FIELD(S, cropping, .def = "null", .null_ok = true, .choices = merge_crops, \
          .most = SHAPE_MAX_AXES + 1, .aka = "crop autocrop",                  \
          .doc = "Which cells of larger inputs are used: a word for all axes " \
                 "or a list, one for each, of which the first is the batch's " \
                 "and null.")

/* Inputs as they are brought together. */
struct merge {
    const struct shape *in; /* [inputs] */
    int64_t inputs;
    struct text_list cropping; /* a word or null per axis, the batch's first; or
                                  one for all of them */
    int64_t kept; /* the axis of a sample that is not cropped; -1: none */
};

/* merge_check - refuse a cropping that does not fit the inputs. */
MUST_USE enum status merge_check(const struct merge *m, struct layer_spec *s);

/* merge_cut - the shape of input k after cropping. */
struct shape merge_cut(const struct merge *m, int64_t k);

/* merge_refuse - "input 2 is 8x3x3 (cropped), .."; s->out is what the inputs
 * before k make. */
MUST_USE enum status merge_refuse(const struct merge *m, int64_t k,
                                  struct layer_spec *s);

/* merge_add - input k, cropped and repeated, as the next operand of a walk over
 * an output. */
void merge_add(const struct merge *m, struct walk *w, int64_t k);

/* y = f(x[0], x[1], ..), folded from the left. */
enum merge_function { MERGE_SUM, MERGE_MUL, MERGE_MAXIMUM, MERGE_MINIMUM };

/* An element-wise function of the inputs of a layer. */
struct merge_task {
    struct merge inputs;
    enum merge_function function;
    const double *coeffs; /* factors of the inputs; the last one stands for */
    int64_t coeff_count;  /* all that follow */
};

/* merge_infer - the output's shape, and whose place it may take; refuse inputs
 * that do not fit. */
MUST_USE enum status merge_infer(const struct merge *m, struct layer_spec *s);

/*
 * merge_forward, merge_backward - y from x, and dx from dy.
 *
 * With factors other than 1 only sums are asked for.  The gradient of a sum is
 * coeff * dy, of a product dy times the other inputs, of a maximum or minimum
 * dy where the input is the first that has the value.
 * Over cells that were repeated it is summed, what was cropped gets 0.  y may
 * be x[0] or x[1], and one dx[k] may be dy, where that input is neither cropped
 * nor repeated.
 */
void merge_forward(const struct layer *l, const struct merge_task *t,
                   const struct pass *p);
void merge_backward(const struct layer *l, const struct merge_task *t,
                    const struct pass *p);
