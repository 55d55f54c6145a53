/*
 * direct.c - the forward pass.
 */
#include "tensor/direct.h"

#include <string.h>

#include "base/num.h"
#include "tensor/direct_plan.h"
#include "tensor/product.h"

int64_t direct_work(const struct kernels *kern, const struct conv *c,
                    bool backward)
{
    return direct_plan(kern, c, backward).total;
}

/* W' of a group in panels [depth][filters], and its bias. */
static void load_weights(const struct direct_plan *p,
                         const struct conv_call *call, int64_t group)
{
    const real *weight = call->weight + group * p->filters * p->depth;
    real *bias = call->work + p->bias;

    for (int64_t o = 0; o < p->out_lanes; o += p->kern->lanes) {
        const struct panel_place at =
            product_place(p->kern, p->depth, p->out_lanes, o);
        const struct planes rows = {
            .count = num_min(p->kern->lanes, p->filters - o),
            .pixels = p->depth,
            .stride = p->depth,
            .pitch = at.width,
        };
        p->kern->to_blocked(&rows, weight + o * p->depth,
                            call->work + p->weights + at.base);
    }
    memset(bias, 0, (size_t)p->out_lanes * sizeof *bias);
    if (call->bias)
        memcpy(bias, call->bias + group * p->filters,
               (size_t)p->filters * sizeof *bias);
}

/* Positions first .. first + count of a tile [count, filters] to y. */
static void store_tile(const struct direct_plan *p,
                       const struct conv_call *call, int64_t count, real *y)
{
    struct planes planes = {
        .pixels = count,
        .stride = p->positions,
        .pitch = p->out_lanes,
    };

    for (int64_t o = 0; o < p->filters; o += p->kern->lanes) {
        planes.count = num_min(p->kern->lanes, p->filters - o);
        p->kern->from_blocked(&planes, call->work + p->tile + o, false,
                              y + o * p->positions);
    }
}

static void forward_sample(const struct direct_plan *p,
                           const struct conv_call *call, int64_t sample,
                           int64_t group)
{
    real *y = call->y + direct_output_at(p, sample, group);
    struct product product = {
        .n = p->out_lanes,
        .k = p->depth,
        .a = direct_image(p, call, sample, group),
        .a_steps = direct_table(call, p->tap_table),
        .b = call->work + p->weights,
        .c = call->work + p->tile,
        .c_row = p->out_lanes,
        .bias = call->work + p->bias,
        .rectify = call->rectify,
    };

    for (int64_t first = 0; first < p->positions; first += p->chunk) {
        product.m = num_min(p->chunk, p->positions - first);
        product.a_rows = direct_table(call, p->position_table) + first;
        product_run(p->kern, &product);
        store_tile(p, call, product.m, y + first);
    }
}

void direct_forward(const struct kernels *kern, const struct conv *c,
                    const struct conv_call *call)
{
    const struct direct_plan p = direct_plan(kern, c, false);

    direct_fill_tables(&p, call);
    for (int64_t group = 0; group < c->groups; group++) {
        load_weights(&p, call, group);
        for (int64_t n = 0; n < call->samples; n++)
            forward_sample(&p, call, n, group);
    }
}
