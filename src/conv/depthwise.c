/*
 * depthwise.c - convolutions with one filter per channel.
 *
 * As many groups as channels and filters: no sums over channels, so no matrix
 * products; the channels stand in the lanes of the vectors.  The planes of
 * `lanes` channels are blocked, bordered by their padding, and the kernels
 * slide over them by tables.  Any filter, stride, dilation and padding.
 *
 * The gradient dx slides over dy, bordered as far as a window reaches.  A cell
 * of x meets the taps of its phase alone, which is its place among `stride`
 * neighbours, padding included, so the cells of one phase are one pass:
 *
 *   dx[i*stride + phase - pad] = sum over taps t of the phase of
 *                                weight[t] * dy[i - t*dilation / stride]
 */
#include "conv/depthwise.h"

#include <string.h>

#include "base/num.h"
#include "tensor/scratch.h"

static bool depthwise_fits(const struct conv_ops *ops, const struct conv *c)
{
    (void)ops;
    return c->groups > 1 && c->groups == c->channels && c->groups == c->filters;
}

/* It has no rival. */
static double depthwise_cost(const struct conv_task *t)
{
    (void)t;
    return 0;
}

/* Of the gradient. */
static void take_data(struct lanes *l, const struct conv_task *t, int64_t *work)
{
    const int64_t cells = window_inputs(&t->conv.window);
    const int64_t lanes = t->kern->lanes;

    l->phase = border_take_table(work, l->phases * PHASE_WORDS);
    l->to = border_take_table(work, cells);
    l->from = border_take_table(work, cells);
    l->tap = border_take_table(work, l->taps);
    l->order = border_take_table(work, l->taps);
    l->dx = scratch_take(work, cells * lanes);
    l->turned = scratch_take(work, l->taps * lanes);
    l->grad = scratch_take(work, l->taps * lanes);
}

static void depthwise_prepare(struct conv_task *t)
{
    const struct axis *y = &t->conv.window.y, *x = &t->conv.window.x;
    const bool backward = t->pass != CONV_FORWARD;
    const int64_t lanes = t->kern->lanes;
    struct lanes l = {
        .taps = window_taps(&t->conv.window),
        .positions = window_outputs(&t->conv.window),
        .phases = depthwise_phases(y) * depthwise_phases(x),
        .above = backward ? depthwise_margin(y) : 0,
        .before = backward ? depthwise_margin(x) : 0,
    };

    l.pitch = x->out + 2 * l.before;
    l.d_cells = (y->out + 2 * l.above) * l.pitch;
    t->work = 0;
    l.border = border_take(&t->conv, &t->work);
    l.output = border_take_table(&t->work, l.positions);
    l.image = scratch_take(&t->work, l.border.cells * lanes);
    l.y = scratch_take(&t->work, l.d_cells * lanes);
    l.weight = scratch_take(&t->work, l.taps * lanes);
    l.bias = scratch_take(&t->work, lanes);
    if (backward)
        take_data(&l, t, &t->work);
    conv_keep(t, &l, sizeof l);
}

static void clear(real *to, int64_t count)
{
    memset(to, 0, (size_t)count * sizeof *to);
}

/* Tables, and zeros of which those stay that nothing is written over. */
static struct lanes begin(const struct conv_task *t,
                          const struct conv_call *call)
{
    const int64_t lanes = t->kern->lanes;
    struct lanes l;

    conv_recall(t, &l, sizeof l);
    l.task = t;
    l.call = call;
    border_fill(&l.border, &t->conv, 1, call);
    depthwise_list_outputs(&l);
    clear(call->work + l.image, l.border.cells * lanes);
    if (t->pass == CONV_FORWARD)
        return l;
    clear(call->work + l.y, l.d_cells * lanes);
    depthwise_list_phases(&l);
    return l;
}

/* Some numbers per channel. */
static struct planes planes_of(const struct lanes *l, int64_t pixels)
{
    return (struct planes){
        .count = l->count,
        .pixels = pixels,
        .stride = pixels,
        .pitch = l->task->kern->lanes,
    };
}

/* The operands of channels `first` .. of a vector. */
static struct depthwise operands(struct lanes *l, int64_t first)
{
    const struct kernels *kern = l->task->kern;
    const struct conv_call *call = l->call;
    real *bias = call->work + l->bias;

    l->first = first;
    l->count = num_min(kern->lanes, l->task->conv.groups - first);
    const struct planes taps = planes_of(l, l->taps);
    clear(bias, kern->lanes);
    if (call->bias)
        memcpy(bias, call->bias + first, (size_t)l->count * sizeof *bias);
    kern->to_blocked(&taps, call->weight + first * l->taps,
                     call->work + l->weight);
    return (struct depthwise){
        .positions = l->positions,
        .taps = l->taps,
        .position = depthwise_table(l, l->border.position_at),
        .output = depthwise_table(l, l->output),
        .tap = depthwise_table(l, l->border.tap_at),
        .weight = call->work + l->weight,
        .bias = bias,
        .rectify = call->rectify,
    };
}

