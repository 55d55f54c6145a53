/*
 * winograd.h - 3x3 and 5x5 convolutions with fewer multiplications.
 *
 * F(m x m, r x r) computes a tile of m x m outputs from n x n inputs, n = m +
 * r - 1, by n*n multiplications per pair of channels where the definition
 * takes r*r*m*m: 16 for 36 (m = 2, r = 3), 25 for 81 (m = 3), 36 for 144
 * (m = 4), and 36 for 100 (m = 2, r = 5).
 *
 *   y = A' [ sum over channels of (G g G') . (B' d B) ] A
 *
 * with . element by element (Lavin and Gray 2016, "Fast algorithms for
 * convolutional neural networks", equation 12 summed as in section 4.1; the
 * idea is Winograd's, "Arithmetic complexity of computations", 1980).  For each
 * of the n*n elements the sum over channels is a matrix product of tiles by
 * filters.  The gradients are the adjoints of the same three maps: with
 * E = A dy A',
 *
 *   dg = G' [ sum over tiles of (B' d B) . E ] G
 *   dd = B  [ sum over filters of (G g G') . E ] B'
 *
 * where overlapping tiles of dd add up, so both gradients share E and both have
 * as few tiles as the forward pass.
 *
 * Rounding errors grow with the constants of the matrices; measured against
 * double precision the largest error is below 1e-5 of the output's root mean
 * square for m = 4, about half of that for m = 3 and a quarter for m = 2; that
 * of the gradients is below twice as much.
 *
 * Stride 1, no dilation, one group; any padding.  The bits of a sample's
 * output depend on that sample alone.
 */
#ifndef TENSOR_WINOGRAD_H
#define TENSOR_WINOGRAD_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/conv.h"
#include "tensor/kernels.h"

/* winograd_fits - are there transforms for tiles of m x m outputs of this
 * convolution?  3x3 filters: m = 2, 3, 4; 5x5: m = 2. */
bool winograd_fits(const struct conv *c, int64_t m);

/* winograd_work - reals of scratch for calls of any number of samples. */
int64_t winograd_work(const struct kernels *kern, const struct conv *c,
                      int64_t m, bool backward);

/* winograd_forward - y from x, weight, bias and rectify. */
void winograd_forward(const struct kernels *kern, const struct conv *c,
                      int64_t m, const struct conv_call *call);

/* winograd_backward - weight_grad and dx, each unless NULL, from x, weight and
 * dy; bias_grad is left alone. */
void winograd_backward(const struct kernels *kern, const struct conv *c,
                       int64_t m, const struct conv_call *call);

#endif
