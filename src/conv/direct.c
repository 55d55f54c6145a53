/*
 * direct.c - any convolution straight from the image.
 *
 * Windows find their numbers through the tables of border.h, so nothing is
 * unrolled (compare Chellapilla, Puri, Simard 2006) and one input channel costs
 * no more per multiply-add than many.  With the filters in the lanes of the
 * vectors:
 *
 *   forward          y' [P, O]  = x [P by taps] W' [taps, O]
 *   weight gradient  dW'[taps, O] += x [taps by P] dy' [P, O]
 *
 * where P are the output positions, taps is C/G*KH*KW, and x is bordered by its
 * padding: stencils of kernels.h over blocked planes, which are y and dy
 * themselves or a tile of them that is turned.  The data gradient is the
 * forward pass of another convolution (conv_turn) or that of direct_data.c,
 * whichever is less work.
 */
#include "conv/direct.h"

#include <string.h>

#include "base/num.h"

/* Reals of the weights that pass by a tile, so that both are in the first-level
 * cache. */
enum { WEIGHT_REALS = 4 << 10 };

static int64_t lanes_of(const struct direct *d, bool blocked)
{
    return blocked ? d->task->kern->lanes : 1;
}

static struct direct begin(const struct conv_task *t,
                           const struct conv_call *call)
{
    struct direct d;

    conv_recall(t, &d, sizeof d);
    d.task = t;
    d.call = call;
    border_fill(&d.border, &t->conv, lanes_of(&d, call->x_blocked), call);
    return d;
}

static const real *load_image(const struct direct *d, int64_t sample,
                              int64_t group)
{
    return border_load(&d->border, &d->task->conv,
                       lanes_of(d, d->call->x_blocked),
                       d->call->x + conv_x_at(d->task, d->call, sample, group),
                       d->call->work + d->image);
}

/* Some vectors of filters, of which the first is `first`. */
struct panel {
    int64_t first, vectors;
};

/* The panel that follows; the last has no vectors.  Four are 2 + 2, as one
 * alone would wait for what it reads. */
static struct panel next_panel(const struct direct *d, struct panel p)
{
    const int64_t lanes = d->task->kern->lanes;
    const int64_t first = p.first + p.vectors * lanes;
    const int64_t left = (d->out_lanes - first) / lanes;

    return (struct panel){first,
                          left == 4 ? 2 : num_min(left, STENCIL_VECTORS)};
}

static struct panel first_panel(const struct direct *d)
{
    return next_panel(d, (struct panel){0});
}

/* Vector j of a panel as planes: `count` numbers of each filter. */
static struct planes planes_of(const struct direct *d, struct panel p,
                               int64_t j, int64_t pixels)
{
    const int64_t lanes = d->task->kern->lanes;
    const int64_t left = d->filters - p.first - j * lanes;

    return (struct planes){num_min(lanes, left), pixels, d->positions, lanes};
}

/* All weights of a group, or their gradient: [O, depth] to panels [depth,
 * vectors, lanes], or the sums in those to be added to it. */
static void turn_weights(const struct direct *d, const real *weight,
                         real *panels, real *grad)
{
    const struct kernels *kern = d->task->kern;
    const int64_t depth = d->border.depth;

    for (struct panel p = first_panel(d); p.vectors > 0; p = next_panel(d, p))
        for (int64_t j = 0; j < p.vectors; j++) {
            const int64_t o = p.first + j * kern->lanes;
            real *panel = panels + p.first * depth + j * kern->lanes;
            struct planes rows = planes_of(d, p, j, depth);
            rows.stride = depth;
            rows.pitch = p.vectors * kern->lanes;
            if (grad)
                kern->from_blocked(&rows, panel, true, grad + o * depth);
            else
                kern->to_blocked(&rows, weight + o * depth, panel);
        }
}

/* The same from the weights [channels, filters, taps] of the convolution that
 * was turned: `filters` planes at a time, from the last tap to the first. */
static void load_turned(const struct direct *d, const real *weight,
                        real *panels)
{
    const struct kernels *kern = d->task->kern;
    const int64_t depth = d->border.depth, taps = d->taps;

    for (struct panel p = first_panel(d); p.vectors > 0; p = next_panel(d, p))
        for (int64_t j = 0; j < p.vectors; j++) {
            const int64_t o = p.first + j * kern->lanes;
            const int64_t width = p.vectors * kern->lanes;
            real *last =
                panels + p.first * depth + j * kern->lanes + (taps - 1) * width;
            struct planes cells = planes_of(d, p, j, taps);
            cells.stride = taps;
            cells.pitch = -width;
            for (int64_t c = 0; c < d->channels; c++)
                kern->to_blocked(&cells, weight + (c * d->filters + o) * taps,
                                 last + c * taps * width);
        }
}

