/*
 * direct.c - any convolution as matrix products straight from the image.
 *
 * The left operand of a product finds its numbers through the tables of
 * border.h, so nothing is unrolled (compare Chellapilla, Puri, Simard 2006) and
 * one input channel costs no more per multiply-add than many.  With the
 * filters in the lanes of the vectors:
 *
 *   forward          y' [P, O]  = x [P by taps] W' [taps, O]
 *   weight gradient  dW'[taps, O] += x [taps by P] dy' [P, O]
 *   data gradient    dx'[P shifted by tap, C] += dy [P, O] W_tap [O, C]
 *
 * where P are the output positions, taps is C/G*KH*KW, and x and dx are
 * bordered by their padding.
 */
#include <string.h>

#include "base/num.h"
#include "conv/border.h"
#include "conv/conv.h"
#include "tensor/product.h"
#include "tensor/scratch.h"

/* Reals of the tile [positions, filters] that is computed at once, so that it
 * is still in the first-level cache when it is turned, and the fewest rows
 * that pay for reading the weights. */
enum { TILE_REALS = 8 << 10, LEAST_POSITIONS = 64 };

struct direct {
    const struct conv_task *task; /* of a call alone, as `call` */
    const struct conv_call *call;
    struct border border;
    int64_t channels, filters;   /* of a group */
    int64_t in_lanes, out_lanes; /* the same in whole vectors */
    int64_t taps;                /* of one channel */
    int64_t positions, chunk;    /* output cells, and those computed at once */

    /* Places in the scratch memory, in reals. */
    int64_t scatter; /* a table: of positions in the blocked image */
    int64_t image, weights, tile, grad, bias, total;
};

static struct direct plan_of(const struct conv_task *t)
{
    const struct conv *c = &t->conv;
    const bool backward = t->pass != CONV_FORWARD;
    struct direct d = {
        .channels = c->channels / c->groups,
        .filters = c->filters / c->groups,
        .taps = window_taps(&c->window),
        .positions = window_outputs(&c->window),
    };

    d.in_lanes = product_width(t->kern, d.channels);
    d.out_lanes = product_width(t->kern, d.filters);
    d.chunk = num_min(d.positions,
                      num_max(LEAST_POSITIONS, TILE_REALS / d.out_lanes));
    d.border = border_take(c, &d.total);
    const int64_t depth = d.border.depth;
    const int64_t image = d.border.needed ? d.channels * d.border.cells : 0;
    const int64_t blocked = backward ? d.border.cells * d.in_lanes : 0;
    d.scatter = border_take_table(&d.total, backward ? d.positions : 0);
    d.image = scratch_take(&d.total, num_max(image, blocked));
    d.weights =
        scratch_take(&d.total, backward ? d.taps * d.filters * d.in_lanes
                                        : depth * d.out_lanes);
    d.tile = scratch_take(&d.total, d.chunk * d.out_lanes);
    d.grad = scratch_take(&d.total, backward ? depth * d.out_lanes : 0);
    d.bias = scratch_take(&d.total, d.out_lanes);
    return d;
}

/* The task that gives dx from dy, where that pays: the few channels and filters
 * of a group make products by taps shallow.  False: there is none. */
static bool turn(const struct conv_task *t, struct conv_task *other)
{
    *other = *t;
    other->pass = CONV_FORWARD;
    return t->conv.groups > 1 && conv_turn(&t->conv, &other->conv);
}

static void prepare_products(struct conv_task *t)
{
    const struct direct d = plan_of(t);

    t->work = d.total;
    conv_keep(t, &d, sizeof d);
}

static int64_t count_weights(const struct conv *c)
{
    return c->filters * (c->channels / c->groups) * window_taps(&c->window);
}

static void direct_prepare(struct conv_task *t)
{
    struct conv_task other;

    prepare_products(t);
    if (t->pass == CONV_FORWARD || !turn(t, &other))
        return;
    prepare_products(&other);
    t->work = num_max(t->work, other.work + count_weights(&t->conv));
}

/* What the terms of a sum cost.  Those of one tap come from as many planes, a
 * few numbers of each, and leave the first-level cache as they grow. */
static double cost_of_terms(const struct conv_task *t, int64_t terms)
{
    const bool far = window_is_pointwise(&t->conv.window) && terms > 64;

    return (double)terms * (far ? 1 + (double)(terms - 64) / 1000 : 1);
}

