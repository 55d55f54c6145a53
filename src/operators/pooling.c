/*
 * pooling.c - layers that pool windows of an image, and that make it larger, as
 * operators.
 */
#include <string.h>

#include "base/num.h"
#include "layer/config.h"
#include "layer/facts.h"
#include "operators/build.h"

enum { CHANNELS = 1, ROWS, COLUMNS }; /* axes, the batch being 0 */

/* Windows of one size.  Where they reach beyond the image there is padding,
 * which never wins and, unless it is to, does not count. */
static const char *put_pool(struct operators *o, const char *part,
                            const char *x, const struct pool2d *p)
{
    const char *y =
        build_one(o, p->mode == POOL_MAX ? "MaxPool" : "AveragePool", part, x);

    build_window(o, &p->window);
    if (p->mode == POOL_MEAN_PADDED)
        build_int(o, "count_include_pad", 1);
    return y;
}

const char *build_pool(struct operators *o, const struct operator_layer *l)
{
    return put_pool(o, "pool", l->x[0], pooling_pool(l->layer));
}

const char *build_global(struct operators *o, const struct operator_layer *l)
{
    const struct globalpool_config *c = l->layer->config;
    const bool is_max = strcmp(c->pool_function, "max") == 0;
    const int64_t axes[] = {ROWS, COLUMNS};

    if (strcmp(c->pool_function, "sum") == 0)
        return build_reduce(o, "ReduceSum", "sum", l->x[0], 2, axes, false);
    const char *y = build_one(o, is_max ? "GlobalMaxPool" : "GlobalAveragePool",
                              "pool", l->x[0]);
    y = build_one(o, "Flatten", "flatten", y);
    build_int(o, "axis", 1);
    return y;
}

/* A level of a pyramid. */
struct level {
    const struct pool2d *pool;
    int64_t number;
};

/* Bins along one axis, which may differ in size and share pixels. */
static const char *put_bins(struct operators *o, const struct level *v,
                            const char *x, int64_t axis)
{
    const struct window *w = &v->pool->window;
    const struct axis *a = axis == ROWS ? &w->y : &w->x;
    const bool is_max = v->pool->mode == POOL_MAX;
    const char **bins = arena_take(&o->arena, (size_t)a->out, sizeof *bins);

    for (int64_t i = 0; bins && !o->arena.failed && i < a->out; i++) {
        const int64_t begin = i * a->in / a->out;
        const int64_t end = num_ceil_div((i + 1) * a->in, a->out);
        const struct build_cells c = {axis, a->in, begin, 1, end - begin};
        const char *part =
            build_word_of(o, "level%lld_axis%lld_bin%lld", (long long)v->number,
                          (long long)axis, (long long)i);
        bins[i] = build_reduce(o, is_max ? "ReduceMax" : "ReduceMean",
                               build_word_of(o, "%s_pool", part),
                               build_slice(o, part, x, &c), 1, &axis, true);
    }
    if (!bins)
        return "";
    const char *y =
        build_node(o, "Concat",
                   build_word_of(o, "level%lld_axis%lld", (long long)v->number,
                                 (long long)axis),
                   a->out, bins);
    build_int(o, "axis", axis);
    return y;
}

/* Are the bins of an axis alike? */
static bool divides(const struct axis *a)
{
    return a->in % a->out == 0;
}

static struct axis equal_bins(const struct axis *a)
{
    const int64_t size = a->in / a->out;

    return (struct axis){a->in, a->out, size, size, 1, 0};
}

static const char *put_level(struct operators *o, const struct level *v,
                             const char *x)
{
    const struct window *w = &v->pool->window;
    const char *part = build_word_of(o, "level%lld", (long long)v->number);

    if (!v->pool->adaptive)
        return put_pool(o, part, x, v->pool);
    if (divides(&w->y) && divides(&w->x)) {
        struct pool2d alike = *v->pool;
        alike.window = (struct window){equal_bins(&w->y), equal_bins(&w->x)};
        return put_pool(o, part, x, &alike);
    }
    return put_bins(o, v, put_bins(o, v, x, ROWS), COLUMNS);
}

const char *build_pyramid(struct operators *o, const struct operator_layer *l)
{
    const struct shape in = l->layer->in[0];
    const char *levels[LAYER_MAX_INPUTS] = {0};
    int64_t count = 0;

    for (; pyramid_level(l->layer, count); count++) {
        const struct level v = {pyramid_level(l->layer, count), count + 1};
        const char *y = put_level(o, &v, l->x[0]);
        levels[count] = build_reshape(
            o, build_word_of(o, "level%lld_row", (long long)v.number), y,
            SHAPE(in.dim[0], window_outputs(&v.pool->window)));
    }
    if (count == 1)
        return levels[0];
    const char *y = build_node(o, "Concat", "levels", count, levels);
    build_int(o, "axis", 2);
    return y;
}

/* Every pixel the first of a cell, the others 0. */
static const char *dilate(struct operators *o, const struct operator_layer *l)
{
    const struct upscale2d_config *c = l->layer->config;
    const struct pair by = c->scale_factor;
    const int64_t channels = l->layer->in[0].dim[0];
    const int64_t kernel[] = {1, 1}, strides[] = {by.y, by.x};
    const int64_t rest[] = {by.y - 1, by.x - 1};
    const char *y =
        build_two(o, "ConvTranspose", "dilate", l->x[0],
                  build_filled(o, "ones", SHAPE(channels, 1, 1, 1), 1));

    build_ints(o, "kernel_shape", 2, kernel);
    build_ints(o, "strides", 2, strides);
    build_ints(o, "output_padding", 2, rest);
    build_int(o, "group", channels);
    return y;
}

const char *build_upscale(struct operators *o, const struct operator_layer *l)
{
    const struct upscale2d_config *c = l->layer->config;
    const real scales[] = {1, 1, (real)c->scale_factor.y,
                           (real)c->scale_factor.x};
    const bool linear = strcmp(c->mode, "bilinear") == 0;

    if (strcmp(c->mode, "dilate") == 0)
        return dilate(o, l);
    const char *const inputs[] = {l->x[0], "",
                                  build_reals(o, "scales", SHAPE(4), scales)};
    const char *y = build_node(o, "Resize", "resize", 3, inputs);
    build_word(o, "mode", linear ? "linear" : "nearest");
    build_word(o, "coordinate_transformation_mode",
               linear ? "half_pixel" : "asymmetric");
    if (!linear)
        build_word(o, "nearest_mode", "floor");
    return y;
}
