/*
 * build.h - nodes and constants one by one.
 *
 * Appending never fails: memory that runs short stays in the arena.  All texts
 * that are given must outlive the arena, constants of words do.
 */
#pragma once

#include "operators/operators.h"
#include "tensor/window.h"

/* build_node - a node LAYER/PART; the name of its one output.  Its attributes
 * follow. */
const char *build_node(struct operators *o, const char *op, const char *part,
                       int64_t count, const char *const *inputs);
const char *build_one(struct operators *o, const char *op, const char *part,
                      const char *a);
const char *build_two(struct operators *o, const char *op, const char *part,
                      const char *a, const char *b);

/* An attribute of the last node. */
void build_int(struct operators *o, const char *name, int64_t value);
void build_ints(struct operators *o, const char *name, int64_t count,
                const int64_t *values);
void build_real(struct operators *o, const char *name, double value);
void build_word(struct operators *o, const char *name, const char *word);

/* build_word_of - a name that is made, on the arena. */
const char *build_word_of(struct operators *o, const char *fmt, ...)
    PRINTF_LIKE(2, 3);

/* Constants; the name of each.  build_number is one without axes.  build_param
 * is LAYER.NAME, and its numbers are not copied; those of the others are.
 * build_whole is one of a single axis. */
const char *build_number(struct operators *o, const char *part, double value);
const char *build_whole(struct operators *o, const char *part, int64_t count,
                        const int64_t *values);
const char *build_grid(struct operators *o, const char *part,
                       struct shape shape, const int64_t *values);
const char *build_reals(struct operators *o, const char *part,
                        struct shape shape, const real *data);
const char *build_param(struct operators *o, const char *name,
                        struct shape shape, const real *data);

/* build_fits - may constants of so many numbers be built?  To be asked before
 * memory for them is taken.  False: o->arena has failed. */
bool build_fits(struct operators *o, int64_t numbers);

/* build_filled - a constant whose numbers are all alike. */
const char *build_filled(struct operators *o, const char *part,
                         struct shape shape, real value);

/* build_reshape - x as samples of another shape. */
const char *build_reshape(struct operators *o, const char *part, const char *x,
                          struct shape sample);

/* build_slice - cells first, first + step, .. of an axis, counted with the
 * batch as 0; `extent` of them there are. */
struct build_cells {
    int64_t axis, extent, first, step, count;
};
const char *build_slice(struct operators *o, const char *part, const char *x,
                        const struct build_cells *cells);

/* build_reduce - Reduce.. over axes counted with the batch as 0. */
const char *build_reduce(struct operators *o, const char *op, const char *part,
                         const char *x, int64_t count, const int64_t *axes,
                         bool keep);

/* build_window - the attributes kernel_shape, strides and pads of a window,
 * whose padding behind the image is what its outputs need. */
void build_window(struct operators *o, const struct window *w);

/* A layer's operators: nodes and constants, but for its nonlinearity; the value
 * that comes out, which is x[0] where nothing is to be done. */
typedef const char *build_fn(struct operators *o,
                             const struct operator_layer *l);
build_fn build_input, build_convolution, build_transposed, build_local,
    build_dense, build_pool, build_global, build_pyramid, build_batchnorm,
    build_bias, build_scale, build_prelu, build_rrelu, build_standardization,
    build_response, build_feature_pool, build_feature_wta, build_upscale,
    build_dropout, build_nothing, build_sum, build_merge, build_concat,
    build_flatten, build_view, build_shuffle, build_cut, build_pad;

/* build_activation - a nonlinearity of samples of a shape; the value that comes
 * out.  NULL: nobody writes it. */
const char *build_activation(struct operators *o, struct variant v,
                             struct shape sample, const char *x);