static double direct_cost(const struct conv_task *t)
{
    const struct direct d = plan_of(t);
    const double depth = (double)d.border.depth, moved = t->kern->moved;
    const double terms = cost_of_terms(t, d.border.depth);
    const double outputs = (double)(d.positions * d.out_lanes);
    const double relaid = (double)CONV_RELAID / CONV_SAMPLES;
    const double groups = (double)t->conv.groups;
    struct conv_task other;

    if (t->pass == CONV_DATA && turn(t, &other))
        return direct_cost(&other) + relaid * (double)count_weights(&t->conv);
    if (t->pass == CONV_FORWARD)
        return groups * (outputs * (terms + moved) +
                         relaid * depth * (double)d.out_lanes);
    if (t->pass == CONV_WEIGHTS) /* all sums are read and written per sample */
        return groups * (outputs * (terms + moved) +
                         moved / 2 * depth * (double)d.out_lanes);
    /* Every tap reads and writes the sums of all positions. */
    return groups * (double)d.in_lanes *
           ((double)(d.positions * d.taps) *
                (cost_of_terms(t, d.filters) + moved / 3) +
            2 * relaid * (double)(d.taps * d.filters) +
            moved * (double)window_inputs(&t->conv.window));
}

static struct direct begin(const struct conv_task *t,
                           const struct conv_call *call)
{
    struct direct d;

    conv_recall(t, &d, sizeof d);
    d.task = t;
    d.call = call;
    border_fill(&d.border, &t->conv, call);
    return d;
}

static const real *load_image(const struct direct *d, int64_t sample,
                              int64_t group)
{
    const struct conv *c = &d->task->conv;

    return border_load(&d->border, c,
                       d->call->x + conv_input_at(c, sample, group),
                       d->call->work + d->image);
}

/* `rows` numbers of each filter, `stride` apart, as lanes of [rows][filters]
 * from or to `at`: one vector of filters at a time. */
struct turn {
    int64_t rows, stride;
    real *at;
};

static void from_filters(const struct direct *d, struct turn t,
                         const real *filters)
{
    struct planes p = {
        .pixels = t.rows, .stride = t.stride, .pitch = d->out_lanes};

    for (int64_t o = 0; o < d->filters; o += d->task->kern->lanes) {
        p.count = num_min(d->task->kern->lanes, d->filters - o);
        d->task->kern->to_blocked(&p, filters + o * t.stride, t.at + o);
    }
}

static void to_filters(const struct direct *d, struct turn t, bool add,
                       real *filters)
{
    struct planes p = {
        .pixels = t.rows, .stride = t.stride, .pitch = d->out_lanes};

    for (int64_t o = 0; o < d->filters; o += d->task->kern->lanes) {
        p.count = num_min(d->task->kern->lanes, d->filters - o);
        d->task->kern->from_blocked(&p, t.at + o, add, filters + o * t.stride);
    }
}

/* W' of a group in panels [depth][filters], and its bias. */
static void load_weights(const struct direct *d, int64_t group)
{
    const struct kernels *kern = d->task->kern;
    const int64_t depth = d->border.depth;
    const real *weight = d->call->weight + group * d->filters * depth;
    real *bias = d->call->work + d->bias;

    for (int64_t o = 0; o < d->out_lanes; o += kern->lanes) {
        const struct panel_place at =
            product_place(kern, depth, d->out_lanes, o);
        const struct planes rows = {
            .count = num_min(kern->lanes, d->filters - o),
            .pixels = depth,
            .stride = depth,
            .pitch = at.width,
        };
        kern->to_blocked(&rows, weight + o * depth,
                         d->call->work + d->weights + at.base);
    }
    memset(bias, 0, (size_t)d->out_lanes * sizeof *bias);
    if (d->call->bias)
        memcpy(bias, d->call->bias + group * d->filters,
               (size_t)d->filters * sizeof *bias);
}

static void forward_sample(const struct direct *d, int64_t sample,
                           int64_t group)
{
    const struct conv_call *call = d->call;
    real *y = call->y + conv_output_at(&d->task->conv, sample, group);
    struct turn tile = {.stride = d->positions, .at = call->work + d->tile};
    struct product product = {
        .n = d->out_lanes,
        .k = d->border.depth,
        .a = load_image(d, sample, group),
        .a_steps = border_table(call, d->border.tap_at),
        .b = call->work + d->weights,
        .c = tile.at,
        .c_row = d->out_lanes,
        .bias = call->work + d->bias,
        .rectify = call->rectify,
    };

    for (int64_t first = 0; first < d->positions; first += d->chunk) {
        tile.rows = product.m = num_min(d->chunk, d->positions - first);
        product.a_rows = border_table(call, d->border.position_at) + first;
        product_run(d->task->kern, &product);
        to_filters(d, tile, false, y + first);
    }
}

static void direct_forward(const struct conv_task *t,
                           const struct conv_call *call)
{
    const struct direct d = begin(t, call);

    for (int64_t group = 0; group < t->conv.groups; group++) {
        load_weights(&d, group);
        for (int64_t n = 0; n < call->samples; n++)
            forward_sample(&d, n, group);
    }
}

