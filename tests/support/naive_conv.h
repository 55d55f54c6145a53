/*
 * naive_conv.h - convolution by its definition, in double precision.
 *
 * The witness of the fast convolutions: seven nested loops and nothing else.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "conv/conv.h"

/* Random operands of one convolution and what its passes should give. */
struct conv_case {
    struct conv conv;
    int64_t samples;
    uint64_t seed;
    bool biased, rectify;
    int64_t x_count, y_count, weight_count;
    real *x, *weight, *bias, *dy;
    real *weight_start; /* what the weight gradient is added to */
    int64_t answer_count;
    double *answers;                           /* in which the next lie */
    double *y, *dx, *weight_grad;              /* the answers */
    double *y_scale, *dx_scale, *weight_scale; /* sums of |terms| */
};

/* conv_square - a convolution of square images and filters, one group. */
struct conv conv_square(int64_t channels, int64_t filters, int64_t in,
                        int64_t kernel, int64_t pad);

/* conv_three - of filters of 3x3, with outputs of h x w, not padded. */
struct conv conv_three(int64_t channels, int64_t filters, int64_t h, int64_t w);

/* conv_case_new - numbers of unit variance from `seed`, and the answers. */
struct conv_case *conv_case_new(const struct conv *c, int64_t samples,
                                uint64_t seed);
void conv_case_free(struct conv_case *k);

/* conv_case_print - "20x7x7 -> 32, 3x3 pad 1, 2 samples"; in `text`. */
void conv_case_print(const struct conv_case *k, char text[160]);

/* compare - the largest |got - want| over the root mean square of want. */
double relative_error(const real *got, const double *want, int64_t count);

/* conv_tolerance - more than the largest error of a pass, so measured, for any
 * small convolution.  That of Winograd tiles of more than six inputs is larger;
 * test_winograd.c knows better. */
double conv_tolerance(const struct conv_task *t);

/* same_bits - the index of the first difference, -1 without one. */
int64_t first_difference(const real *a, const real *b, int64_t count);

/* fill_normal - numbers of mean 0 and variance 1, nearly normal. */
void fill_normal(real *to, int64_t count, uint64_t seed);

/* take_reals - memory of its own on a 64-byte boundary, filled with NaN. */
real *take_reals(int64_t count);
