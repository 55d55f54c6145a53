/*
 * depthwise.c - one filter per channel, a vector of channels at a time.
 *
 * The planes of `lanes` channels are blocked, bordered by their padding, and
 * the kernels slide over them by the tables of direct_plan.h.
 */
#include "tensor/depthwise.h"

#include <string.h>

#include "base/num.h"
#include "tensor/direct_plan.h"
#include "tensor/scratch.h"

/* Scratch beside that of the tables, in reals from its end. */
struct depthwise_plan {
    struct direct_plan direct; /* of one group */
    int64_t cells;             /* of the bordered image */
    int64_t image, output, weight, grad, bias, total;
};

bool depthwise_fits(const struct conv *c)
{
    return c->groups > 1 && c->groups == c->channels && c->groups == c->filters;
}

static struct depthwise_plan plan_of(const struct kernels *kern,
                                     const struct conv *c)
{
    struct depthwise_plan p = {.direct = direct_plan(kern, c, false)};
    const int64_t lanes = kern->lanes;

    p.cells = p.direct.height * p.direct.width;
    p.total = p.direct.total;
    p.image = scratch_take(&p.total, p.cells * lanes);
    p.output = scratch_take(&p.total, p.direct.positions * lanes);
    p.weight = scratch_take(&p.total, p.direct.taps * lanes);
    p.grad = scratch_take(&p.total, p.direct.taps * lanes);
    p.bias = scratch_take(&p.total, lanes);
    return p;
}

int64_t depthwise_work(const struct kernels *kern, const struct conv *c)
{
    return plan_of(kern, c).total;
}

/* One vector of channels. */
struct lane_group {
    int64_t first, count;
};

static struct depthwise operands(const struct depthwise_plan *p,
                                 const struct conv_call *call,
                                 struct lane_group g)
{
    real *bias = call->work + p->bias;
    const struct planes taps = {
        .count = g.count,
        .pixels = p->direct.taps,
        .stride = p->direct.taps,
        .pitch = p->direct.kern->lanes,
    };

    memset(bias, 0, (size_t)p->direct.kern->lanes * sizeof *bias);
    if (call->bias)
        memcpy(bias, call->bias + g.first, (size_t)g.count * sizeof *bias);
    p->direct.kern->to_blocked(&taps, call->weight + g.first * p->direct.taps,
                               call->work + p->weight);
    return (struct depthwise){
        .positions = p->direct.positions,
        .taps = p->direct.taps,
        .position = direct_table(call, p->direct.position_table),
        .tap = direct_table(call, p->direct.tap_table),
        .weight = call->work + p->weight,
        .bias = bias,
        .rectify = call->rectify,
    };
}

/* The rows of x that lie in the bordered image; `columns` of each. */
struct inner {
    int64_t rows, columns, origin; /* origin: cell of x's first number */
};

static struct inner inner_of(const struct depthwise_plan *p)
{
    const struct window *w = &p->direct.conv->window;
    const int64_t height = p->direct.height, width = p->direct.width;

    return (struct inner){
        .rows = num_max(0, num_min(w->y.in, height - w->y.pad)),
        .columns = num_max(0, num_min(w->x.in, width - w->x.pad)),
        .origin = w->y.pad * width + w->x.pad,
    };
}

static void load_image(const struct depthwise_plan *p,
                       const struct conv_call *call, struct lane_group g,
                       const real *x)
{
    const struct inner in = inner_of(p);
    const int64_t lanes = p->direct.kern->lanes;
    const struct planes row = {
        .count = g.count,
        .pixels = in.columns,
        .stride = window_inputs(&p->direct.conv->window),
        .pitch = lanes,
    };
    real *image = call->work + p->image;

    memset(image, 0, (size_t)(p->cells * lanes) * sizeof *image);
    for (int64_t i = 0; i < in.rows; i++)
        p->direct.kern->to_blocked(&row, x + i * p->direct.conv->window.x.in,
                                   image + (in.origin + i * p->direct.width) *
                                               lanes);
}

