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
#include <string.h>

#include "base/num.h"
#include "conv/border.h"
#include "conv/conv.h"
#include "tensor/scratch.h"

/* The cells and taps of a phase, in tables where those of all follow. */
struct phase {
    int64_t cell, cells, tap, taps;
};

enum { PHASE_WORDS = (int)(sizeof(struct phase) / sizeof(int64_t)) };

struct lanes {
    const struct conv_task *task; /* of a call alone, as `call` */
    const struct conv_call *call;
    struct border border;
    int64_t taps, positions, phases;
    int64_t above, before;  /* rows and columns of zeros around dy */
    int64_t pitch, d_cells; /* of dy: from row to row, all with the zeros */
    int64_t first, count;   /* the channels of this vector */

    /* Places in the scratch memory, in reals: tables, then numbers. */
    int64_t output, phase, to, from, tap, order;
    int64_t image, y, dx, weight, turned, grad, bias;
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

/* Rows or columns of zeros around dy: as far as a window reaches. */
static int64_t margin_of(const struct axis *a)
{
    return (axis_span(a) - 1) / a->stride;
}

/* Phases that a window has taps of; the cells of others get no gradient. */
static int64_t phases_of(const struct axis *a)
{
    return num_min(a->stride, axis_span(a));
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
        .phases = phases_of(y) * phases_of(x),
        .above = backward ? margin_of(y) : 0,
        .before = backward ? margin_of(x) : 0,
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

static int64_t *table(const struct lanes *l, int64_t place)
{
    return border_table(l->call, place);
}

/* Where cell (i, j) of y or dy stands. */
static int64_t place_of(const struct lanes *l, int64_t i, int64_t j)
{
    return (i + l->above) * l->pitch + j + l->before;
}

static void list_outputs(const struct lanes *l)
{
    const struct window *w = &l->task->conv.window;
    int64_t *at = table(l, l->output);

    for (int64_t i = 0; i < w->y.out; i++)
        for (int64_t j = 0; j < w->x.out; j++)
            *at++ = place_of(l, i, j);
}

/* The steps i whose cell i*stride + phase - pad is one of the image, and is
 * read. */
static struct range steps_of(const struct axis *a, int64_t phase)
{
    const int64_t before = num_max(a->pad - phase, 0);
    const int64_t end = num_max(a->in + a->pad - phase, 0);

    return (struct range){
        .begin = num_ceil_div(before, a->stride),
        .end = num_min(num_ceil_div(end, a->stride), a->out + margin_of(a)),
    };
}

/* The cells of phase (a, b), and where their windows on dy are; returns how
 * many. */
static int64_t list_cells(const struct lanes *l, int64_t a, int64_t b,
                          int64_t first)
{
    const struct axis *y = &l->task->conv.window.y;
    const struct axis *x = &l->task->conv.window.x;
    const struct range rows = steps_of(y, a), columns = steps_of(x, b);
    int64_t *to = table(l, l->to) + first;
    int64_t *from = table(l, l->from) + first, count = 0;

    for (int64_t i = rows.begin; i < rows.end; i++)
        for (int64_t j = columns.begin; j < columns.end; j++, count++) {
            to[count] = (i * y->stride + a - y->pad) * x->in + j * x->stride +
                        b - x->pad;
            from[count] = place_of(l, i, j);
        }
    return count;
}

static int64_t list_taps(const struct lanes *l, int64_t a, int64_t b,
                         int64_t first)
{
    const struct axis *y = &l->task->conv.window.y;
    const struct axis *x = &l->task->conv.window.x;
    int64_t *tap = table(l, l->tap) + first;
    int64_t *order = table(l, l->order) + first, count = 0;

    for (int64_t t = 0; t < l->taps; t++) {
        const int64_t u = t / x->kernel * y->dilation;
        const int64_t v = t % x->kernel * x->dilation;
        if (u % y->stride != a || v % x->stride != b)
            continue;
        tap[count] = -(u / y->stride * l->pitch + v / x->stride);
        order[count++] = t;
    }
    return count;
}

static struct phase *phase_at(const struct lanes *l, int64_t i)
{
    return (struct phase *)(void *)table(l, l->phase) + i;
}

static void list_phases(const struct lanes *l)
{
    const int64_t across = phases_of(&l->task->conv.window.x);
    struct phase p = {0};

    for (int64_t i = 0; i < l->phases; i++) {
        p.cell += p.cells;
        p.tap += p.taps;
        p.taps = list_taps(l, i / across, i % across, p.tap);
        p.cells = p.taps ? list_cells(l, i / across, i % across, p.cell) : 0;
        *phase_at(l, i) = p;
    }
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
    list_outputs(&l);
    clear(call->work + l.image, l.border.cells * lanes);
    if (t->pass == CONV_FORWARD)
        return l;
    clear(call->work + l.y, l.d_cells * lanes);
    clear(call->work + l.dx, window_inputs(&t->conv.window) * lanes);
    list_phases(&l);
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
        .position = table(l, l->border.position_at),
        .output = table(l, l->output),
        .tap = table(l, l->border.tap_at),
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
        memcpy(turned + i * lanes, d->weight + table(l, l->order)[i] * lanes,
               (size_t)lanes * sizeof *turned);
    clear(l->call->work + l->bias, lanes);
    return (struct depthwise){.bias = d->bias};
}

static void load_image(const struct lanes *l, int64_t n)
{
    const int64_t at = conv_input_at(&l->task->conv, n, l->first);

    border_load_lanes(&l->border, l->task, planes_of(l, 0), l->call->x + at,
                      l->call->work + l->image);
}

static void forward_sample(const struct lanes *l, const struct depthwise *d,
                           int64_t n)
{
    const struct kernels *kern = l->task->kern;
    const struct conv_call *call = l->call;
    const struct planes planes = planes_of(l, l->positions);
    real *y = call->work + l->y;

    load_image(l, n);
    kern->depthwise_forward(d, call->work + l->image, y);
    kern->from_blocked(&planes, y, false,
                       call->y + conv_output_at(&l->task->conv, n, l->first));
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
    const real *dy = l->call->dy + conv_output_at(&l->task->conv, n, l->first);
    struct planes row = planes_of(l, w->x.out);

    row.stride = l->positions;
    for (int64_t i = 0; i < w->y.out; i++)
        kern->to_blocked(&row, dy + i * w->x.out,
                         l->call->work + l->y +
                             place_of(l, i, 0) * kern->lanes);
}

static void data_sample(const struct lanes *l, const struct depthwise *model,
                        int64_t n)
{
    const struct kernels *kern = l->task->kern;
    const struct conv *c = &l->task->conv;
    const struct planes planes = planes_of(l, window_inputs(&c->window));
    struct depthwise d = *model;
    real *dx = l->call->work + l->dx;

    for (int64_t i = 0; i < l->phases; i++) {
        const struct phase *p = phase_at(l, i);
        d.positions = p->cells;
        d.taps = p->taps;
        d.position = table(l, l->from) + p->cell;
        d.output = table(l, l->to) + p->cell;
        d.tap = table(l, l->tap) + p->tap;
        d.weight = l->call->work + l->turned + p->tap * kern->lanes;
        kern->depthwise_forward(&d, l->call->work + l->y, dx);
    }
    kern->from_blocked(&planes, dx, false,
                       l->call->dx + conv_input_at(c, n, l->first));
}

static void weights_sample(const struct lanes *l, const struct depthwise *d,
                           int64_t n)
{
    real *work = l->call->work;

    load_image(l, n);
    l->task->kern->depthwise_weight(d, work + l->image, work + l->y,
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
    .fits = depthwise_fits,
    .cost = depthwise_cost,
    .prepare = depthwise_prepare,
    .forward = depthwise_forward,
    .backward = depthwise_backward,
};
