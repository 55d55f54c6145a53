/*
 * conv_cost.c - sums of products and of what is moved around them.
 *
 * The constants are fitted to the times of 115 convolutions (1 to 256 channels,
 * 4x4 to 40x40, filters of 1 to 7, strides 1 and 2, one and two groups) on all
 * levels.  Choosing by them costs 2 % over always choosing the fastest, in the
 * geometric mean; at worst 1.8 times, in the smallest convolutions.
 */
#include "tensor/conv_cost.h"

#include "base/num.h"
#include "tensor/conv_gemm.h"
#include "tensor/product.h"
#include "tensor/winograd.h"

/* A weight laid out anew or transformed for a call costs PREPARED; a call has
 * about SAMPLES samples. */
static const double PREPARED = 12, SAMPLES = 8;

/* Extents of one group. */
struct extents {
    double taps, outputs, inputs;
    double channels, filters;           /* real ones */
    double wide_channels, wide_filters; /* in whole vectors */
};

static struct extents extents_of(const struct kernels *kern,
                                 const struct conv *c)
{
    const int64_t channels = c->channels / c->groups;
    const int64_t filters = c->filters / c->groups;

    return (struct extents){
        .taps = (double)window_taps(&c->window),
        .outputs = (double)window_outputs(&c->window),
        .inputs = (double)window_inputs(&c->window),
        .channels = (double)channels,
        .filters = (double)filters,
        .wide_channels = (double)product_width(kern, channels),
        .wide_filters = (double)product_width(kern, filters),
    };
}

static double direct_cost(const struct kernels *kern, const struct conv *c,
                          enum conv_pass pass)
{
    const struct extents e = extents_of(kern, c);
    const double depth = e.channels * e.taps;
    const double outputs = e.outputs * e.wide_filters;

    if (pass == CONV_FORWARD)
        return outputs * (depth + kern->moved) +
               PREPARED / SAMPLES * depth * e.wide_filters;
    if (pass == CONV_WEIGHTS) /* all sums are read and written per sample */
        return outputs * (depth + kern->moved) +
               kern->moved / 2 * depth * e.wide_filters;
    /* Every tap reads and writes the sums of all positions. */
    return e.wide_channels *
           (e.outputs * e.taps * (e.filters + kern->moved / 3) +
            2 * PREPARED / SAMPLES * e.taps * e.filters +
            kern->moved * e.inputs);
}

/* In multiply-adds of the BLAS: a number of the columns costs COLUMN and one of
 * their rows ROW for each row of the image, an output 7, a product 12000 and
 * WEIGHT for every weight, which the BLAS lays out anew each time. */
static double im2col_cost(const struct kernels *kern, const struct conv *c,
                          enum conv_pass pass)
{
    static const double column[CONV_PASSES] = {10, 0, 10};
    static const double row[CONV_PASSES] = {200, 400, 240};
    static const double weight[CONV_PASSES] = {9, 22, 9};
    const struct extents e = extents_of(kern, c);
    const double depth = e.channels * e.taps;
    const bool moves = conv_gemm_unrolls(c, pass != CONV_FORWARD);
    const double products =
        conv_gemm_products(c, (int64_t)SAMPLES, pass != CONV_FORWARD) / SAMPLES;

    return kern->blas_cost *
           (e.outputs * depth * e.filters +
            moves * depth *
                (column[pass] * e.outputs +
                 row[pass] * (double)c->window.y.out) +
            7 * e.outputs * e.filters +
            products * (12000 + weight[pass] * depth * e.filters));
}

static double winograd_cost(const struct kernels *kern, const struct conv *c,
                            int64_t m, enum conv_pass pass)
{
    const struct extents e = extents_of(kern, c);
    const int64_t n = m + c->window.y.kernel - 1;
    const double tiles = (double)(num_ceil_div(c->window.y.out, m) *
                                  num_ceil_div(c->window.x.out, m));
    const double weights = pass == CONV_DATA ? e.filters * e.wide_channels
                                             : e.channels * e.wide_filters;

    return (double)(n * n) *
           (tiles * weights +
            kern->moved * tiles * (e.wide_channels + e.wide_filters) +
            PREPARED / SAMPLES * weights);
}

double conv_cost(const struct kernels *kern, const struct conv *c,
                 enum conv_algorithm a, enum conv_pass pass)
{
    const double groups = (double)c->groups;

    if (a == CONV_DIRECT)
        return groups * direct_cost(kern, c, pass);
    if (a == CONV_IM2COL)
        return groups * im2col_cost(kern, c, pass);
    return winograd_cost(kern, c, conv_tile(a), pass);
}