/* The same for dx, whose phases differ in the rest. */
static struct depthwise data_operands(const struct lanes *l,
                                      const struct depthwise *d)
{
    const int64_t lanes = l->task->kern->lanes;
    real *turned = l->call->work + l->turned;

    for (int64_t i = 0; i < l->taps; i++)
        memcpy(turned + i * lanes,
               d->weight + depthwise_table(l, l->order)[i] * lanes,
               (size_t)lanes * sizeof *turned);
    clear(l->call->work + l->bias, lanes);
    return (struct depthwise){.bias = d->bias};
}

static const real *load_image(const struct lanes *l, int64_t n)
{
    const struct conv_call *call = l->call;
    const real *x = call->x + conv_x_at(l->task, call, n, l->first);
    real *image = call->work + l->image;

    if (call->x_blocked)
        return border_load(&l->border, &l->task->conv, l->task->kern->lanes, x,
                           image);
    border_load_lanes(&l->border, l->task, planes_of(l, 0), x, image);
    return image;
}

/* Planes that were computed in place, or at `from`.  In lanes beyond the
 * channels stands whatever stood in those of the operands. */
static void store(const struct lanes *l, int64_t pixels, const real *from,
                  real *to)
{
    const struct kernels *kern = l->task->kern;
    const struct planes p = planes_of(l, pixels);
    const int64_t beyond = kern->lanes - l->count;

    if (from != to)
        kern->from_blocked(&p, from, false, to);
    else
        for (int64_t i = 0; beyond > 0 && i < pixels; i++)
            clear(to + i * kern->lanes + l->count, beyond);
}

static void forward_sample(const struct lanes *l, const struct depthwise *d,
                           int64_t n)
{
    const struct conv_call *call = l->call;
    real *y = call->y + conv_y_at(l->task, call, n, l->first);
    real *to = call->y_blocked ? y : call->work + l->y;

    l->task->kern->depthwise_forward(d, load_image(l, n), to);
    store(l, l->positions, to, y);
}

static void depthwise_forward(const struct conv_task *t,
                              const struct conv_call *call)
{
    struct lanes l = begin(t, call);

    for (int64_t first = 0; first < t->conv.groups; first += t->kern->lanes) {
        const struct depthwise d = operands(&l, first);
        for (int64_t n = 0; n < call->samples; n++)
            forward_sample(&l, &d, n);
    }
}

static void load_dy(const struct lanes *l, int64_t n)
{
    const struct kernels *kern = l->task->kern;
    const struct window *w = &l->task->conv.window;
    const real *dy = l->call->dy + conv_y_at(l->task, l->call, n, l->first);
    struct planes row = planes_of(l, w->x.out);

    row.stride = l->positions;
    for (int64_t i = 0; i < w->y.out; i++) {
        real *to =
            l->call->work + l->y + depthwise_place(l, i, 0) * kern->lanes;
        if (l->call->y_blocked)
            memcpy(to, dy + i * w->x.out * kern->lanes,
                   (size_t)(w->x.out * kern->lanes) * sizeof *to);
        else
            kern->to_blocked(&row, dy + i * w->x.out, to);
    }
}

static void data_sample(const struct lanes *l, const struct depthwise *model,
                        int64_t n)
{
    const struct kernels *kern = l->task->kern;
    const struct conv_call *call = l->call;
    const int64_t pixels = window_inputs(&l->task->conv.window);
    real *dx = call->dx + conv_x_at(l->task, call, n, l->first);
    real *to = call->x_blocked ? dx : call->work + l->dx;
    struct depthwise d = *model;

    clear(to, pixels * kern->lanes); /* cells that belong to no tap */
    for (int64_t i = 0; i < l->phases; i++) {
        const struct phase *p = depthwise_phase_at(l, i);
        d.positions = p->cells;
        d.taps = p->taps;
        d.position = depthwise_table(l, l->from) + p->cell;
        d.output = depthwise_table(l, l->to) + p->cell;
        d.tap = depthwise_table(l, l->tap) + p->tap;
        d.weight = l->call->work + l->turned + p->tap * kern->lanes;
        kern->depthwise_forward(&d, call->work + l->y, to);
    }
    store(l, pixels, to, dx);
}

static void weights_sample(const struct lanes *l, const struct depthwise *d,
                           int64_t n)
{
    real *work = l->call->work;

    l->task->kern->depthwise_weight(d, load_image(l, n), work + l->y,
                                    work + l->grad);
}

static void depthwise_backward(const struct conv_task *t,
                               const struct conv_call *call)
{
    struct lanes l = begin(t, call);
    real *grad = call->work + l.grad;

    for (int64_t first = 0; first < t->conv.groups; first += t->kern->lanes) {
        const struct depthwise d = operands(&l, first);
        const struct depthwise data = data_operands(&l, &d);
        const struct planes taps = planes_of(&l, l.taps);
        clear(grad, l.taps * t->kern->lanes);
        for (int64_t n = 0; n < call->samples; n++) {
            load_dy(&l, n);
            if (call->weight_grad)
                weights_sample(&l, &d, n);
            if (call->dx)
                data_sample(&l, &data, n);
        }
        if (call->weight_grad)
            t->kern->from_blocked(&taps, grad, true,
                                  call->weight_grad + first * l.taps);
    }
}

const struct conv_ops conv_depthwise = {
    .name = "depthwise",
    .blocks = true,
    .fits = depthwise_fits,
    .cost = depthwise_cost,
    .prepare = depthwise_prepare,
    .forward = depthwise_forward,
    .backward = depthwise_backward,
};
