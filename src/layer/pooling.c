/*
 * pooling.c - what layers that pool windows of an image have in common.
 */
#include "layer/pooling.h"

#include "base/num.h"
#include "layer/facts.h"
#include "layer/image.h"

static struct pair stride_of(const struct pooling *p)
{
    return p->stride.y > 0 ? p->stride : p->size;
}

/* Windows along an axis, partial ones included; needs pad 0. */
static int64_t count_partial(const struct axis *a)
{
    if (a->stride >= a->kernel)
        return num_ceil_div(a->in, a->stride);
    return num_ceil_div(num_max(0, a->in - a->kernel), a->stride) + 1;
}

static struct axis make_axis(const struct pooling *p, int64_t in, int64_t size,
                             int64_t stride, int64_t pad)
{
    struct axis a = {in, 0, size, stride, 1, pad};

    a.out = p->ignore_border ? axis_count(&a, 2 * pad) : count_partial(&a);
    return a;
}

static enum status check_pad(const struct pooling *p, struct layer_spec *spec)
{
    if (!p->ignore_border && (p->pad.y > 0 || p->pad.x > 0))
        return layer_refuse(spec, "pad",
                            "must be 0 when ignore_border is "
                            "false");
    if (p->pad.y < p->size.y && p->pad.x < p->size.x)
        return OK;
    return layer_refuse(spec, "pad", "%s must be smaller than pool_size %s",
                        image_extents(p->pad.y, p->pad.x).text,
                        image_extents(p->size.y, p->size.x).text);
}

enum status pooling_infer(struct pooling p, enum pool_mode mode,
                          struct shape in, struct layer_spec *spec)
{
    const struct pair stride = stride_of(&p);
    enum status s = image_expect(spec, in);

    if (s == OK)
        s = check_pad(&p, spec);
    if (s != OK)
        return s;
    const struct window w = {
        .y = make_axis(&p, in.dim[IMAGE_ROWS], p.size.y, stride.y, p.pad.y),
        .x = make_axis(&p, in.dim[IMAGE_COLUMNS], p.size.x, stride.x, p.pad.x),
    };
    if (w.y.out < 1 || w.x.out < 1)
        return image_refuse_window(spec, "pool", &w);
    spec->out = SHAPE(in.dim[IMAGE_CHANNELS], w.y.out, w.x.out);
    if (!shape_fits(spec->out))
        return layer_refuse(spec, NULL, "its output is too large to address");
    pooling_declare((struct pool2d){.window = w, .mode = mode}, spec->out,
                    spec);
    return OK;
}

struct layer_window pooling_window(struct pooling p)
{
    return (struct layer_window){
        .kind = WINDOW_POOL,
        .size = p.size,
        .stride = stride_of(&p),
        .dilation = {1, 1},
        .pad = p.pad,
    };
}

void pooling_declare(struct pool2d pool, struct shape out,
                     struct layer_spec *spec)
{
    struct pool2d *kept = spec_prepared(spec, sizeof *kept);

    pool.kern = spec->engine.kern;
    pool2d_prepare(&pool);
    *kept = pool;
    spec->out = out;
    spec_cache(spec, out.dim[IMAGE_CHANNELS] * pool.index);
    spec_work(spec, pool.work, pool.work);
    spec_blocked(spec, out.axes == 3 ? WRITES_EITHER : WRITES_PLAIN);
}

const struct pool2d *pooling_pool(const struct layer *l)
{
    return (const void *)l->spec.prepared;
}

struct pool2d_call pooling_call(const struct layer *l, const struct pass *p)
{
    return (struct pool2d_call){
        .samples = p->batch,
        .channels = l->in[0].dim[IMAGE_CHANNELS],
        .x_blocked = l->spec.x_blocked,
        .y_blocked = l->spec.y_blocked,
        .work = p->work,
    };
}

/* A sample's channels, of which every part has as many, in whole vectors. */
struct share {
    const struct layer *layer;
    const struct pass *pass;
    struct pool2d_call whole;
    int64_t channels;
};

static void run_share(void *context, int64_t part, int64_t worker)
{
    const struct share *s = context;
    const struct pool2d *pool = pooling_pool(s->layer);
    const int64_t first = part * s->channels;
    struct pool2d_call call = s->whole;

    call.channels = num_min(s->channels, call.channels - first);
    call.x += first * window_inputs(&pool->window);
    call.y += first * window_outputs(&pool->window);
    if (call.index)
        call.index = (unsigned char *)call.index + first * pool->index;
    call.work = crew_work(&s->pass->crew, call.work, worker);
    pool2d_forward(pool, &call);
}

void pooling_forward(const struct layer *l, const struct pass *p)
{
    const int64_t lanes = l->spec.engine.kern->lanes;
    struct share s = {.layer = l, .pass = p, .whole = pooling_call(l, p)};
    const int64_t channels = s.whole.channels;
    /* Four inputs take a nanosecond. */
    const int64_t parts =
        p->batch == 1 ? crew_parts(&p->crew, shape_count(l->in[0]) / 4) : 1;

    s.whole.x = p->x[0];
    s.whole.y = p->y;
    s.whole.index = p->training ? p->cache : NULL;
    s.channels = num_ceil_div(num_ceil_div(channels, parts), lanes) * lanes;
    crew_run(&p->crew, num_ceil_div(channels, s.channels), run_share, &s);
}

void pooling_backward(const struct layer *l, const struct pass *p)
{
    struct pool2d_call call = pooling_call(l, p);

    call.dy = p->dy;
    call.dx = p->dx[0];
    call.index = p->cache;
    if (call.dx)
        pool2d_backward(pooling_pool(l), &call);
}
