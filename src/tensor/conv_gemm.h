/*
 * conv_gemm.h - convolutions as products of the BLAS, over unrolled columns.
 *
 * im2col puts the inputs of every window side by side, so that a convolution is
 * one matrix product (Chellapilla, Puri, Simard 2006); the columns are made in
 * blocks that stay in the second-level cache.  Any convolution; a 1x1 filter of
 * stride 1 needs no columns, the image is its own.
 *
 * The forward pass multiplies one sample at a time in blocks of one shape, so
 * the bits of a sample's output depend on that sample alone.  The gradients
 * take several samples of small images at once.
 */
#ifndef TENSOR_CONV_GEMM_H
#define TENSOR_CONV_GEMM_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/conv.h"

/* conv_gemm_work - reals of scratch for calls of any number of samples. */
int64_t conv_gemm_work(const struct conv *c, bool backward);

/* conv_gemm_unrolls - are columns made? */
bool conv_gemm_unrolls(const struct conv *c, bool backward);

/* conv_gemm_products - how many products a call of `samples` samples takes, of
 * a pass and group. */
double conv_gemm_products(const struct conv *c, int64_t samples, bool backward);

/* conv_gemm_forward - y from x, weight, bias and rectify. */
void conv_gemm_forward(const struct conv *c, const struct conv_call *call);

/* conv_gemm_backward - weight_grad and dx, unless NULL, from x, weight and dy;
 * bias_grad is left alone. */
void conv_gemm_backward(const struct conv *c, const struct conv_call *call);

#endif
