/*
 * nin.c - a dense layer at every pixel of an image.
 *
 *   y[o,i,j] = b[o] + sum over c of W[o,c] * x[c,i,j]
 *
 * Lasagne's NINLayer: a convolution with filters of one pixel, and computed as
 * one.  Ref: Lin, Chen, Yan: Network in Network, 2013.
 */
#include "layer/config.h"
#include "layer/filters.h"
#include "layer/image.h"

static const struct field nin_fields[] = {
    FIELD(nin_config, num_units, FILTERS_COUNT,
          .aka = "num_filters out_channels filters units channels num_output",
          .doc = "Number of units at a pixel, the channels of the output."),
    FILTERS_UNTIE_FIELD(nin_config),
    FILTERS_FIELDS(nin_config),
    {0},
};

static struct axis make_axis(int64_t in)
{
    return (struct axis){in, in, 1, 1, 1, 0};
}

static enum status nin_infer(const void *config, const struct shape *in,
                             int64_t inputs, struct layer_spec *spec)
{
    const struct nin_config *c = config;
    const enum status s = image_expect(spec, in[0]);

    (void)inputs;
    if (s != OK)
        return s;
    const struct filters f = {
        .conv = {.window = {.y = make_axis(in[0].dim[IMAGE_ROWS]),
                            .x = make_axis(in[0].dim[IMAGE_COLUMNS])},
                 .channels = in[0].dim[IMAGE_CHANNELS],
                 .filters = c->num_units,
                 .groups = 1,
                 .wish = spec->engine.convolution},
        .untie_biases = c->untie_biases,
        .nonlinearity = c->nonlinearity,
        .W = c->W,
        .b = c->b,
    };
    return filters_infer(&f, spec);
}

static struct layer_window nin_window(const void *config)
{
    (void)config;
    return (struct layer_window){
        .kind = WINDOW_CONV,
        .size = {1, 1},
        .stride = {1, 1},
        .dilation = {1, 1},
    };
}

const struct layer_ops nin_layer = {
    .kind = {.name = "nin",
             .doc = "A dense layer at every pixel of an image, a convolution "
                    "of 1x1.",
             CONFIG(nin),
             .aka = "network_in_network pointwise conv1x1 mlpconv"},
    .family = FAMILY_CONVOLUTION,
    ONE_INPUT,
    .backward_reads_x = true,
    .fuses_rectify = true,
    .is_linear = true,
    .infer = nin_infer,
    .lay = filters_lay,
    .forward = filters_forward,
    .backward = filters_backward,
    .window = nin_window,
    .algorithm = filters_algorithm,
    .macs = filters_macs,
};
