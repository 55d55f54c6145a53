/*
 * transposedconv2d.c - a convolution the other way round: every pixel of the
 * input adds a filter to the output.
 *
 *   y[o,i,j] = b[o] + sum over c,u,v,k,l of W[c,o,u,v] * x[c,k,l]
 *              where i = k*stride + u - crop, j = l*stride + v - crop
 *
 * Lasagne's TransposedConv2DLayer, not flipped, with PyTorch's weights [in,
 * out/groups, rows, columns].  It is the gradient of a convolution of y with
 * result x towards y (Dumoulin and Visin: A guide to convolution arithmetic for
 * deep learning, 2016, chapter 4), and computed as one.  Along an axis
 *
 *   out = (in - 1) * stride - 2*crop + filter
 *
 * where the convolution would give the same `in` for stride - 1 more, too:
 * output_size chooses.  Initializers take W's axes as they come, as Lasagne and
 * PyTorch do: He's fan is out/groups * rows * columns.
 */
#include <string.h>

#include "base/num.h"
#include "layer/config.h"
#include "layer/filters.h"
#include "layer/image.h"

static const char *const crop_words[] = {"valid", "full", "same", NULL};

/* clang-format off */
static const struct field transposedconv2d_fields[] = {
    FIELD(transposedconv2d_config, num_filters, FILTERS_COUNT,
          .aka = "out_channels filters num_output channels",
          .doc = "Number of filters, the channels of the output."),
    FIELD(transposedconv2d_config, filter_size, .min = 1,
          .max = FILTERS_MOST_CELLS, .aka = "kernel_size kernel size",
          .unit = "pixels", .doc = "Rows and columns of a filter."),
    FIELD(transposedconv2d_config, stride, .def = "1", .min = 1,
          .max = FILTERS_MOST_CELLS, .aka = "strides upsample",
          .unit = "pixels",
          .doc = "Pixels of the output from one filter to the next."),
    FIELD(transposedconv2d_config, crop, .def = "0", .min = 0,
          .max = FILTERS_MOST_CELLS, .choices = crop_words,
          .aka = "pad padding border_mode", .unit = "pixels",
          .doc = "Pixels cut off around the output; valid: none, same: half "
                 "the filter, full: the filter less one."),
    FIELD(transposedconv2d_config, output_size, .optional = true, .min = 1,
          .max = 1 << 24, .aka = "output_padding output_shape",
          .unit = "pixels",
          .doc = "Rows and columns of the output where the stride leaves a "
                 "choice; absent: the least."),
    FIELD(transposedconv2d_config, num_groups, .def = "1", FILTERS_COUNT,
          .aka = "groups group",
          .doc = "Parts into which the channels are split; filters see only "
                 "their own part."),
    FILTERS_UNTIE_FIELD(transposedconv2d_config),
    FILTERS_FIELDS(transposedconv2d_config),
    {0},
};
/* clang-format on */

static int64_t crop_of(const struct transposedconv2d_config *c, int64_t filter,
                       int64_t number)
{
    if (!c->crop.word)
        return number;
    if (strcmp(c->crop.word, "same") == 0)
        return filter / 2;
    return strcmp(c->crop.word, "full") == 0 ? filter - 1 : 0;
}

/* The axis of the convolution that gives `out`, the layer's input; its `in` is
 * the least that does. */
static struct axis make_axis(int64_t out, int64_t filter, int64_t stride,
                             int64_t crop)
{
    return (struct axis){
        .in = (out - 1) * stride - 2 * crop + filter,
        .out = out,
        .kernel = filter,
        .stride = stride,
        .dilation = 1,
        .pad = crop,
    };
}

static struct window window_of(const struct transposedconv2d_config *c,
                               struct shape in)
{
    const struct pair size = c->filter_size;

    return (struct window){
        .y = make_axis(in.dim[IMAGE_ROWS], size.y, c->stride.y,
                       crop_of(c, size.y, c->crop.pair.y)),
        .x = make_axis(in.dim[IMAGE_COLUMNS], size.x, c->stride.x,
                       crop_of(c, size.x, c->crop.pair.x)),
    };
}

/* Makes the least window that of output_size, or says why it cannot. */
static enum status choose_size(const struct transposedconv2d_config *c,
                               struct window *w, struct layer_spec *spec)
{
    const struct pair size = c->output_size;
    struct axis *y = &w->y, *x = &w->x;

    if (y->in < 1 || x->in < 1)
        return layer_refuse(spec, "crop",
                            "leaves nothing of the output: filter %s, %s "
                            "pixels cut off",
                            image_extents(y->kernel, x->kernel).text,
                            image_extents(y->pad, x->pad).text);
    if (size.y == 0)
        return OK;
    if (size.y < y->in || size.y - y->in >= y->stride || size.x < x->in ||
        size.x - x->in >= x->stride)
        return layer_refuse(
            spec, "output_size",
            "%s is not possible, the least is %s, the most %s",
            image_extents(size.y, size.x).text,
            image_extents(y->in, x->in).text,
            image_extents(y->in + y->stride - 1, x->in + x->stride - 1).text);
    y->in = size.y;
    x->in = size.x;
    return OK;
}

static enum status transposedconv2d_infer(const void *config,
                                          const struct shape *in,
                                          int64_t inputs,
                                          struct layer_spec *spec)
{
    const struct transposedconv2d_config *c = config;
    enum status s = image_expect(spec, in[0]);

    (void)inputs;
    if (s != OK)
        return s;
    struct filters f = {
        .conv = {.window = window_of(c, in[0]),
                 .channels = c->num_filters,
                 .filters = in[0].dim[IMAGE_CHANNELS],
                 .groups = c->num_groups,
                 .wish = spec->engine.convolution,
                 .transposed = true},
        .untie_biases = c->untie_biases,
        .nonlinearity = c->nonlinearity,
        .W = c->W,
        .b = c->b,
    };
    s = choose_size(c, &f.conv.window, spec);
    return s == OK ? filters_infer(&f, spec) : s;
}

static struct layer_window transposedconv2d_window(const void *config)
{
    const struct transposedconv2d_config *c = config;

    return (struct layer_window){
        .kind = WINDOW_CONV,
        .size = c->filter_size,
        .stride = {1, 1},
        .dilation = {1, 1},
        .spread = c->stride,
    };
}

const struct layer_ops transposedconv2d_layer = {
    .kind = {.name = "transposedconv2d",
             .doc = "Every pixel adds a filter to a larger image.",
             CONFIG(transposedconv2d),
             .aka = "deconv deconv2d deconvolution conv_transpose "
                    "conv_transpose2d conv2d_transpose convtranspose2d "
                    "transposed_conv2d transposed_convolution"},
    .family = FAMILY_CONVOLUTION,
    ONE_INPUT,
    .backward_reads_x = true,
    .fuses_rectify = true,
    .infer = transposedconv2d_infer,
    .lay = filters_lay,
    .forward = filters_forward,
    .backward = filters_backward,
    .window = transposedconv2d_window,
    .algorithm = filters_algorithm,
    .macs = filters_macs,
};
