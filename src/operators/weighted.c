/*
 * weighted.c - layers with filters and weights as operators.
 */
#include <string.h>

#include "layer/config.h"
#include "layer/facts.h"
#include "operators/build.h"

enum { WEIGHT, BIAS };

static bool has_bias(const struct operator_layer *l)
{
    return l->layer->spec.param_count > BIAS;
}

/* Biases that differ from pixel to pixel, or stand for themselves. */
static const char *add_bias(struct operators *o, const struct operator_layer *l,
                            struct shape shape, const char *x)
{
    return build_two(o, "Add", "bias", x,
                     build_param(o, "bias", shape, l->param[BIAS]));
}

/* Filters over x, or the other way round. */
static const char *put_filters(struct operators *o,
                               const struct operator_layer *l, const char *op)
{
    const struct conv *v = filters_conv(l->layer);
    const struct layer_spec *spec = &l->layer->spec;
    const bool untied = filters_untied(l->layer);
    const struct shape weight = SHAPE(v->filters, v->channels / v->groups,
                                      v->window.y.kernel, v->window.x.kernel);
    const char *inputs[3] = {
        l->x[0], build_param(o, "weight", weight, l->param[WEIGHT])};
    int64_t count = 2;

    if (has_bias(l) && !untied)
        inputs[count++] =
            build_param(o, "bias", SHAPE(spec->out.dim[0]), l->param[BIAS]);
    return build_node(o, op, "filters", count, inputs);
}

static const char *end_filters(struct operators *o,
                               const struct operator_layer *l, const char *y)
{
    return has_bias(l) && filters_untied(l->layer)
               ? add_bias(o, l, l->layer->spec.out, y)
               : y;
}

const char *build_convolution(struct operators *o,
                              const struct operator_layer *l)
{
    const struct conv *v = filters_conv(l->layer);
    const int64_t dilations[] = {v->window.y.dilation, v->window.x.dilation};
    const char *y = put_filters(o, l, "Conv");

    build_window(o, &v->window);
    build_ints(o, "dilations", 2, dilations);
    build_int(o, "group", v->groups);
    return end_filters(o, l, y);
}

/* Rows or columns that the stride leaves open. */
static int64_t more(const struct axis *a)
{
    return a->in - ((a->out - 1) * a->stride + a->kernel - 2 * a->pad);
}

const char *build_transposed(struct operators *o,
                             const struct operator_layer *l)
{
    const struct conv *v = filters_conv(l->layer);
    const struct axis *y = &v->window.y, *x = &v->window.x;
    const int64_t kernel[] = {y->kernel, x->kernel};
    const int64_t strides[] = {y->stride, x->stride};
    const int64_t pads[] = {y->pad, x->pad, y->pad, x->pad};
    const int64_t rest[] = {more(y), more(x)};
    const char *out = put_filters(o, l, "ConvTranspose");

    build_ints(o, "kernel_shape", 2, kernel);
    build_ints(o, "strides", 2, strides);
    build_ints(o, "pads", 4, pads);
    if (rest[0] > 0 || rest[1] > 0)
        build_ints(o, "output_padding", 2, rest);
    build_int(o, "group", v->groups);
    return end_filters(o, l, out);
}

/* The cells of every window as channels of its middle, [C * taps, H, W]: a
 * filter of a single one for each of them. */
static const char *lay_out(struct operators *o, const struct operator_layer *l)
{
    const struct locallyconnected2d_config *c = l->layer->config;
    const struct shape in = l->layer->in[0];
    const struct pair size = c->filter_size;
    const int64_t taps = size.y * size.x;
    const struct window w = {
        .y = {in.dim[1], in.dim[1], size.y, 1, 1, size.y / 2},
        .x = {in.dim[2], in.dim[2], size.x, 1, 1, size.x / 2},
    };
    const struct shape shape = SHAPE(in.dim[0] * taps, 1, size.y, size.x);
    const int64_t count = shape_count(shape);
    real *ones = build_fits(o, count)
                     ? arena_take(&o->arena, (size_t)count, sizeof *ones)
                     : NULL;

    for (int64_t i = 0; ones && i < in.dim[0] * taps; i++)
        ones[i * taps + i % taps] = 1;
    if (!ones)
        return "";
    const char *y = build_two(o, "Conv", "windows", l->x[0],
                              build_reals(o, "taps", shape, ones));
    build_window(o, &w);
    build_int(o, "group", in.dim[0]);
    return y;
}

/* Sums over the taps of each channel, [C, taps, pixels] and the like. */
static const char *put_own(struct operators *o, const struct operator_layer *l,
                           const char *windows)
{
    const struct shape in = l->layer->in[0];
    const struct locallyconnected2d_config *c = l->layer->config;
    const struct shape split = SHAPE(
        in.dim[0], c->filter_size.y * c->filter_size.x, in.dim[1] * in.dim[2]);
    const int64_t axis = 2;
    const char *y = build_reshape(o, "split", windows, split);

    y = build_two(o, "Mul", "products", y,
                  build_param(o, "weight", split, l->param[WEIGHT]));
    return build_reduce(o, "ReduceSum", "sums", y, 1, &axis, false);
}

/* For every pixel a product of [filters, C * taps] with [C * taps, samples]. */
static const char *put_all(struct operators *o, const struct operator_layer *l,
                           const char *windows)
{
    const struct shape in = l->layer->in[0];
    const struct locallyconnected2d_config *c = l->layer->config;
    const int64_t cells = in.dim[0] * c->filter_size.y * c->filter_size.x;
    const int64_t pixels = in.dim[1] * in.dim[2];
    const int64_t first[] = {2, 0, 1}, turned[] = {2, 1, 0};
    const char *weight = build_param(
        o, "weight", SHAPE(c->num_filters, cells, pixels), l->param[WEIGHT]);
    const char *x = build_reshape(o, "rows", windows, SHAPE(cells, pixels));

    x = build_one(o, "Transpose", "columns", x);
    build_ints(o, "perm", 3, turned);
    const char *w = build_one(o, "Transpose", "weights", weight);
    build_ints(o, "perm", 3, first);
    const char *y = build_two(o, "MatMul", "product", w, x);
    y = build_one(o, "Transpose", "samples", y);
    build_ints(o, "perm", 3, turned);
    return y;
}

const char *build_local(struct operators *o, const struct operator_layer *l)
{
    const struct locallyconnected2d_config *c = l->layer->config;
    const char *windows = lay_out(o, l);
    const char *y =
        c->channelwise ? put_own(o, l, windows) : put_all(o, l, windows);

    y = build_reshape(o, "image", y, l->layer->spec.out);
    return has_bias(l) ? add_bias(o, l, SHAPE(c->num_filters, 1, 1), y) : y;
}

const char *build_dense(struct operators *o, const struct operator_layer *l)
{
    const struct shape in = l->layer->in[0];
    const int64_t units = l->layer->spec.out.dim[0];
    const char *inputs[3] = {l->x[0]};
    int64_t count = 2;

    if (in.axes > 1) {
        inputs[0] = build_one(o, "Flatten", "flatten", l->x[0]);
        build_int(o, "axis", 1);
    }
    inputs[WEIGHT + 1] = build_param(o, "weight", SHAPE(units, shape_count(in)),
                                     l->param[WEIGHT]);
    if (has_bias(l))
        inputs[count++] = build_param(o, "bias", SHAPE(units), l->param[BIAS]);
    const char *y = build_node(o, "Gemm", "product", count, inputs);
    build_int(o, "transB", 1);
    return y;
}
