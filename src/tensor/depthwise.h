/*
 * depthwise.h - convolutions with one filter per channel.
 *
 * As many groups as channels and filters: no sums over channels, so no matrix
 * products; the channels stand in the lanes of the vectors.  Any filter,
 * stride, dilation and padding.  The bits of a sample's output depend on that
 * sample alone.
 */
#ifndef TENSOR_DEPTHWISE_H
#define TENSOR_DEPTHWISE_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/conv.h"
#include "tensor/kernels.h"

bool depthwise_fits(const struct conv *c);

/* depthwise_work - reals of scratch of a call. */
int64_t depthwise_work(const struct kernels *kern, const struct conv *c);

/* depthwise_forward - y from x, weight, bias and rectify. */
void depthwise_forward(const struct kernels *kern, const struct conv *c,
                       const struct conv_call *call);

/* depthwise_backward - weight_grad and dx, each unless NULL, from x, weight and
 * dy; bias_grad is left alone. */
void depthwise_backward(const struct kernels *kern, const struct conv *c,
                        const struct conv_call *call);

#endif
