/*
 * depthwise.c - convolutions with one filter per channel.
 *
 * As many groups as channels and filters: no sums over channels, so no matrix
 * products; the channels stand in the lanes of the vectors.  The planes of
 * `lanes` channels are blocked, bordered by their padding, and the kernels
 * slide over them by the tables of border.h.  Any filter, stride, dilation and
 * padding.
 */
#include <string.h>

#include "base/num.h"
#include "conv/border.h"
#include "conv/conv.h"
#include "tensor/scratch.h"

struct lanes {
    const struct conv_task *task; /* of a call alone, as `call` */
    const struct conv_call *call;
    struct border border;
    int64_t taps, positions;
    int64_t first, count; /* the channels of this vector */

    /* Places in the scratch memory, in reals. */
    int64_t image, output, weight, grad, bias;
};

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

static void prepare_sums(struct conv_task *t)
{
    const int64_t lanes = t->kern->lanes;
    struct lanes l = {
        .taps = window_taps(&t->conv.window),
        .positions = window_outputs(&t->conv.window),
    };

    t->work = 0;
    l.border = border_take(&t->conv, &t->work);
    l.image = scratch_take(&t->work, l.border.cells * lanes);
    l.output = scratch_take(&t->work, l.positions * lanes);
    l.weight = scratch_take(&t->work, l.taps * lanes);
    l.grad = scratch_take(&t->work, l.taps * lanes);
    l.bias = scratch_take(&t->work, lanes);
    conv_keep(t, &l, sizeof l);
}

/* The task that gives dx from dy; false: there is none. */
static bool turn(const struct conv_task *t, struct conv_task *other)
{
    *other = *t;
    other->pass = CONV_FORWARD;
    if (!conv_turn(&t->conv, &other->conv))
        return false;
    prepare_sums(other);
    return true;
}

static void depthwise_prepare(struct conv_task *t)
{
    struct conv_task other;

    prepare_sums(t);
    if (t->pass != CONV_FORWARD && turn(t, &other))
        t->work =
            num_max(t->work,
                    other.work + t->conv.groups * window_taps(&t->conv.window));
}

static struct lanes begin(const struct conv_task *t,
                          const struct conv_call *call)
{
    struct lanes l;

    conv_recall(t, &l, sizeof l);
    l.task = t;
    l.call = call;
    border_fill(&l.border, &t->conv, call);
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
    memset(bias, 0, (size_t)kern->lanes * sizeof *bias);
    if (call->bias)
        memcpy(bias, call->bias + first, (size_t)l->count * sizeof *bias);
    kern->to_blocked(&taps, call->weight + first * l->taps,
                     call->work + l->weight);
    return (struct depthwise){
        .positions = l->positions,
        .taps = l->taps,
        .position = border_table(call, l->border.position_at),
        .tap = border_table(call, l->border.tap_at),
        .weight = call->work + l->weight,
        .bias = bias,
        .rectify = call->rectify,
    };
}

static void forward_sample(const struct lanes *l, const struct depthwise *d,
                           int64_t n)
{
    const struct conv *c = &l->task->conv;
    const struct conv_call *call = l->call;
    const struct planes planes = planes_of(l, l->positions);
    real *image = call->work + l->image, *output = call->work + l->output;

    border_load_lanes(&l->border, l->task, planes,
                      call->x + conv_input_at(c, n, l->first), image);
    l->task->kern->depthwise_forward(d, image, output);
    l->task->kern->from_blocked(&planes, output, false,
                                call->y + conv_output_at(c, n, l->first));
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

/* The gradients of one sample; `scatters`: dx too. */
static void backward_sample(const struct lanes *l, const struct depthwise *d,
                            int64_t n, bool scatters)
{
    const struct kernels *kern = l->task->kern;
    const struct conv *c = &l->task->conv;
    const struct conv_call *call = l->call;
    const struct planes planes = planes_of(l, l->positions);
    const int64_t in = conv_input_at(c, n, l->first);
    real *image = call->work + l->image, *dy = call->work + l->output;

    kern->to_blocked(&planes, call->dy + conv_output_at(c, n, l->first), dy);
    if (call->weight_grad) {
        border_load_lanes(&l->border, l->task, planes, call->x + in, image);
        kern->depthwise_weight(d, image, dy, call->work + l->grad);
    }
    if (!scatters)
        return;
    memset(image, 0, (size_t)(l->border.cells * kern->lanes) * sizeof *image);
    kern->depthwise_data(d, dy, image);
    border_store_lanes(&l->border, l->task, planes, image, call->dx + in);
}

/* dx by the task for it. */
static void turned_gradient(const struct conv_task *t,
                            const struct conv_task *other,
                            const struct conv_call *call)
{
    real *weight = call->work + other->work;
    const struct conv_call forward = {
        .samples = call->samples,
        .x = call->dy,
        .weight = weight,
        .y = call->dx,
        .work = call->work,
    };

    conv_turn_weights(&t->conv, call->weight, weight);
    depthwise_forward(other, &forward);
}

/* The gradient of the filters and, where it `scatters`, dx. */
static void scatter_gradients(const struct conv_task *t,
                              const struct conv_call *call, bool scatters)
{
    struct lanes l = begin(t, call);
    real *grad = call->work + l.grad;

    for (int64_t first = 0; first < t->conv.groups; first += t->kern->lanes) {
        const struct depthwise d = operands(&l, first);
        const struct planes taps = planes_of(&l, l.taps);
        memset(grad, 0, (size_t)(l.taps * t->kern->lanes) * sizeof *grad);
        for (int64_t n = 0; n < call->samples; n++)
            backward_sample(&l, &d, n, scatters);
        if (call->weight_grad)
            t->kern->from_blocked(&taps, grad, true,
                                  call->weight_grad + first * l.taps);
    }
}

static void depthwise_backward(const struct conv_task *t,
                               const struct conv_call *call)
{
    struct conv_task other;
    const bool scatters = call->dx && !turn(t, &other);

    if (call->weight_grad || scatters)
        scatter_gradients(t, call, scatters);
    if (call->dx && !scatters)
        turned_gradient(t, &other, call);
}

const struct conv_ops conv_depthwise = {
    .name = "depthwise",
    .fits = depthwise_fits,
    .cost = depthwise_cost,
    .prepare = depthwise_prepare,
    .forward = depthwise_forward,
    .backward = depthwise_backward,
};
