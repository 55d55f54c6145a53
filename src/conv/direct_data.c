/*
 * direct_data.c - the data gradient by a matrix product for every tap.
 *
 * dx' [P shifted by tap, C] += dy [P, O] W_tap [O, C], where P are the output
 * positions, in a blocked image of all channels that is bordered by its
 * padding.
 */
#include <string.h>

#include "base/num.h"
#include "conv/direct.h"
#include "tensor/product.h"

/* Every tap reads and writes the sums of all positions. */
double direct_scatter_cost(const struct direct *d)
{
    const struct conv_task *t = d->task;
    const double moved = t->kern->moved;
    const double relaid = 2.0 * CONV_RELAID / CONV_SAMPLES;

    return (double)(t->conv.groups * d->in_lanes) *
           ((double)(d->positions * d->taps) *
                ((double)d->filters + moved / 3) +
            relaid * (double)(d->taps * d->filters) +
            moved * (double)window_inputs(&t->conv.window));
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

/* Where positions are in the image, and filters in dy. */
static void fill_tables(const struct direct *d)
{
    const int64_t lanes = d->call->y_blocked ? d->task->kern->lanes : 1;
    const struct window *w = &d->task->conv.window;
    int64_t *scatter = border_table(d->call, d->scatter);
    int64_t *step = border_table(d->call, d->step);

    for (int64_t i = 0; i < w->y.out; i++)
        for (int64_t j = 0; j < w->x.out; j++)
            *scatter++ = (i * w->y.stride * d->border.width + j * w->x.stride) *
                         d->in_lanes;
    for (int64_t o = 0; o < d->filters; o++)
        step[o] = o / lanes * lanes * d->positions + o % lanes;
}

static void store_image(const struct direct *d, real *dx)
{
    const struct conv_task *t = d->task;
    const int64_t plane = window_inputs(&t->conv.window);
    const real *image = d->call->work + d->image;
    struct planes planes = {.pitch = d->in_lanes};

    for (int64_t c = 0; c < d->channels; c += t->kern->lanes) {
        planes.count = num_min(t->kern->lanes, d->channels - c);
        if (d->call->x_blocked)
            border_copy_lanes(&d->border, t, planes.pitch, image + c,
                              dx + c * plane);
        else
            border_store_lanes(&d->border, t, planes, image + c,
                               dx + c * plane);
    }
}

static void scatter_sample(const struct direct *d, int64_t sample,
                           int64_t group)
{
    const struct conv_call *call = d->call;
    const struct window *w = &d->task->conv.window;
    real *image = call->work + d->image;
    struct product product = {
        .m = d->positions,
        .n = d->in_lanes,
        .k = d->filters,
        .a = call->dy + conv_y_at(d->task, d->call, sample, group),
        .a_row = call->y_blocked ? d->task->kern->lanes : 1,
        .a_steps = border_table(call, d->step),
        .c_rows = border_table(call, d->scatter),
        .add = true,
    };

    memset(image, 0, (size_t)(d->border.cells * d->in_lanes) * sizeof *image);
    for (int64_t tap = 0; tap < d->taps; tap++) {
        const int64_t u = tap / w->x.kernel * w->y.dilation;
        const int64_t v = tap % w->x.kernel * w->x.dilation;
        product.b = call->work + d->weights + tap * d->filters * d->in_lanes;
        product.c = image + (u * d->border.width + v) * d->in_lanes;
        product_run(d->task->kern, &product);
    }
    store_image(d, call->dx + conv_x_at(d->task, d->call, sample, group));
}

void direct_scatter(const struct direct *d)
{
    fill_tables(d);
    for (int64_t group = 0; group < d->task->conv.groups; group++) {
        load_taps(d, group);
        for (int64_t n = 0; n < d->call->samples; n++)
            scatter_sample(d, n, group);
    }
}
