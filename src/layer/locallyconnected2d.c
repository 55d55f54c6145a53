/*
 * locallyconnected2d.c - a convolution with filters of its own at every pixel.
 *
 *   y[o,i,j] = b[o] + sum over c,u,v of
 *              W[o,c,u,v,i,j] * x[c, i + u - pad, j + v - pad]
 *
 * Lasagne's LocallyConnected2DLayer, not flipped: stride 1, an output of the
 * size of the input, weights [filters, channels, rows, columns, H, W]; with
 * channelwise filter o sees channel o alone, weights [filters, rows, columns,
 * H, W].  Initializers see these axes.  Reads outside x count as zero.
 *
 * Every weight is used once per sample.  So the plane of a tap, [H, W], is
 * multiplied by a shifted plane of x, for all samples while it is in the cache;
 * a sum has the same order whatever the samples are.
 */
#include <string.h>

#include "base/compiler.h"
#include "base/num.h"
#include "layer/config.h"
#include "layer/filters.h"
#include "layer/image.h"

/* Parameters in the order of spec_param. */
enum { WEIGHT, BIAS };

static const char *const pad_words[] = {"same", NULL};

static const struct field locallyconnected2d_fields[] = {
    FIELD(locallyconnected2d_config, num_filters, FILTERS_COUNT,
          .aka = "out_channels filters num_output channels",
          .doc = "Number of filters of a pixel, the channels of the output."),
    FIELD(locallyconnected2d_config, filter_size, .min = 1,
          .max = FILTERS_MOST_CELLS, .aka = "kernel_size kernel size",
          .unit = "pixels", .doc = "Rows and columns of a filter, odd."),
    FIELD(locallyconnected2d_config, pad, .def = "same", .choices = pad_words,
          .aka = "padding border_mode",
          .doc = "Zeros around the image; same: the output has its size."),
    FIELD(locallyconnected2d_config, channelwise, .def = "false",
          .aka = "depthwise",
          .doc = "Each filter sees one channel, of which there are as many."),
    FILTERS_FIELDS(locallyconnected2d_config),
    {0},
};

static enum status check_config(const struct locallyconnected2d_config *c,
                                struct shape in, struct layer_spec *spec)
{
    if (c->filter_size.y % 2 == 0 || c->filter_size.x % 2 == 0)
        return layer_refuse(
            spec, "filter_size", "must be odd for pad same, is %s",
            image_extents(c->filter_size.y, c->filter_size.x).text);
    if (c->channelwise && c->num_filters != in.dim[IMAGE_CHANNELS])
        return layer_refuse(spec, "num_filters",
                            "must be the number of input channels with "
                            "channelwise, %lld, is %lld",
                            (long long)in.dim[IMAGE_CHANNELS],
                            (long long)c->num_filters);
    return OK;
}

static struct shape weight_shape(const struct locallyconnected2d_config *c,
                                 struct shape in)
{
    const int64_t rows = in.dim[IMAGE_ROWS], columns = in.dim[IMAGE_COLUMNS];

    if (c->channelwise)
        return SHAPE(c->num_filters, c->filter_size.y, c->filter_size.x, rows,
                     columns);
    return SHAPE(c->num_filters, in.dim[IMAGE_CHANNELS], c->filter_size.y,
                 c->filter_size.x, rows, columns);
}

static enum status locallyconnected2d_infer(const void *config,
                                            const struct shape *in,
                                            int64_t inputs,
                                            struct layer_spec *spec)
{
    const struct locallyconnected2d_config *c = config;
    enum status s = image_expect(spec, in[0]);

    (void)inputs;
    if (s == OK)
        s = check_config(c, in[0], spec);
    if (s != OK)
        return s;
    const struct shape weight = weight_shape(c, in[0]);
    spec->out =
        SHAPE(c->num_filters, in[0].dim[IMAGE_ROWS], in[0].dim[IMAGE_COLUMNS]);
    if (!shape_fits(spec->out) || !shape_fits(weight))
        return layer_refuse(spec, NULL, "is too large to compute");
    spec->macs = shape_count(weight);
    spec_param(spec, "weight", weight, c->W, true);
    if (c->b.kind)
        spec_param(spec, "bias", SHAPE(c->num_filters), c->b, false);
    spec->nonlinearity = c->nonlinearity;
    return OK;
}

/* The pixels of y that a tap has something to give to, and how far from them
 * in x it looks. */
struct overlap {
    struct range rows, columns;
    int64_t width, shift;
};

/* to += a * b, where they overlap. */
HOT_CLONES
static void add_products(const struct overlap *o, const real *restrict a,
                         const real *restrict b, real *restrict to)
{
    for (int64_t i = o->rows.begin; i < o->rows.end; i++)
        for (int64_t j = o->columns.begin; j < o->columns.end; j++)
            to[i * o->width + j] += a[i * o->width + j] * b[i * o->width + j];
}

/* A plane of weights, those of filter o, channel c and a tap. */
struct tap_plane {
    int64_t o, c, index; /* which one, in the order of the weights */
    struct overlap overlap;
};

static struct range inside(int64_t offset, int64_t extent)
{
    return (struct range){num_max(0, -offset),
                          num_min(extent, extent - offset)};
}

static int64_t pixels_of(const struct layer *l)
{
    return l->spec.out.dim[IMAGE_ROWS] * l->spec.out.dim[IMAGE_COLUMNS];
}

