/*
 * facts.h - what infer made of a layer's keys: geometry, for whoever computes
 * the layer elsewhere or writes it in another language.
 *
 * Each function is of the layer types that it names, after infer.
 */
#pragma once

#include "conv/conv.h"
#include "layer/channels.h"
#include "layer/feature.h"
#include "layer/layer.h"
#include "layer/merge.h"
#include "tensor/pool2d.h"
#include "tensor/strided.h"

/* filters_conv - conv2d, nin, transposedconv2d: of the last the convolution
 * whose gradient dx it is.  filters_untied - has every pixel a bias? */
const struct conv *filters_conv(const struct layer *l);
bool filters_untied(const struct layer *l);

/* pooling_pool - maxpool2d, avgpool2d. */
const struct pool2d *pooling_pool(const struct layer *l);

/* pyramid_level - spatialpyramidpooling: level i; NULL: there are no more. */
const struct pool2d *pyramid_level(const struct layer *l, int64_t i);

/* batchnorm_channels - which numbers of batchnorm_layer.affine its elements
 * meet. */
const struct channels *batchnorm_channels(const struct layer *l);

/* Of standardization: a sample is `parts` times a run of elements with means of
 * their own. */
struct standard {
    int64_t parts;
    struct axes_map map; /* of a part; its numbers are the means */
    int64_t values;      /* to a mean */
};
const struct standard *standardization_parts(const struct layer *l);

/* Cells that the axes of a sample gain by pad. */
struct border {
    int64_t before[SHAPE_MAX_AXES], after[SHAPE_MAX_AXES];
    char mode; /* the word's first letter */
};
const struct border *pad_border(const struct layer *l);

/* slice_cells - cells first, first + step, .. of an axis of a sample.
 * dimshuffle_from - for each axis of the output which one of the input it is,
 * below 0: a new one. */
struct slice_cells {
    int64_t axis, first, step, count;
    bool drops_axis;
};
const struct slice_cells *slice_cells(const struct layer *l);
const int64_t *dimshuffle_from(const struct layer *l);

/* slice_walk, dimshuffle_walk - the output, operand 0, beside the cells of the
 * input, operand 1. */
struct walk slice_walk(const struct layer *l, int64_t batch);
struct walk dimshuffle_walk(const struct layer *l, int64_t batch);

/* concat_merge - how its inputs are brought together. */
struct merge concat_merge(const struct layer *l);

/* concat_walk - operand 0 is the place in the output, of which `first` cells of
 * the axis are taken, of input k, operand 1; moves on by its own. */
struct walk concat_walk(const struct layer *l, int64_t batch, int64_t k,
                        int64_t *first);

/* elemwisesum_task, elemwisemerge_task - what they compute; merge_walk - over
 * the output, operand 0, and input k, operand 1 + k. */
struct merge_task elemwisesum_task(const struct layer *l);
struct merge_task elemwisemerge_task(const struct layer *l);
struct walk merge_walk(const struct layer *l, const struct merge_task *t,
                       int64_t batch);
