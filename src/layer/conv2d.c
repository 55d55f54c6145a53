/*
 * conv2d.c - a bank of filters slid over an image.
 *
 * Lasagne's Conv2DLayer with cross-correlation and PyTorch's weights; the
 * arithmetic is that of conv/.
 */
#include <string.h>

#include "activation/activation.h"
#include "base/num.h"
#include "conv/conv.h"
#include "layer/config.h"
#include "layer/image.h"
#include "tensor/gemm.h"

/* Parameters in the order of spec_param. */
enum { WEIGHT, BIAS };

enum { MOST_CELLS = 1 << 12 }; /* taps, stride, dilation, pad along an axis */

static const char *const pad_words[] = {"valid", "same", "full", NULL};

/* clang-format off */
static const struct field conv2d_fields[] = {
    FIELD(conv2d_config, num_filters, .min = 1, .max = 1 << 20,
          .aka = "out_channels filters num_output channels",
          .doc = "Number of filters, the channels of the output."),
    FIELD(conv2d_config, filter_size, .min = 1, .max = MOST_CELLS,
          .aka = "kernel_size kernel size",
          .unit = "pixels", .doc = "Rows and columns of a filter."),
    FIELD(conv2d_config, stride, .def = "1", .min = 1, .max = MOST_CELLS,
          .aka = "strides subsample",
          .unit = "pixels", .doc = "Step of the filters over the image."),
    FIELD(conv2d_config, pad, .def = "0", .min = 0, .max = MOST_CELLS,
          .choices = pad_words,
          .aka = "padding border_mode",
          .unit = "pixels",
          .doc = "Zeros around the image; valid: none, same: the output has "
                 "the size of the input divided by the stride, full: all "
                 "positions at which filter and image overlap."),
    FIELD(conv2d_config, dilation, .def = "1", .min = 1, .max = MOST_CELLS,
          .aka = "dilation_rate atrous_rate",
          .unit = "pixels", .doc = "Distance between the taps of a filter."),
    FIELD(conv2d_config, num_groups, .def = "1", .min = 1, .max = 1 << 20,
          .aka = "groups group",
          .doc = "Parts into which the channels are split; filters see only "
                 "their own part."),
    FIELD(conv2d_config, nonlinearity, .def = "rectify",
          .kinds = activation_kinds,
          .aka = "activation act",
          .doc = "Function applied to the output."),
    FIELD(conv2d_config, W, .def = "glorot_uniform", .kinds = init_kinds,
          .number = "constant",
          .aka = "kernel_initializer weight_init weight weight_filler init",
          .doc = "Initial filters."),
    FIELD(conv2d_config, b, .def = "0", .kinds = init_kinds,
          .number = "constant", .null_ok = true,
          .aka = "bias use_bias bias_term bias_initializer bias_filler",
          .doc = "Initial biases; null: the layer has none."),
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

static enum status check_groups(const struct conv *v, struct layer_spec *spec)
{
    if (v->channels % v->groups != 0)
        return layer_refuse(spec, "num_groups",
                            "%lld does not divide the %lld input channels",
                            (long long)v->groups, (long long)v->channels);
    if (v->filters % v->groups != 0)
        return layer_refuse(spec, "num_groups",
                            "%lld does not divide num_filters, which is %lld",
                            (long long)v->groups, (long long)v->filters);
    return OK;
}

/* Shapes, multiply-adds and what the matrix product can index. */
static enum status check_size(const struct conv *v, struct layer_spec *spec)
{
    const struct window *w = &v->window;
    int64_t column, weights;

    spec->out = SHAPE(v->filters, w->y.out, w->x.out);
    if (shape_fits(spec->out) &&
        num_mul(v->channels / v->groups, window_taps(w), &column) &&
        num_mul(column, v->filters, &weights) &&
        num_mul(weights, window_outputs(w), &spec->macs) &&
        gemm_fits((struct gemm_size){v->filters, window_outputs(w), column}) &&
        gemm_fits((struct gemm_size){.n = window_inputs(w)}))
        return OK;
    return layer_refuse(spec, NULL, "is too large to compute");
}

static const enum conv_pass passes[LAYER_PASSES] = {
    [LAYER_FORWARD] = CONV_FORWARD,
    [LAYER_DATA] = CONV_DATA,
    [LAYER_WEIGHTS] = CONV_WEIGHTS,
};

static enum status conv2d_infer(const void *config, const struct shape *in,
                                int64_t inputs, struct layer_spec *spec)
{
    const struct conv2d_config *c = config;
    enum status s = image_expect(spec, in[0]);

    (void)inputs;
    if (s != OK)
        return s;
    const struct conv v = conv_of(c, in[0], spec);
    if (v.window.y.out < 1 || v.window.x.out < 1)
        return image_refuse_window(spec, "filter", &v.window);
    s = check_groups(&v, spec);
    if (s == OK)
        s = check_size(&v, spec);
    if (s != OK)
        return s;
    spec_param(spec, "weight",
               SHAPE(v.filters, v.channels / v.groups, v.window.y.kernel,
                     v.window.x.kernel),
               c->W, true);
    if (c->b.kind)
        spec_param(spec, "bias", SHAPE(v.filters), c->b, false);
    spec->nonlinearity = c->nonlinearity;
    struct conv_plan *plan = spec_prepared(spec, sizeof *plan);
    *plan = conv_plan(spec->engine.kern, &v);
    const int64_t forward = conv_work(plan, false);
    spec_work(spec, num_max(forward, conv_work(plan, true)), forward);
    for (int pass = 0; pass < LAYER_PASSES; pass++)
        spec->blas[pass] = plan->task[passes[pass]].ops->by_blas;
    return OK;
}

static const struct conv_plan *plan_of(const struct layer *l)
{
    return (const void *)l->spec.prepared;
}

static void conv2d_forward(const struct layer *l, const struct pass *p)
{
    const struct conv_call call = {
        .samples = p->batch,
        .x = p->x[0],
        .weight = p->param[WEIGHT],
        .bias = l->spec.param_count > BIAS ? p->param[BIAS] : NULL,
        .rectify = l->spec.nonlinearity.kind && layer_applies(l),
        .y = p->y,
        .work = p->work,
    };

    conv_forward(plan_of(l), &call);
}

static void conv2d_backward(const struct layer *l, const struct pass *p)
{
    const struct conv_call call = {
        .samples = p->batch,
        .x = p->x[0],
        .weight = p->param[WEIGHT],
        .dy = p->dy,
        .dx = p->dx[0],
        .weight_grad = p->grad[WEIGHT],
        .bias_grad = l->spec.param_count > BIAS ? p->grad[BIAS] : NULL,
        .work = p->work,
    };

    conv_backward(plan_of(l), &call);
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

static const char *conv2d_algorithm(const struct layer *l, enum layer_pass pass)
{
    return plan_of(l)->task[passes[pass]].ops->name;
}

const struct layer_ops conv2d_layer = {
    .kind = {.name = "conv2d",
             .doc = "Filters slid over an image (cross-correlation).",
             CONFIG(conv2d),
             .aka = "conv convolution convolutional convolution2d"},
    .min_inputs = 1,
    .max_inputs = 1,
    .backward_reads_x = true,
    .fuses_rectify = true,
    .is_linear = true,
    .infer = conv2d_infer,
    .forward = conv2d_forward,
    .backward = conv2d_backward,
    .window = conv2d_window,
    .algorithm = conv2d_algorithm,
};