/* dW' += x dy' for one sample; the first one overwrites. */
static void add_weights(const struct direct *d, int64_t sample, int64_t group)
{
    const struct conv_call *call = d->call;
    const real *dy = call->dy + conv_output_at(&d->task->conv, sample, group);
    struct turn tile = {.stride = d->positions, .at = call->work + d->tile};
    struct product product = {
        .m = d->border.depth,
        .n = d->out_lanes,
        .a = load_image(d, sample, group),
        .a_rows = border_table(call, d->border.tap_at),
        .b = tile.at,
        .b_row = d->out_lanes,
        .c = call->work + d->grad,
        .c_row = d->out_lanes,
    };

    for (int64_t first = 0; first < d->positions; first += d->chunk) {
        tile.rows = product.k = num_min(d->chunk, d->positions - first);
        product.a_steps = border_table(call, d->border.position_at) + first;
        product.add = sample > 0 || first > 0;
        from_filters(d, tile, dy + first);
        product_run(d->task->kern, &product);
    }
}

/* For each tap its weights in panels [filters][channels]. */
static void load_taps(const struct direct *d, int64_t group)
{
    const struct kernels *kern = d->task->kern;
    const int64_t depth = d->border.depth;
    const real *weight = d->call->weight + group * d->filters * depth;
    struct planes cells = {
        .pixels = d->taps,
        .stride = d->taps,
        .pitch = d->filters * d->in_lanes,
    };

    for (int64_t c = 0; c < d->in_lanes; c += kern->lanes) {
        const struct panel_place at =
            product_place(kern, d->filters, d->in_lanes, c);
        cells.count = num_min(kern->lanes, d->channels - c);
        for (int64_t o = 0; o < d->filters; o++)
            kern->to_blocked(&cells, weight + o * depth + c * d->taps,
                             d->call->work + d->weights + at.base +
                                 o * at.width);
    }
}

static void scatter_sample(const struct direct *d, int64_t sample,
                           int64_t group)
{
    const struct conv_task *t = d->task;
    const struct conv_call *call = d->call;
    const int64_t *taps = border_table(call, d->border.tap_at);
    const int64_t plane = window_inputs(&t->conv.window);
    real *dx = call->dx + conv_input_at(&t->conv, sample, group);
    real *image = call->work + d->image;
    struct planes planes = {.pitch = d->in_lanes};
    struct product product = {
        .m = d->positions,
        .n = d->in_lanes,
        .k = d->filters,
        .a = call->dy + conv_output_at(&t->conv, sample, group),
        .a_row = 1,
        .a_step = d->positions,
        .c_rows = border_table(call, d->scatter),
        .add = true,
    };

    memset(image, 0, (size_t)(d->border.cells * d->in_lanes) * sizeof *image);
    for (int64_t tap = 0; tap < d->taps; tap++) {
        product.b = call->work + d->weights + tap * d->filters * d->in_lanes;
        product.c = image + taps[tap] * d->in_lanes;
        product_run(t->kern, &product);
    }
    for (int64_t c = 0; c < d->channels; c += t->kern->lanes) {
        planes.count = num_min(t->kern->lanes, d->channels - c);
        border_store_lanes(&d->border, t, planes, image + c, dx + c * plane);
    }
}

/* dx by the task for it. */
static void turned_gradient(const struct conv_task *t, struct conv_task *other,
                            const struct conv_call *call)
{
    struct conv_call forward = {
        .samples = call->samples,
        .x = call->dy,
        .y = call->dx,
        .work = call->work,
    };

    prepare_products(other);
    conv_turn_weights(&t->conv, call->weight, call->work + other->work);
    forward.weight = call->work + other->work;
    direct_forward(other, &forward);
}

static void direct_backward(const struct conv_task *t,
                            const struct conv_call *call)
{
    const struct direct d = begin(t, call);
    const int64_t depth = d.border.depth;
    const int64_t *positions = border_table(call, d.border.position_at);
    int64_t *scatter = border_table(call, d.scatter);
    struct conv_task other;
    const bool turns = call->dx && turn(t, &other);

    for (int64_t i = 0; i < d.positions; i++)
        scatter[i] = positions[i] * d.in_lanes;
    for (int64_t group = 0; group < t->conv.groups; group++) {
        for (int64_t n = 0; call->weight_grad && n < call->samples; n++)
            add_weights(&d, n, group);
        if (call->weight_grad)
            to_filters(&d, (struct turn){depth, depth, call->work + d.grad},
                       true, call->weight_grad + group * d.filters * depth);
        if (!call->dx || turns)
            continue;
        load_taps(&d, group);
        for (int64_t n = 0; n < call->samples; n++)
            scatter_sample(&d, n, group);
    }
    if (turns)
        turned_gradient(t, &other, call);
}

const struct conv_ops conv_direct = {
    .name = "direct",
    .cost = direct_cost,
    .prepare = direct_prepare,
    .forward = direct_forward,
    .backward = direct_backward,
};
