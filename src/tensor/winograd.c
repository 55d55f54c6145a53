/*
 * winograd.c - the forward pass.
 */
#include "tensor/winograd.h"

#include <string.h>

#include "base/num.h"
#include "tensor/product.h"
#include "tensor/winograd_plan.h"

/* Blocks are no larger for more samples than these. */
enum { MANY_SAMPLES = 1 << 20 };

static bool axis_fits(const struct axis *a, int64_t m)
{
    const bool has_transforms =
        (a->kernel == 3 && m >= 2 && m <= 4) || (a->kernel == 5 && m == 2);

    return has_transforms && a->stride == 1 && a->dilation == 1;
}

bool winograd_fits(const struct conv *c, int64_t m)
{
    const struct axis *y = &c->window.y, *x = &c->window.x;

    return c->groups == 1 && axis_fits(y, m) && axis_fits(x, m) &&
           y->kernel == x->kernel;
}

int64_t winograd_work(const struct kernels *kern, const struct conv *c,
                      int64_t m, bool backward)
{
    return winograd_plan(kern, c, m, MANY_SAMPLES, backward).total;
}

/* U = G g G' for channels c .. c + count and one vector of filters o, into the
 * panels [C][filters]. */
static void transform_patch(const struct winograd_plan *p,
                            const struct conv_call *call, int64_t o, int64_t c,
                            int64_t count)
{
    const struct conv *v = p->conv;
    const struct panel_place at =
        product_place(p->kern, v->channels, p->filters, o);
    const struct planes rows = {
        .count = num_min(p->kern->lanes, v->filters - o),
        .pixels = count * p->cells,
        .stride = v->channels * p->cells,
        .pitch = p->kern->lanes,
    };
    real *patch = call->work + p->patch;

    p->kern->to_blocked(&rows, call->weight + (o * v->channels + c) * p->cells,
                        patch);
    for (int64_t i = 0; i < count; i++) {
        const struct winograd_tile t = {
            .from = patch + i * p->cells * p->kern->lanes,
            .to = call->work + p->u + at.base + (c + i) * at.width,
            .step = p->u_step,
        };
        p->tiles->filter(&t);
    }
}

static void transform_filters(const struct winograd_plan *p,
                              const struct conv_call *call)
{
    for (int64_t o = 0; o < p->filters; o += p->kern->lanes)
        for (int64_t c = 0; c < p->conv->channels; c += PATCH_CHANNELS)
            transform_patch(p, call, o, c,
                            num_min(PATCH_CHANNELS, p->conv->channels - c));
}

/* M = V U, element by element. */
static void multiply(const struct winograd_plan *p,
                     const struct conv_call *call, int64_t tiles)
{
    for (int64_t i = 0; i < p->elements; i++) {
        const struct product product = {
            .m = tiles,
            .n = p->filters,
            .k = p->conv->channels,
            .a = call->work + p->v + i * p->v_step,
            .a_row = p->channels,
            .a_step = 1,
            .b = call->work + p->u + i * p->u_step,
            .c = call->work + p->e + i * p->e_step,
            .c_row = p->filters,
        };
        product_run(p->kern, &product);
    }
}

/* y = A' M A + bias of one strip. */
static void transform_output(const struct winograd_plan *p,
                             const struct conv_call *call,
                             const struct strip *s)
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
        const real *from = call->work + p->e + s->tile * p->filters + o;
        for (int64_t i = s->begin; i < s->end; i++)
            for (int64_t j = 0; j < p->columns; j++, from += p->filters) {
                struct winograd_tile t = winograd_output_tile(p, rows, i, j);
                t.from = from;
                t.to = plane;
                t.step = p->e_step;
                t.bias = call->work + p->bias + o;
                t.rectify = call->rectify;
                p->tiles->output(&t);
            }
        planes.count = num_min(lanes, p->conv->filters - o);
        p->kern->from_blocked(&planes, plane, false,
                              call->y +
                                  (s->sample * p->conv->filters + o) * outputs +
                                  rows.begin * w->x.out);
    }
}

static void load_bias(const struct winograd_plan *p,
                      const struct conv_call *call)
{
    real *bias = call->work + p->bias;

    memset(bias, 0, (size_t)p->filters * sizeof *bias);
    if (call->bias)
        memcpy(bias, call->bias, (size_t)p->conv->filters * sizeof *bias);
}

void winograd_forward(const struct kernels *kern, const struct conv *c,
                      int64_t m, const struct conv_call *call)
{
    const struct winograd_plan p =
        winograd_plan(kern, c, m, call->samples, false);
    const int64_t all = call->samples * p.rows;

    load_bias(&p, call);
    transform_filters(&p, call);
    for (int64_t block = 0; block < all; block += p.block_rows) {
        const int64_t end = num_min(all, block + p.block_rows);
        struct strip s;
        for (int64_t row = block; row < end; row += s.end - s.begin) {
            s = winograd_strip(&p, block, row, end);
            winograd_transform_input(&p, call, &s);
        }
        multiply(&p, call, (end - block) * p.columns);
        for (int64_t row = block; row < end; row += s.end - s.begin) {
            s = winograd_strip(&p, block, row, end);
            transform_output(&p, call, &s);
        }
    }
}
