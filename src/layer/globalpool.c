/*
 * globalpool.c - one number for each channel of an image: [C, H, W] to [C].
 *
 *   y[c] = mean, sum or maximum over i, j of x[c,i,j]
 *
 * Lasagne's GlobalPoolLayer.  Sums of a few thousand pixels are added up in
 * double precision, so that their error does not grow with the image; the
 * gradient of the maximum goes to the first one.
 */
#include <string.h>

#include "base/num.h"
#include "layer/config.h"
#include "layer/image.h"
#include "layer/pooling.h"

enum { CHUNK = 1 << 12, LANE_CHUNK = 1 << 9 }; /* pixels */

static const char *const functions[] = {"mean", "max", "sum", NULL};

static const struct field globalpool_fields[] = {
    FIELD(globalpool_config, pool_function, .def = "mean", .choices = functions,
          .aka = "function mode pool",
          .doc = "What becomes of the pixels of a channel."),
    {0},
};

static bool is(const void *config, const char *function)
{
    const struct globalpool_config *c = config;

    return strcmp(c->pool_function, function) == 0;
}

static enum status globalpool_infer(const void *config, const struct shape *in,
                                    int64_t inputs, struct layer_spec *spec)
{
    const enum status s = image_expect(spec, in[0]);

    (void)inputs;
    if (s != OK)
        return s;
    spec->out = SHAPE(in[0].dim[IMAGE_CHANNELS]);
    spec_blocked(spec, WRITES_PLAIN);
    if (is(config, "max")) {
        const struct axis y = {.in = in[0].dim[IMAGE_ROWS], .out = 1};
        const struct axis x = {.in = in[0].dim[IMAGE_COLUMNS], .out = 1};
        pooling_declare((struct pool2d){.window = {y, x}, .adaptive = true},
                        spec->out, spec);
    }
    return OK;
}

static int64_t cells_of(const struct layer *l)
{
    return l->in[0].dim[IMAGE_ROWS] * l->in[0].dim[IMAGE_COLUMNS];
}

static int64_t planes_of(const struct layer *l, const struct pass *p)
{
    return p->batch * l->in[0].dim[IMAGE_CHANNELS];
}

static double sum_of(const struct kernels *kern, const real *x, int64_t count)
{
    double sum = 0;

    for (int64_t i = 0; i < count; i += CHUNK)
        sum += (double)kern->sum(x + i, num_min(CHUNK, count - i));
    return sum;
}

/* sums [count] = those over pixels of a blocked plane. */
static void sum_plane(const struct kernels *kern, const real *x, int64_t pixels,
                      int64_t count, double *sums)
{
    memset(sums, 0, (size_t)count * sizeof *sums);
    for (int64_t i = 0; i < pixels; i += LANE_CHUNK) {
        real part[KERNEL_MAX_LANES] = {0};
        kern->sum_lanes(x + i * kern->lanes, num_min(LANE_CHUNK, pixels - i),
                        count, part);
        for (int64_t j = 0; j < count; j++)
            sums[j] += (double)part[j];
    }
}

/* A plane of `lanes` channels, of which `count` are there. */
static void share_plane(const real *dy, real divisor, int64_t count,
                        int64_t lanes, int64_t pixels, real *dx)
{
    real share[KERNEL_MAX_LANES] = {0};

    for (int64_t j = 0; j < count; j++)
        share[j] = dy[j] / divisor;
    for (int64_t i = 0; i < pixels; i++)
        memcpy(dx + i * lanes, share, (size_t)lanes * sizeof *dx);
}

static void blocked_forward(const struct layer *l, const struct pass *p,
                            double divisor)
{
    const struct layout in = layer_reads(l, 0);
    const real *x = p->x[0];
    double sums[KERNEL_MAX_LANES];

    for (int64_t n = 0; n < p->batch; n++)
        for (int64_t c = 0; c < in.channels; c += in.lanes) {
            const int64_t count = num_min(in.lanes, in.channels - c);
            sum_plane(l->spec.engine.kern, x, in.pixels, count, sums);
            for (int64_t j = 0; j < count; j++)
                p->y[n * in.channels + c + j] = (real)(sums[j] / divisor);
            x += in.pixels * in.lanes;
        }
}

static void blocked_backward(const struct layer *l, const struct pass *p,
                             real divisor)
{
    const struct layout in = layer_reads(l, 0);
    real *dx = p->dx[0];

    for (int64_t n = 0; n < p->batch; n++)
        for (int64_t c = 0; c < in.channels; c += in.lanes) {
            share_plane(p->dy + n * in.channels + c, divisor,
                        num_min(in.lanes, in.channels - c), in.lanes, in.pixels,
                        dx);
            dx += in.pixels * in.lanes;
        }
}

static void globalpool_forward(const struct layer *l, const struct pass *p)
{
    const int64_t cells = cells_of(l);
    const double divisor = is(l->config, "mean") ? (double)cells : 1;

    if (is(l->config, "max")) {
        pooling_forward(l, p);
        return;
    }
    if (l->spec.x_blocked) {
        blocked_forward(l, p, divisor);
        return;
    }
    for (int64_t i = 0; i < planes_of(l, p); i++)
        p->y[i] =
            (real)(sum_of(l->spec.engine.kern, p->x[0] + i * cells, cells) /
                   divisor);
}

static void globalpool_backward(const struct layer *l, const struct pass *p)
{
    const int64_t cells = cells_of(l);
    const real divisor = is(l->config, "mean") ? (real)cells : 1;

    if (is(l->config, "max")) {
        pooling_backward(l, p);
        return;
    }
    if (p->dx[0] && l->spec.x_blocked) {
        blocked_backward(l, p, divisor);
        return;
    }
    for (int64_t i = 0; p->dx[0] && i < planes_of(l, p); i++) {
        const real share = p->dy[i] / divisor;
        for (int64_t j = 0; j < cells; j++)
            p->dx[0][i * cells + j] = share;
    }
}

static struct layer_window globalpool_window(const void *config)
{
    (void)config;
    return (struct layer_window){.kind = WINDOW_WHOLE};
}

const struct layer_ops globalpool_layer = {
    .kind = {.name = "globalpool",
             .doc = "The mean, sum or maximum of each channel of an image.",
             CONFIG(globalpool),
             .aka = "global_pool global_pooling global_average_pooling2d "
                    "global_max_pooling2d adaptive_avg_pool2d gap "
                    "global_avg_pool global_average_pool"},
    .family = FAMILY_POOLING,
    ONE_INPUT,
    .infer = globalpool_infer,
    .forward = globalpool_forward,
    .backward = globalpool_backward,
    .window = globalpool_window,
};