/* Where the panels of a group's weights are. */
static real *panels_of(const struct direct *d, int64_t group)
{
    return d->call->laid + group * d->border.depth * d->out_lanes;
}

static void lay_group(const struct direct *d, int64_t group)
{
    const real *weight = d->call->weight + group * d->filters * d->border.depth;

    if (d->turned)
        load_turned(d, weight, panels_of(d, group));
    else
        turn_weights(d, weight, panels_of(d, group), NULL);
}

static void load_bias(const struct direct *d, int64_t group)
{
    const struct conv_call *call = d->call;
    real *bias = call->work + d->bias;

    memset(bias, 0, (size_t)d->out_lanes * sizeof *bias);
    if (call->bias)
        memcpy(bias, call->bias + group * d->filters,
               (size_t)d->filters * sizeof *bias);
}

/* Of a sample's group: the panel's planes of positions first .. first + count.
 */
struct chunk {
    int64_t group;
    struct panel panel;
    int64_t first, count;
};

static struct stencil stencil_of(const struct direct *d, const struct chunk *c,
                                 const real *image)
{
    return (struct stencil){
        .positions = c->count,
        .taps = d->border.depth,
        .vectors = c->panel.vectors,
        .position = border_table(d->call, d->border.position_at) + c->first,
        .tap = border_table(d->call, d->border.tap_at),
        .x = image,
        .plane = (d->call->y_blocked ? d->positions : d->chunk) *
                 d->task->kern->lanes,
    };
}

/* Where a chunk begins in the planes of a group. */
static int64_t place_of(const struct direct *d, const struct chunk *c)
{
    return c->panel.first * d->positions +
           c->first * lanes_of(d, d->call->y_blocked);
}

/* The taps in runs of nearly equal length, between which the sums rest in y. */
static void run_taps(const struct direct *d, const struct chunk *c,
                     struct stencil s)
{
    const int64_t depth = d->border.depth;
    const int64_t width = s.vectors * d->task->kern->lanes;
    const int64_t runs = num_ceil_div(depth * width, WEIGHT_REALS);
    const int64_t *tap = s.tap;

    s.bias = d->call->work + d->bias + c->panel.first;
    for (int64_t i = 0; i < runs; i++) {
        const int64_t from = depth * i / runs;
        s.tap = tap + from;
        s.taps = depth * (i + 1) / runs - from;
        s.weight =
            panels_of(d, c->group) + c->panel.first * depth + from * width;
        s.add = i > 0;
        s.rectify = i == runs - 1 && d->call->rectify;
        d->task->kern->stencil_forward(&s);
    }
}

static void forward_chunk(const struct direct *d, const struct chunk *c,
                          const real *image, real *y)
{
    struct stencil s = stencil_of(d, c, image);

    y += place_of(d, c);
    s.y = d->call->y_blocked ? y : d->call->work + d->spare + d->tile;
    run_taps(d, c, s);
    if (d->call->y_blocked)
        return;
    for (int64_t j = 0; j < s.vectors; j++) {
        const struct planes p = planes_of(d, c->panel, j, c->count);
        d->task->kern->from_blocked(&p, s.y + j * s.plane, false,
                                    y + j * p.pitch * d->positions);
    }
}

/* dW' += x dy', and the biases' gradient while dy is near. */
static void weight_chunk(const struct direct *d, const struct chunk *c,
                         const real *image, const real *dy)
{
    struct stencil s = stencil_of(d, c, image);
    real *tile = d->call->work + d->tile;

    dy += place_of(d, c);
    for (int64_t j = 0; !d->call->y_blocked && j < s.vectors; j++) {
        const struct planes p = planes_of(d, c->panel, j, c->count);
        d->task->kern->to_blocked(&p, dy + j * p.pitch * d->positions,
                                  tile + j * s.plane);
    }
    s.dy = d->call->y_blocked ? dy : tile;
    s.grad = d->call->work + d->grad + c->panel.first * d->border.depth;
    d->task->kern->stencil_weight(&s);
    for (int64_t j = 0; d->call->bias_grad && j < s.vectors; j++)
        d->task->kern->sum_lanes(s.dy + j * s.plane, c->count,
                                 planes_of(d, c->panel, j, 0).count,
                                 d->call->bias_grad + c->group * d->filters +
                                     c->panel.first + j * d->task->kern->lanes);
}

