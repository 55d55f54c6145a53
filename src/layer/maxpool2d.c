/*
 * maxpool2d.c - the maximum of each window of an image.
 *
 * Lasagne's MaxPool2DLayer; the gradient goes to the first maximum only.  The
 * arithmetic is tensor/pool2d.
 */
#include "base/num.h"
#include "layer/config.h"
#include "layer/image.h"
#include "tensor/pool2d.h"

enum { MOST_CELLS = 1 << 12 }; /* of window, stride and pad along an axis */

/* clang-format off */
static const struct field maxpool2d_fields[] = {
    FIELD(maxpool2d_config, pool_size, .min = 1, .max = MOST_CELLS,
          .aka = "kernel_size filter_size size kernel",
          .unit = "pixels", .doc = "Rows and columns of a window."),
    FIELD(maxpool2d_config, stride, .optional = true, .min = 1,
          .max = MOST_CELLS, .aka = "strides",
          .unit = "pixels",
          .doc = "Step of the windows over the image; absent: pool_size."),
    FIELD(maxpool2d_config, pad, .def = "0", .min = 0, .max = MOST_CELLS,
          .aka = "padding", .unit = "pixels",
          .doc = "Border around the image that never holds the maximum."),
    FIELD(maxpool2d_config, ignore_border, .def = "true",
          .aka = "ceil_mode",
          .doc = "Leave out windows that reach beyond the image; false: use "
                 "what is inside."),
    {0},
};
/* clang-format on */

static struct pair stride_of(const struct maxpool2d_config *c)
{
    return c->stride.y > 0 ? c->stride : c->pool_size;
}

/* Windows along an axis, partial ones included; needs pad 0. */
static int64_t count_partial(const struct axis *a)
{
    if (a->stride >= a->kernel)
        return num_ceil_div(a->in, a->stride);
    return num_ceil_div(num_max(0, a->in - a->kernel), a->stride) + 1;
}

static struct axis make_axis(const struct maxpool2d_config *c, int64_t in,
                             int64_t size, int64_t stride, int64_t pad)
{
    struct axis a = {in, 0, size, stride, 1, pad};

    a.out = c->ignore_border ? axis_count(&a, 2 * pad) : count_partial(&a);
    return a;
}

static struct window window_of(const struct maxpool2d_config *c,
                               struct shape in)
{
    const struct pair size = c->pool_size, stride = stride_of(c), pad = c->pad;

    return (struct window){
        .y = make_axis(c, in.dim[IMAGE_ROWS], size.y, stride.y, pad.y),
        .x = make_axis(c, in.dim[IMAGE_COLUMNS], size.x, stride.x, pad.x),
    };
}

/* A window must never lie in the padding alone. */
static enum status check_pad(const struct maxpool2d_config *c,
                             struct layer_spec *spec)
{
    const struct pair pad = c->pad;

    if (!c->ignore_border && (pad.y > 0 || pad.x > 0))
        return layer_refuse(spec, "pad",
                            "must be 0 when ignore_border is "
                            "false");
    if (pad.y < c->pool_size.y && pad.x < c->pool_size.x)
        return OK;
    return layer_refuse(spec, "pad", "%s must be smaller than pool_size %s",
                        image_extents(pad.y, pad.x).text,
                        image_extents(c->pool_size.y, c->pool_size.x).text);
}

static enum status maxpool2d_infer(const void *config, const struct shape *in,
                                   int64_t inputs, struct layer_spec *spec)
{
    const struct maxpool2d_config *c = config;
    enum status s = image_expect(spec, in[0]);

    (void)inputs;
    if (s == OK)
        s = check_pad(c, spec);
    if (s != OK)
        return s;
    const struct window w = window_of(c, in[0]);
    if (w.y.out < 1 || w.x.out < 1)
        return image_refuse_window(spec, "pool", &w);
    spec->out = SHAPE(in[0].dim[IMAGE_CHANNELS], w.y.out, w.x.out);
    if (!shape_fits(spec->out))
        return layer_refuse(spec, NULL, "its output is too large to address");
    spec_cache(spec, shape_count(spec->out) * maxpool_index_bytes(&w));
    return OK;
}

static int64_t planes_of(const struct layer *l, const struct pass *p)
{
    return p->batch * l->spec.out.dim[IMAGE_CHANNELS];
}

static void maxpool2d_forward(const struct layer *l, const struct pass *p)
{
    const struct window w = window_of(l->config, l->in[0]);

    maxpool_forward(l->spec.engine.kern, &w, planes_of(l, p), p->x[0], p->y,
                    p->training ? p->cache : NULL);
}

static void maxpool2d_backward(const struct layer *l, const struct pass *p)
{
    const struct window w = window_of(l->config, l->in[0]);

    if (p->dx[0])
        maxpool_backward(l->spec.engine.kern, &w, planes_of(l, p), p->dy,
                         p->cache, p->dx[0]);
}

static struct layer_window maxpool2d_window(const void *config)
{
    const struct maxpool2d_config *c = config;

    return (struct layer_window){
        .kind = WINDOW_POOL,
        .size = c->pool_size,
        .stride = stride_of(c),
        .dilation = {1, 1},
        .pad = c->pad,
    };
}

const struct layer_ops maxpool2d_layer = {
    .kind = {.name = "maxpool2d",
             .doc = "The maximum of each window of an image.",
             .fields = maxpool2d_fields,
             .config_size = sizeof(struct maxpool2d_config),
             .aka = "maxpool max_pool max_pooling max_pooling2d pooling"},
    .min_inputs = 1,
    .max_inputs = 1,
    .infer = maxpool2d_infer,
    .forward = maxpool2d_forward,
    .backward = maxpool2d_backward,
    .window = maxpool2d_window,
};
