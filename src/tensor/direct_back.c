/*
 * direct_back.c - the gradients of a direct convolution.
 */
#include <string.h>

#include "base/num.h"
#include "tensor/direct.h"
#include "tensor/direct_plan.h"
#include "tensor/product.h"

/* Positions first .. first + count of dy as a tile [count, filters]. */
static void load_tile(const struct direct_plan *p, const struct conv_call *call,
                      int64_t count, const real *dy)
{
    struct planes planes = {
        .pixels = count,
        .stride = p->positions,
        .pitch = p->out_lanes,
    };

    for (int64_t o = 0; o < p->filters; o += p->kern->lanes) {
        planes.count = num_min(p->kern->lanes, p->filters - o);
        p->kern->to_blocked(&planes, dy + o * p->positions,
                            call->work + p->tile + o);
    }
}

/* dW' += x dy' for one sample; the first one overwrites. */
static void add_weights(const struct direct_plan *p,
                        const struct conv_call *call, int64_t sample,
                        int64_t group)
{
    const real *dy = call->dy + direct_output_at(p, sample, group);
    struct product product = {
        .m = p->depth,
        .n = p->out_lanes,
        .a = direct_image(p, call, sample, group),
        .a_rows = direct_table(call, p->tap_table),
        .b = call->work + p->tile,
        .b_row = p->out_lanes,
        .c = call->work + p->grad,
        .c_row = p->out_lanes,
    };

    for (int64_t first = 0; first < p->positions; first += p->chunk) {
        product.k = num_min(p->chunk, p->positions - first);
        product.a_steps = direct_table(call, p->position_table) + first;
        product.add = sample > 0 || first > 0;
        load_tile(p, call, product.k, dy + first);
        product_run(p->kern, &product);
    }
}

/* weight_grad += dW' turned. */
static void store_weights(const struct direct_plan *p,
                          const struct conv_call *call, int64_t group)
{
    real *grad = call->weight_grad + group * p->filters * p->depth;
    struct planes rows = {
        .pixels = p->depth,
        .stride = p->depth,
        .pitch = p->out_lanes,
    };

    for (int64_t o = 0; o < p->filters; o += p->kern->lanes) {
        rows.count = num_min(p->kern->lanes, p->filters - o);
        p->kern->from_blocked(&rows, call->work + p->grad + o, true,
                              grad + o * p->depth);
    }
}

/* For each tap its weights in panels [filters][channels]. */
static void load_taps(const struct direct_plan *p, const struct conv_call *call,
                      int64_t group)
{
    const real *weight = call->weight + group * p->filters * p->depth;
    struct planes cells = {
        .pixels = p->taps,
        .stride = p->taps,
        .pitch = p->filters * p->in_lanes,
    };

    for (int64_t c = 0; c < p->in_lanes; c += p->kern->lanes) {
        const struct panel_place at =
            product_place(p->kern, p->filters, p->in_lanes, c);
        cells.count = num_min(p->kern->lanes, p->channels - c);
        for (int64_t o = 0; o < p->filters; o++)
            p->kern->to_blocked(&cells, weight + o * p->depth + c * p->taps,
                                call->work + p->weights + at.base +
                                    o * at.width);
    }
}

/* Copies the image without its border from [cells][channels] to dx. */
static void store_image(const struct direct_plan *p,
                        const struct conv_call *call, real *dx)
{
    const struct axis *y = &p->conv->window.y, *x = &p->conv->window.x;
    const int64_t rows = num_min(y->in, p->height - y->pad);
    const int64_t columns = num_min(x->in, p->width - x->pad);
    struct planes planes = {
        .pixels = p->bordered ? columns : y->in * x->in,
        .stride = window_inputs(&p->conv->window),
        .pitch = p->in_lanes,
    };
    const int64_t lines = p->bordered ? rows : 1;

    if (p->bordered) /* cells that no window reads */
        memset(dx, 0, (size_t)(p->channels * planes.stride) * sizeof *dx);
    for (int64_t c = 0; columns > 0 && c < p->channels; c += p->kern->lanes) {
        planes.count = num_min(p->kern->lanes, p->channels - c);
        for (int64_t i = 0; i < lines; i++) {
            const int64_t cell =
                p->bordered ? (i + y->pad) * p->width + x->pad : 0;
            p->kern->from_blocked(
                &planes, call->work + p->image + cell * p->in_lanes + c, false,
                dx + c * planes.stride + i * x->in);
        }
    }
}

static void scatter_sample(const struct direct_plan *p,
                           const struct conv_call *call, int64_t sample,
                           int64_t group)
{
    const int64_t *taps = direct_table(call, p->tap_table);
    real *image = call->work + p->image;
    struct product product = {
        .m = p->positions,
        .n = p->in_lanes,
        .k = p->filters,
        .a = call->dy + direct_output_at(p, sample, group),
        .a_row = 1,
        .a_step = p->positions,
        .c_rows = direct_table(call, p->scatter_table),
        .add = true,
    };

    memset(image, 0,
           (size_t)(p->height * p->width * p->in_lanes) * sizeof *image);
    for (int64_t tap = 0; tap < p->taps; tap++) {
        product.b = call->work + p->weights + tap * p->filters * p->in_lanes;
        product.c = image + taps[tap] * p->in_lanes;
        product_run(p->kern, &product);
    }
    store_image(p, call, call->dx + direct_input_at(p, sample, group));
}

void direct_backward(const struct kernels *kern, const struct conv *c,
                     const struct conv_call *call)
{
    const struct direct_plan p = direct_plan(kern, c, true);
    const int64_t *positions = direct_table(call, p.position_table);
    int64_t *scatter = direct_table(call, p.scatter_table);

    direct_fill_tables(&p, call);
    for (int64_t i = 0; i < p.positions; i++)
        scatter[i] = positions[i] * p.in_lanes;
    for (int64_t group = 0; group < c->groups; group++) {
        for (int64_t n = 0; call->weight_grad && n < call->samples; n++)
            add_weights(&p, call, n, group);
        if (call->weight_grad)
            store_weights(&p, call, group);
        if (!call->dx)
            continue;
        load_taps(&p, call, group);
        for (int64_t n = 0; n < call->samples; n++)
            scatter_sample(&p, call, n, group);
    }
}