static void store_image(const struct depthwise_plan *p,
                        const struct conv_call *call, struct lane_group g,
                        real *dx)
{
    const struct inner in = inner_of(p);
    const int64_t lanes = p->direct.kern->lanes;
    const struct planes row = {
        .count = g.count,
        .pixels = in.columns,
        .stride = window_inputs(&p->direct.conv->window),
        .pitch = lanes,
    };
    const real *image = call->work + p->image;

    memset(dx, 0, (size_t)(g.count * row.stride) * sizeof *dx);
    for (int64_t i = 0; i < in.rows; i++)
        p->direct.kern->from_blocked(
            &row, image + (in.origin + i * p->direct.width) * lanes, false,
            dx + i * p->direct.conv->window.x.in);
}

static struct planes outputs_of(const struct depthwise_plan *p,
                                struct lane_group g)
{
    return (struct planes){
        .count = g.count,
        .pixels = p->direct.positions,
        .stride = p->direct.positions,
        .pitch = p->direct.kern->lanes,
    };
}

void depthwise_forward(const struct kernels *kern, const struct conv *c,
                       const struct conv_call *call)
{
    const struct depthwise_plan p = plan_of(kern, c);
    real *output = call->work + p.output;

    direct_fill_tables(&p.direct, call);
    for (int64_t first = 0; first < c->groups; first += kern->lanes) {
        const struct lane_group g = {first,
                                     num_min(kern->lanes, c->groups - first)};
        const struct depthwise d = operands(&p, call, g);
        const struct planes planes = outputs_of(&p, g);
        for (int64_t n = 0; n < call->samples; n++) {
            load_image(&p, call, g,
                       call->x + direct_input_at(&p.direct, n, first));
            kern->depthwise_forward(&d, call->work + p.image, output);
            kern->from_blocked(&planes, output, false,
                               call->y + direct_output_at(&p.direct, n, first));
        }
    }
}

/* The gradients of one sample for one vector of channels. */
static void backward_sample(const struct depthwise_plan *p,
                            const struct conv_call *call, struct lane_group g,
                            const struct depthwise *d, int64_t sample)
{
    const struct kernels *kern = p->direct.kern;
    const int64_t in = direct_input_at(&p->direct, sample, g.first);
    const int64_t out = direct_output_at(&p->direct, sample, g.first);
    const struct planes planes = outputs_of(p, g);
    real *image = call->work + p->image, *dy = call->work + p->output;

    kern->to_blocked(&planes, call->dy + out, dy);
    if (call->weight_grad) {
        load_image(p, call, g, call->x + in);
        kern->depthwise_weight(d, image, dy, call->work + p->grad);
    }
    if (!call->dx)
        return;
    memset(image, 0, (size_t)(p->cells * kern->lanes) * sizeof *image);
    kern->depthwise_data(d, dy, image);
    store_image(p, call, g, call->dx + in);
}

void depthwise_backward(const struct kernels *kern, const struct conv *c,
                        const struct conv_call *call)
{
    const struct depthwise_plan p = plan_of(kern, c);
    const int64_t taps = p.direct.taps;
    real *grad = call->work + p.grad;

    direct_fill_tables(&p.direct, call);
    for (int64_t first = 0; first < c->groups; first += kern->lanes) {
        const struct lane_group g = {first,
                                     num_min(kern->lanes, c->groups - first)};
        const struct depthwise d = operands(&p, call, g);
        const struct planes planes = {
            .count = g.count,
            .pixels = taps,
            .stride = taps,
            .pitch = kern->lanes,
        };
        memset(grad, 0, (size_t)(taps * kern->lanes) * sizeof *grad);
        for (int64_t n = 0; n < call->samples; n++)
            backward_sample(&p, call, g, &d, n);
        if (call->weight_grad)
            kern->from_blocked(&planes, grad, true,
                               call->weight_grad + first * taps);
    }
}
