/*
 * winograd_back.c - both gradients, from one transform of dy.
 *
 * Per block of tiles: V from x and E from dy; dU += V' E; then dV = E U' takes
 * the place of V and is scattered into dx.  dU becomes the gradient of the
 * filters once, after the last block.
 */
#include <string.h>

#include "base/num.h"
#include "tensor/product.h"
#include "tensor/winograd.h"
#include "tensor/winograd_plan.h"

/* U' in panels [O][channels]: for each filter, patches of `lanes` channels. */
static void transform_filters(const struct winograd_plan *p,
                              const struct conv_call *call)
{
    const struct conv *v = p->conv;
    const int64_t lanes = p->kern->lanes;
    real *patch = call->work + p->patch;
    struct planes cells = {
        .pixels = p->cells,
        .stride = p->cells,
        .pitch = lanes,
    };

    for (int64_t c = 0; c < p->channels; c += lanes) {
        const struct panel_place at =
            product_place(p->kern, v->filters, p->channels, c);
        cells.count = num_min(lanes, v->channels - c);
        for (int64_t o = 0; o < v->filters; o++) {
            const struct winograd_tile t = {
                .from = patch,
                .to = call->work + p->u + at.base + o * at.width,
                .step = p->u_step,
            };
            p->kern->to_blocked(
                &cells, call->weight + (o * v->channels + c) * p->cells, patch);
            p->tiles->filter(&t);
        }
    }
}

/* E = A dy A' of one strip. */
static void transform_dy(const struct winograd_plan *p,
                         const struct conv_call *call, const struct strip *s)
{
    const struct window *w = &p->conv->window;
    const int64_t lanes = p->kern->lanes, outputs = window_outputs(w);
    const struct range rows = winograd_output_rows(p, s);
    real *plane = call->work + p->y_plane;
    struct planes planes = {
        .pixels = (rows.end - rows.begin) * w->x.out,
        .stride = outputs,
        .pitch = lanes,
    };

    for (int64_t o = 0; o < p->filters; o += lanes) {
        real *to = call->work + p->e + s->tile * p->filters + o;
        planes.count = num_min(lanes, p->conv->filters - o);
        p->kern->to_blocked(&planes,
                            call->dy +
                                (s->sample * p->conv->filters + o) * outputs +
                                rows.begin * w->x.out,
                            plane);
        for (int64_t i = s->begin; i < s->end; i++)
            for (int64_t j = 0; j < p->columns; j++, to += p->filters) {
                struct winograd_tile t = winograd_output_tile(p, rows, i, j);
                t.from = plane;
                t.to = to;
                t.step = p->e_step;
                p->tiles->d_output(&t);
            }
    }
}

/* dU += V' E, element by element; the first block overwrites. */
static void multiply_filters(const struct winograd_plan *p,
                             const struct conv_call *call, int64_t tiles,
                             bool add)
{
    for (int64_t i = 0; i < p->elements; i++) {
        const struct product product = {
            .m = p->conv->channels,
            .n = p->filters,
            .k = tiles,
            .a = call->work + p->v + i * p->v_step,
            .a_row = 1,
            .a_step = p->channels,
            .b = call->work + p->e + i * p->e_step,
            .b_row = p->filters,
            .c = call->work + p->g + i * p->g_step,
            .c_row = p->filters,
            .add = add,
        };
        product_run(p->kern, &product);
    }
}

/* dV = E U', element by element, in the place of V. */
static void multiply_data(const struct winograd_plan *p,
                          const struct conv_call *call, int64_t tiles)
{
    for (int64_t i = 0; i < p->elements; i++) {
        const struct product product = {
            .m = tiles,
            .n = p->channels,
            .k = p->conv->filters,
            .a = call->work + p->e + i * p->e_step,
            .a_row = p->filters,
            .a_step = 1,
            .b = call->work + p->u + i * p->u_step,
            .c = call->work + p->v + i * p->v_step,
            .c_row = p->channels,
        };
        product_run(p->kern, &product);
    }
}

/* Writes the rows of a strip to dx.  Its first rows overlap with the last ones
 * of the strip before, which has written them already. */