/* One group's part of a sample, cut into chunks. */
struct image {
    const struct direct *direct;
    int64_t group, at; /* where it begins in y or dy */
    const real *from;
};

static int64_t count_panels(const struct direct *d)
{
    int64_t count = 0;

    for (struct panel p = first_panel(d); p.vectors > 0; p = next_panel(d, p))
        count++;
    return count;
}

/* Panel by panel: forward, or the weights' gradient. */
static void run_chunk(void *context, int64_t part, int64_t worker)
{
    const struct image *image = context;
    struct direct d = *image->direct;
    const int64_t chunks = num_ceil_div(d.positions, d.chunk);
    struct chunk c = {
        .group = image->group,
        .panel = first_panel(&d),
        .first = part % chunks * d.chunk,
    };

    for (int64_t i = part / chunks; i > 0; i--)
        c.panel = next_panel(&d, c.panel);
    c.count = num_min(d.chunk, d.positions - c.first);
    d.spare =
        worker * (int64_t)(d.call->crew.work_bytes / sizeof *d.call->work);
    if (d.task->pass == CONV_FORWARD)
        forward_chunk(&d, &c, image->from, d.call->y + image->at);
    else
        weight_chunk(&d, &c, image->from, d.call->dy + image->at);
}

static void run_sample(const struct direct *d, int64_t sample, int64_t group)
{
    struct image image = {
        .direct = d,
        .group = group,
        .at = conv_y_at(d->task, d->call, sample, group),
        .from = load_image(d, sample, group),
    };

    crew_run(&d->call->crew,
             count_panels(d) * num_ceil_div(d->positions, d->chunk), run_chunk,
             &image);
}

/* A group is one thread's. */
static void direct_lay(const struct conv_task *t, const struct conv_call *call,
                       int64_t part)
{
    const int64_t groups = t->conv.groups;
    struct conv_task other = *t;
    struct direct d;

    if (t->pass == CONV_DATA)
        direct_turn(t, &other);
    d = begin(&other, call);
    d.turned = t->pass == CONV_DATA;
    for (int64_t group = groups * part / LAY_PARTS;
         group < groups * (part + 1) / LAY_PARTS; group++)
        lay_group(&d, group);
}

static void forward(const struct direct *d)
{
    for (int64_t group = 0; group < d->task->conv.groups; group++) {
        load_bias(d, group);
        for (int64_t n = 0; n < d->call->samples; n++)
            run_sample(d, n, group);
    }
}

/* For a crew the chunks are so small that all have work. */
static void direct_forward(const struct conv_task *t,
                           const struct conv_call *call)
{
    const int64_t parts = conv_parts(t, call);
    struct conv_call shared = *call;
    struct direct d = begin(t, &shared);

    if (parts > 1)
        d.chunk = num_min(d.chunk, num_ceil_div(d.positions, parts));
    else
        shared.crew.pool = NULL;
    forward(&d);
}

static void weights_gradient(const struct direct *d)
{
    const struct conv_call *call = d->call;
    const int64_t depth = d->border.depth;
    real *grad = call->work + d->grad;

    for (int64_t group = 0; group < d->task->conv.groups; group++) {
        memset(grad, 0, (size_t)(depth * d->out_lanes) * sizeof *grad);
        for (int64_t n = 0; n < call->samples; n++)
            run_sample(d, n, group);
        turn_weights(d, NULL, grad,
                     call->weight_grad + group * d->filters * depth);
    }
}

/* dx by the task for it. */
static void turned_gradient(const struct conv_task *other,
                            const struct conv_call *call)
{
    const struct conv_call turned = {
        .samples = call->samples,
        .x = call->dy,
        .x_blocked = call->y_blocked,
        .y = call->dx,
        .y_blocked = call->x_blocked,
        .work = call->work,
        .laid = call->laid,
    };
    const struct direct d = begin(other, &turned);

    forward(&d);
}

static void direct_backward(const struct conv_task *t,
                            const struct conv_call *call)
{
    const struct direct d = begin(t, call);
    struct conv_task other;

    if (call->weight_grad)
        weights_gradient(&d);
    if (call->dx && direct_turn(t, &other))
        turned_gradient(&other, call);
    else if (call->dx)
        direct_scatter(&d);
}

const struct conv_ops conv_direct = {
    .name = "direct",
    .blocks = true,
    .sums_bias = true,
    .cost = direct_cost,
    .prepare = direct_prepare,
    .lay = direct_lay,
    .forward = direct_forward,
    .backward = direct_backward,
};
