/*
 * spatialpyramidpooling.c - an image pooled into a fixed number of bins: [C, H,
 * W] to [C, bins].
 *
 * Lasagne's SpatialPyramidPoolingLayer.  Each number p of pool_dims divides the
 * image into p x p bins; the bins of all levels, in row-major order and level
 * by level, are the outputs.  kaiming: bin i of an axis of n pixels are the
 * pixels floor(i*n/p) .. ceil((i+1)*n/p) - 1, any n and p (He, Zhang, Ren, Sun:
 * Spatial pyramid pooling in deep convolutional networks, 2014, with the bins
 * of section 2.3 made to reach both ends).  fast: windows of ceil(n/p) pixels,
 * floor(n/p) apart, which does not give p of them for every n.
 */
#include <string.h>

#include "base/num.h"
#include "layer/config.h"
#include "layer/facts.h"
#include "layer/image.h"
#include "layer/pooling.h"

enum { MOST_LEVELS = 8, MOST_BINS = 1 << 10 }; /* bins along an axis */

static const char *const modes[] = {"max", "average", NULL};
static const char *const implementations[] = {"kaiming", "fast", NULL};

static const struct field spatialpyramidpooling_fields[] = {
    FIELD(spatialpyramidpooling_config, pool_dims, .def = "[4, 2, 1]", .min = 1,
          .max = MOST_BINS, .least = 1, .most = MOST_LEVELS,
          .aka = "levels bins pyramid_height",
          .doc = "For each level, into how many bins an axis is divided."),
    FIELD(spatialpyramidpooling_config, mode, .def = "max", .choices = modes,
          .aka = "pool pool_function",
          .doc = "What becomes of the pixels of a bin."),
    FIELD(spatialpyramidpooling_config, implementation, .def = "kaiming",
          .choices = implementations,
          .doc = "kaiming: bins of about equal size; fast: windows of one "
                 "size, where the image can be divided like that."),
    {0},
};

struct level {
    struct pool2d pool;
    int64_t bins_at;  /* its first bin in a channel's outputs */
    int64_t index_at; /* bytes of a plane's index before it */
};

struct pyramid {
    int64_t count;
    struct level level[MOST_LEVELS];
};

static struct axis bins_of(int64_t pixels, int64_t bins, bool fast)
{
    struct axis a = {.in = pixels, .out = bins, .dilation = 1};

    if (!fast || pixels < bins)
        return a;
    a.kernel = num_ceil_div(pixels, bins);
    a.stride = pixels / bins;
    a.out = axis_count(&a, 0);
    return a;
}

static bool is_fast(const struct spatialpyramidpooling_config *c)
{
    return strcmp(c->implementation, "fast") == 0;
}

/* The level of p bins. */
static enum status make_pool(const struct spatialpyramidpooling_config *c,
                             struct shape in, int64_t p, struct pool2d *pool,
                             struct layer_spec *spec)
{
    const struct axis y = bins_of(in.dim[IMAGE_ROWS], p, is_fast(c));
    const struct axis x = bins_of(in.dim[IMAGE_COLUMNS], p, is_fast(c));
    const bool is_short = y.in < p || x.in < p;

    if (is_fast(c) && (is_short || y.out != p || x.out != p))
        return layer_refuse(spec, "implementation",
                            "fast does not divide its %s input into %s bins",
                            image_extents(y.in, x.in).text,
                            image_extents(p, p).text);
    *pool = (struct pool2d){
        .kern = spec->engine.kern,
        .window = {y, x},
        .adaptive = !is_fast(c),
        .mode = strcmp(c->mode, "max") == 0 ? POOL_MAX : POOL_MEAN,
    };
    return OK;
}

static int64_t count_bins(const struct spatialpyramidpooling_config *c)
{
    int64_t bins = 0;

    for (int64_t i = 0; i < c->pool_dims.count; i++)
        bins += c->pool_dims.at[i] * c->pool_dims.at[i];
    return bins;
}