static void store_rows(const struct winograd_plan *p,
                       const struct conv_call *call, const struct strip *s,
                       int64_t c)
{
    const struct window *w = &p->conv->window;
    const struct range rows = winograd_input_rows(p, s);
    const int64_t shared_end =
        s->begin == 0 ? rows.begin : s->begin * p->m + p->r - 1 - w->y.pad;
    const int64_t shared =
        num_min(rows.end, num_max(rows.begin, shared_end)) - rows.begin;
    const real *plane = call->work + p->x_plane;
    real *dx = call->dx +
               (s->sample * p->conv->channels + c) * window_inputs(w) +
               rows.begin * w->x.in;
    struct planes planes = {
        .count = num_min(p->kern->lanes, p->conv->channels - c),
        .pixels = shared * w->x.in,
        .stride = window_inputs(w),
        .pitch = p->kern->lanes,
    };

    p->kern->from_blocked(&planes, plane, true, dx);
    plane += planes.pixels * p->kern->lanes;
    dx += planes.pixels;
    planes.pixels = (rows.end - rows.begin - shared) * w->x.in;
    p->kern->from_blocked(&planes, plane, false, dx);
}

/* dx of one strip: B dV B' of its tiles, added up. */
static void transform_dx(const struct winograd_plan *p,
                         const struct conv_call *call, const struct strip *s)
{
    const int64_t lanes = p->kern->lanes;
    const struct range rows = winograd_input_rows(p, s);
    const int64_t pixels = (rows.end - rows.begin) * p->conv->window.x.in;
    real *plane = call->work + p->x_plane;

    for (int64_t c = 0; c < p->channels; c += lanes) {
        const real *from = call->work + p->v + s->tile * p->channels + c;
        memset(plane, 0, (size_t)(pixels * lanes) * sizeof *plane);
        for (int64_t i = s->begin; i < s->end; i++)
            for (int64_t j = 0; j < p->columns; j++, from += p->channels) {
                struct winograd_tile t = winograd_input_tile(p, rows, i, j);
                t.from = from;
                t.to = plane;
                t.step = p->v_step;
                p->tiles->d_input(&t);
            }
        store_rows(p, call, s, c);
    }
}

/* weight_grad += G' dU G for channels c .. c + count and one vector of
 * filters. */
static void add_filter_patch(const struct winograd_plan *p,
                             const struct conv_call *call, int64_t o, int64_t c,
                             int64_t count)
{
    const struct conv *v = p->conv;
    const int64_t lanes = p->kern->lanes;
    real *patch = call->work + p->patch;
    const struct planes rows = {
        .count = num_min(lanes, v->filters - o),
        .pixels = count * p->cells,
        .stride = v->channels * p->cells,
        .pitch = lanes,
    };

    for (int64_t i = 0; i < count; i++) {
        const struct winograd_tile t = {
            .from = call->work + p->g + (c + i) * p->filters + o,
            .to = patch + i * p->cells * lanes,
            .step = p->g_step,
        };
        p->tiles->d_filter(&t);
    }
    p->kern->from_blocked(&rows, patch, true,
                          call->weight_grad + (o * v->channels + c) * p->cells);
}

static void add_filters(const struct winograd_plan *p,
                        const struct conv_call *call)
{
    const int64_t channels = p->conv->channels;

    for (int64_t o = 0; o < p->filters; o += p->kern->lanes)
        for (int64_t c = 0; c < channels; c += PATCH_CHANNELS)
            add_filter_patch(p, call, o, c,
                             num_min(PATCH_CHANNELS, channels - c));
}

static void run_block(const struct winograd_plan *p,
                      const struct conv_call *call, int64_t block, int64_t end)
{
    const int64_t tiles = (end - block) * p->columns;
    struct strip s;

    for (int64_t row = block; row < end; row += s.end - s.begin) {
        s = winograd_strip(p, block, row, end);
        if (call->weight_grad)
            winograd_transform_input(p, call, &s);
        transform_dy(p, call, &s);
    }
    if (call->weight_grad)
        multiply_filters(p, call, tiles, block > 0);
    if (!call->dx)
        return;
    multiply_data(p, call, tiles);
    for (int64_t row = block; row < end; row += s.end - s.begin) {
        s = winograd_strip(p, block, row, end);
        transform_dx(p, call, &s);
    }
}

void winograd_backward(const struct kernels *kern, const struct conv *c,
                       int64_t m, const struct conv_call *call)
{
    const struct winograd_plan p =
        winograd_plan(kern, c, m, call->samples, true);
    const int64_t all = call->samples * p.rows;

    if (call->dx)
        transform_filters(&p, call);
    for (int64_t block = 0; block < all; block += p.block_rows)
        run_block(&p, call, block, num_min(all, block + p.block_rows));
    if (call->weight_grad)
        add_filters(&p, call);
}