static int64_t input_at(const struct layer *l, const struct tap_plane *t,
                        int64_t n)
{
    return (n * l->in[0].dim[IMAGE_CHANNELS] + t->c) * pixels_of(l) +
           t->overlap.shift;
}

static int64_t output_at(const struct layer *l, const struct tap_plane *t,
                         int64_t n)
{
    return (n * l->spec.out.dim[IMAGE_CHANNELS] + t->o) * pixels_of(l);
}

static void forward_tap(const struct layer *l, const struct pass *p,
                        const struct tap_plane *t)
{
    const real *weight = p->param[WEIGHT] + t->index * pixels_of(l);

    for (int64_t n = 0; n < p->batch; n++)
        add_products(&t->overlap, weight, p->x[0] + input_at(l, t, n),
                     p->y + output_at(l, t, n));
}

static void backward_tap(const struct layer *l, const struct pass *p,
                         const struct tap_plane *t)
{
    const int64_t at = t->index * pixels_of(l);

    for (int64_t n = 0; n < p->batch; n++) {
        const real *dy = p->dy + output_at(l, t, n);
        if (p->grad[WEIGHT])
            add_products(&t->overlap, dy, p->x[0] + input_at(l, t, n),
                         p->grad[WEIGHT] + at);
        if (p->dx[0])
            add_products(&t->overlap, dy, p->param[WEIGHT] + at,
                         p->dx[0] + input_at(l, t, n));
    }
}

/* All taps of filter o and channel c. */
static void
visit_channel(const struct layer *l, const struct pass *p, struct tap_plane *t,
              void (*visit)(const struct layer *, const struct pass *,
                            const struct tap_plane *))
{
    const struct locallyconnected2d_config *c = l->config;
    const struct shape in = l->in[0];

    for (int64_t u = 0; u < c->filter_size.y; u++)
        for (int64_t v = 0; v < c->filter_size.x; v++, t->index++) {
            const int64_t y = u - c->filter_size.y / 2;
            const int64_t x = v - c->filter_size.x / 2;
            t->overlap = (struct overlap){
                .rows = inside(y, in.dim[IMAGE_ROWS]),
                .columns = inside(x, in.dim[IMAGE_COLUMNS]),
                .width = in.dim[IMAGE_COLUMNS],
                .shift = y * in.dim[IMAGE_COLUMNS] + x,
            };
            visit(l, p, t);
        }
}

static void visit_taps(const struct layer *l, const struct pass *p,
                       void (*visit)(const struct layer *, const struct pass *,
                                     const struct tap_plane *))
{
    const struct locallyconnected2d_config *c = l->config;
    const int64_t channels = l->in[0].dim[IMAGE_CHANNELS];
    struct tap_plane t = {0};

    for (t.o = 0; t.o < c->num_filters; t.o++) {
        const int64_t first = c->channelwise ? t.o : 0;
        const int64_t end = c->channelwise ? t.o + 1 : channels;
        for (t.c = first; t.c < end; t.c++)
            visit_channel(l, p, &t, visit);
    }
}

static void locallyconnected2d_forward(const struct layer *l,
                                       const struct pass *p)
{
    const int64_t filters = l->spec.out.dim[IMAGE_CHANNELS];
    const int64_t pixels = pixels_of(l);

    for (int64_t i = 0; i < p->batch * filters; i++) {
        const real bias =
            l->spec.param_count > BIAS ? p->param[BIAS][i % filters] : 0;
        for (int64_t j = 0; j < pixels; j++)
            p->y[i * pixels + j] = bias;
    }
    visit_taps(l, p, forward_tap);
}

static void locallyconnected2d_backward(const struct layer *l,
                                        const struct pass *p)
{
    const int64_t filters = l->spec.out.dim[IMAGE_CHANNELS];
    const int64_t pixels = pixels_of(l);
    const int64_t in = p->batch * shape_count(l->in[0]);
    const bool wanted = l->spec.param_count > BIAS && p->grad[BIAS];

    for (int64_t i = 0; wanted && i < p->batch * filters; i++)
        p->grad[BIAS][i % filters] +=
            l->spec.engine.kern->sum(p->dy + i * pixels, pixels);
    if (p->dx[0])
        memset(p->dx[0], 0, (size_t)in * sizeof(real));
    visit_taps(l, p, backward_tap);
}

static struct layer_window locallyconnected2d_window(const void *config)
{
    const struct locallyconnected2d_config *c = config;

    return (struct layer_window){
        .kind = WINDOW_CONV,
        .size = c->filter_size,
        .stride = {1, 1},
        .dilation = {1, 1},
        .pad = {c->filter_size.y / 2, c->filter_size.x / 2},
    };
}

const struct layer_ops locallyconnected2d_layer = {
    .kind = {.name = "locallyconnected2d",
             .doc = "A convolution with filters of its own at every pixel.",
             CONFIG(locallyconnected2d),
             .aka = "locally_connected locally_connected2d local "
                    "local_convolution"},
    .family = FAMILY_CONVOLUTION,
    ONE_INPUT,
    .backward_reads_x = true,
    .is_linear = true,
    .infer = locallyconnected2d_infer,
    .forward = locallyconnected2d_forward,
    .backward = locallyconnected2d_backward,
    .window = locallyconnected2d_window,
};
