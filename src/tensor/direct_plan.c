/*
 * direct_plan.c - geometry and scratch of a direct convolution.
 */
#include "tensor/direct_plan.h"

#include <string.h>

#include "base/num.h"
#include "tensor/product.h"
#include "tensor/scratch.h"

/* Reals of the tile [positions, filters] that is computed at once, so that it
 * is still in the first-level cache when it is turned, and the fewest rows
 * that pay for reading the weights. */
enum { TILE_REALS = 8 << 10, LEAST_POSITIONS = 64 };

static int64_t take_table(int64_t *at, int64_t entries)
{
    return scratch_take(at,
                        entries * (int64_t)(sizeof(int64_t) / sizeof(real)));
}

/* Input cells from the first to the last that any window reads. */
static int64_t reach(const struct axis *a)
{
    return (a->out - 1) * a->stride + axis_span(a);
}

static void lay_out(struct direct_plan *p, bool backward)
{
    const int64_t cells = p->height * p->width;
    const int64_t image = p->bordered ? p->channels * cells : 0;
    const int64_t forward_weights = p->depth * p->out_lanes;
    const int64_t backward_weights = p->taps * p->filters * p->in_lanes;

    p->position_table = take_table(&p->total, p->positions);
    p->tap_table = take_table(&p->total, p->depth);
    p->scatter_table = take_table(&p->total, backward ? p->positions : 0);
    p->image = scratch_take(
        &p->total, backward ? num_max(image, cells * p->in_lanes) : image);
    p->weights =
        scratch_take(&p->total, backward ? backward_weights : forward_weights);
    p->tile = scratch_take(&p->total, p->chunk * p->out_lanes);
    p->grad = scratch_take(&p->total, backward ? forward_weights : 0);
    p->bias = scratch_take(&p->total, p->out_lanes);
}

struct direct_plan direct_plan(const struct kernels *kern, const struct conv *c,
                               bool backward)
{
    const struct window *w = &c->window;
    struct direct_plan p = {
        .kern = kern,
        .conv = c,
        .channels = c->channels / c->groups,
        .filters = c->filters / c->groups,
        .taps = window_taps(w),
        .positions = window_outputs(w),
        .height = reach(&w->y),
        .width = reach(&w->x),
    };

    p.in_lanes = product_width(kern, p.channels);
    p.out_lanes = product_width(kern, p.filters);
    p.depth = p.channels * p.taps;
    p.chunk = num_min(p.positions,
                      num_max(LEAST_POSITIONS, TILE_REALS / p.out_lanes));
    p.bordered =
        w->y.pad > 0 || w->x.pad > 0 || p.height > w->y.in || p.width > w->x.in;
    if (!p.bordered) {
        p.height = w->y.in;
        p.width = w->x.in;
    }
    lay_out(&p, backward);
    return p;
}

int64_t *direct_table(const struct conv_call *call, int64_t place)
{
    return (int64_t *)(void *)(call->work + place);
}

void direct_fill_tables(const struct direct_plan *p,
                        const struct conv_call *call)
{
    const struct axis *y = &p->conv->window.y, *x = &p->conv->window.x;
    int64_t *at = direct_table(call, p->position_table);

    for (int64_t i = 0; i < y->out; i++)
        for (int64_t j = 0; j < x->out; j++)
            *at++ = i * y->stride * p->width + j * x->stride;
    at = direct_table(call, p->tap_table);
    for (int64_t c = 0; c < p->channels; c++)
        for (int64_t tap = 0; tap < p->taps; tap++)
            *at++ = (c * p->height + tap / x->kernel * y->dilation) * p->width +
                    tap % x->kernel * x->dilation;
}

int64_t direct_input_at(const struct direct_plan *p, int64_t sample,
                        int64_t group)
{
    return (sample * p->conv->channels + group * p->channels) *
           window_inputs(&p->conv->window);
}

int64_t direct_output_at(const struct direct_plan *p, int64_t sample,
                         int64_t group)
{
    return (sample * p->conv->filters + group * p->filters) * p->positions;
}

const real *direct_image(const struct direct_plan *p,
                         const struct conv_call *call, int64_t sample,
                         int64_t group)
{
    const struct axis *y = &p->conv->window.y, *x = &p->conv->window.x;
    const int64_t rows = num_min(y->in, p->height - y->pad);
    const int64_t columns = num_min(x->in, p->width - x->pad);
    const real *from = call->x + direct_input_at(p, sample, group);
    real *image = call->work + p->image;

    if (!p->bordered)
        return from;
    memset(image, 0,
           (size_t)(p->channels * p->height * p->width) * sizeof *image);
    for (int64_t c = 0; columns > 0 && c < p->channels; c++)
        for (int64_t i = 0; i < rows; i++)
            memcpy(image + (c * p->height + i + y->pad) * p->width + x->pad,
                   from + (c * y->in + i) * x->in,
                   (size_t)columns * sizeof *image);
    return image;
}