static enum status spatialpyramidpooling_infer(const void *config,
                                               const struct shape *in,
                                               int64_t inputs,
                                               struct layer_spec *spec)
{
    const struct spatialpyramidpooling_config *c = config;
    struct pyramid *y = spec_prepared(spec, sizeof *y);
    int64_t work = 0, index = 0, bins = 0;
    enum status s = image_expect(spec, in[0]);

    (void)inputs;
    y->count = c->pool_dims.count;
    for (int64_t i = 0; s == OK && i < y->count; i++) {
        const int64_t p = c->pool_dims.at[i];
        struct level *l = &y->level[i];
        s = make_pool(c, in[0], p, &l->pool, spec);
        if (s != OK)
            break;
        l->pool.y_stride = count_bins(c);
        pool2d_prepare(&l->pool);
        l->bins_at = bins;
        l->index_at = index;
        bins += p * p;
        index += num_ceil_div(l->pool.index, (int64_t)sizeof(real)) *
                 (int64_t)sizeof(real);
        work = num_max(work, l->pool.work);
    }
    if (s != OK)
        return s;
    spec->out = SHAPE(in[0].dim[IMAGE_CHANNELS], bins);
    if (!shape_fits(spec->out))
        return layer_refuse(spec, NULL, "its output is too large to address");
    spec_cache(spec, in[0].dim[IMAGE_CHANNELS] * index);
    spec_work(spec, work, work);
    spec_blocked(spec, WRITES_PLAIN);
    return OK;
}

static const struct pyramid *pyramid_of(const struct layer *l)
{
    return (const void *)l->spec.prepared;
}

const struct pool2d *pyramid_level(const struct layer *l, int64_t i)
{
    const struct pyramid *y = pyramid_of(l);

    return i < y->count ? &y->level[i].pool : NULL;
}

/* What the levels' calls have in common. */
static struct pool2d_call call_of(const struct layer *l, const struct pass *p,
                                  const struct level *at, void *cache)
{
    struct pool2d_call call = pooling_call(l, p);

    if (cache)
        call.index = (unsigned char *)cache +
                     call.samples * call.channels * at->index_at;
    return call;
}

static void spatialpyramidpooling_forward(const struct layer *l,
                                          const struct pass *p)
{
    const struct pyramid *y = pyramid_of(l);

    for (int64_t i = 0; i < y->count; i++) {
        const struct level *at = &y->level[i];
        struct pool2d_call call =
            call_of(l, p, at, p->training ? p->cache : NULL);
        call.x = p->x[0];
        call.y = p->y + at->bins_at;
        pool2d_forward(&at->pool, &call);
    }
}

static void spatialpyramidpooling_backward(const struct layer *l,
                                           const struct pass *p)
{
    const struct pyramid *y = pyramid_of(l);

    for (int64_t i = 0; p->dx[0] && i < y->count; i++) {
        const struct level *at = &y->level[i];
        struct pool2d_call call = call_of(l, p, at, p->cache);
        call.dy = p->dy + at->bins_at;
        call.dx = p->dx[0];
        call.adds = i > 0;
        pool2d_backward(&at->pool, &call);
    }
}

static struct layer_window spatialpyramidpooling_window(const void *config)
{
    (void)config;
    return (struct layer_window){.kind = WINDOW_WHOLE};
}

const struct layer_ops spatialpyramidpooling_layer = {
    .kind = {.name = "spatialpyramidpooling",
             .doc = "An image of any size pooled into a fixed number of bins.",
             CONFIG(spatialpyramidpooling),
             .aka = "spp spatial_pyramid_pooling spatial_pyramid_pooling2d"},
    .family = FAMILY_POOLING,
    ONE_INPUT,
    .infer = spatialpyramidpooling_infer,
    .forward = spatialpyramidpooling_forward,
    .backward = spatialpyramidpooling_backward,
    .window = spatialpyramidpooling_window,
};
