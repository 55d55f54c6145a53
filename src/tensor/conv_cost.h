/*
 * conv_cost.h - how long a pass of a convolution takes, by algorithm.
 *
 * A model fitted to measurements, so that the choice is a function of the
 * geometry and the instruction set, the same in every run.
 */
#ifndef TENSOR_CONV_COST_H
#define TENSOR_CONV_COST_H

#include "tensor/conv.h"
#include "tensor/kernels.h"

/* conv_cost - per sample, in multiply-adds at the speed of the kernels' own
 * products.  `a` fits the convolution and is neither CONV_AUTO nor
 * CONV_DEPTHWISE, which has no rival. */
double conv_cost(const struct kernels *kern, const struct conv *c,
                 enum conv_algorithm a, enum conv_pass pass);

#endif
