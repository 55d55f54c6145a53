/*
 * conv2d.c - a bank of filters slid over an image.
 *
 * Lasagne's Conv2DLayer with cross-correlation and PyTorch's weights.
 */
#include <string.h>

#include "layer/config.h"
#include "layer/filters.h"
#include "layer/image.h"

static const char *const pad_words[] = {"valid", "same", "full", NULL};

/* clang-format off */
static const struct field conv2d_fields[] = {
    FIELD(conv2d_config, num_filters, FILTERS_COUNT,
          .aka = "out_channels filters num_output channels",
          .doc = "Number of filters, the channels of the output."),
    FIELD(conv2d_config, filter_size, .min = 1, .max = FILTERS_MOST_CELLS,
          .aka = "kernel_size kernel size",
          .unit = "pixels", .doc = "Rows and columns of a filter."),
    FIELD(conv2d_config, stride, .def = "1", .min = 1,
          .max = FILTERS_MOST_CELLS, .aka = "strides subsample",
          .unit = "pixels", .doc = "Step of the filters over the image."),
    FIELD(conv2d_config, pad, .def = "0", .min = 0, .max = FILTERS_MOST_CELLS,
          .choices = pad_words,
          .aka = "padding border_mode",
          .unit = "pixels",
          .doc = "Zeros around the image; valid: none, same: the output has "
                 "the size of the input divided by the stride, full: all "
                 "positions at which filter and image overlap."),
    FIELD(conv2d_config, dilation, .def = "1", .min = 1,
          .max = FILTERS_MOST_CELLS, .aka = "dilation_rate atrous_rate",
          .unit = "pixels", .doc = "Distance between the taps of a filter."),
    FIELD(conv2d_config, num_groups, .def = "1", FILTERS_COUNT,
          .aka = "groups group",
          .doc = "Parts into which the channels are split; filters see only "
                 "their own part."),
    FILTERS_UNTIE_FIELD(conv2d_config),
    FILTERS_FIELDS(conv2d_config),
    {0},
};
/* clang-format on */

static int64_t axis_of(struct pair p, bool rows)
{
    return rows ? p.y : p.x;
}

static bool pads(const struct conv2d_config *c, const char *word)
{
    return c->pad.word && strcmp(c->pad.word, word) == 0;
}

/* Padding before the first input. */
static int64_t leading_pad(const struct conv2d_config *c, const struct axis *a,
                           bool rows)
{
    if (pads(c, "same")) /* an even filter's extra cell comes after */
        return (axis_span(a) - 1) / 2;
    if (pads(c, "full"))
        return axis_span(a) - 1;
    return c->pad.word ? 0 : axis_of(c->pad.pair, rows);
}

/* One axis of the window over `in` inputs; out 0 when it does not fit. */
static struct axis make_axis(const struct conv2d_config *c, int64_t in,
                             bool rows)
{
    struct axis a = {
        .in = in,
        .kernel = axis_of(c->filter_size, rows),
        .stride = axis_of(c->stride, rows),
        .dilation = axis_of(c->dilation, rows),
    };

    a.pad = leading_pad(c, &a, rows);
    a.out = axis_count(&a, pads(c, "same") ? axis_span(&a) - 1 : 2 * a.pad);
    return a;
}

static struct conv conv_of(const struct conv2d_config *c, struct shape in,
                           const struct layer_spec *spec)
{
    return (struct conv){
        .window = {.y = make_axis(c, in.dim[IMAGE_ROWS], true),
                   .x = make_axis(c, in.dim[IMAGE_COLUMNS], false)},
        .channels = in.dim[IMAGE_CHANNELS],
        .filters = c->num_filters,
        .groups = c->num_groups,
        .wish = spec->engine.convolution,
    };
}

static enum status conv2d_infer(const void *config, const struct shape *in,
                                int64_t inputs, struct layer_spec *spec)
{
    const struct conv2d_config *c = config;
    const enum status s = image_expect(spec, in[0]);

    (void)inputs;
    if (s != OK)
        return s;
    const struct filters f = {
        .conv = conv_of(c, in[0], spec),
        .untie_biases = c->untie_biases,
        .nonlinearity = c->nonlinearity,
        .W = c->W,
        .b = c->b,
    };
    if (f.conv.window.y.out < 1 || f.conv.window.x.out < 1)
        return image_refuse_window(spec, "filter", &f.conv.window);
    return filters_infer(&f, spec);
}

/* No form of pad depends on the size of the image, so any size will do. */
static struct layer_window conv2d_window(const void *config)
{
    const struct conv2d_config *c = config;
    const struct axis y = make_axis(c, 1, true), x = make_axis(c, 1, false);
    const bool is_even = axis_span(&y) % 2 == 0 || axis_span(&x) % 2 == 0;

    return (struct layer_window){
        .kind = WINDOW_CONV,
        .size = c->filter_size,
        .stride = c->stride,
        .dilation = c->dilation,
        .pad = {y.pad, x.pad},
        .lopsided = pads(c, "same") && is_even,
    };
}

const struct layer_ops conv2d_layer = {
    .kind = {.name = "conv2d",
             .doc = "Filters slid over an image (cross-correlation).",
             CONFIG(conv2d),
             .aka = "conv convolution convolutional convolution2d"},
    .family = FAMILY_CONVOLUTION,
    ONE_INPUT,
    .backward_reads_x = true,
    .fuses_rectify = true,
    .is_linear = true,
    .infer = conv2d_infer,
    .lay = filters_lay,
    .forward = filters_forward,
    .backward = filters_backward,
    .window = conv2d_window,
    .algorithm = filters_algorithm,
    .macs = filters_macs,
};
