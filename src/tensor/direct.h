/*
 * direct.h - any convolution as matrix products straight from the image.
 *
 * The left operand of a product finds its numbers through two tables, one of
 * output positions and one of taps, whose offsets add up to a place in the
 * image; so nothing is unrolled (compare Chellapilla, Puri, Simard 2006) and
 * one input channel costs no more per multiply-add than many.  With the
 * filters in the lanes of the vectors:
 *
 *   forward          y' [P, O]  = x [P by taps] W' [taps, O]
 *   weight gradient  dW'[taps, O] += x [taps by P] dy' [P, O]
 *   data gradient    dx'[P shifted by tap, C] += dy [P, O] W_tap [O, C]
 *
 * where P are the output positions, taps is C/G*KH*KW, and x and dx are
 * bordered by their padding.  The bits of a sample's output depend on that
 * sample alone.
 */
#ifndef TENSOR_DIRECT_H
#define TENSOR_DIRECT_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/conv.h"
#include "tensor/kernels.h"

/* direct_work - reals of scratch of a call. */
int64_t direct_work(const struct kernels *kern, const struct conv *c,
                    bool backward);

/* direct_forward - y from x, weight, bias and rectify. */
void direct_forward(const struct kernels *kern, const struct conv *c,
                    const struct conv_call *call);

/* direct_backward - weight_grad and dx, each unless NULL, from x, weight and
 * dy; bias_grad is left alone. */
void direct_backward(const struct kernels *kern, const struct conv *c,
                     const struct conv_call *call);

#endif
