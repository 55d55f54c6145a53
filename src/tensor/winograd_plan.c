/*
 * winograd_plan.c - the geometry of tiles, strips and blocks.
 */
#include "tensor/winograd_plan.h"

#include "base/num.h"
#include "tensor/scratch.h"

/* Tiles of a block, and reals of its V and E.  Larger blocks fall out of the
 * second-level cache; smaller ones read U, which for many channels does not
 * even fit into the third-level cache, more often. */
enum { MOST_TILES = 112, LEAST_TILES = 64, BLOCK_REALS = 448 << 10 };

/* An odd number of vectors: matrices a power of two apart would compete for
 * the same few cache sets when a transform writes one row of each. */
static int64_t odd_vectors(const struct kernels *kern, int64_t reals)
{
    return (num_ceil_div(reals, kern->lanes) | 1) * kern->lanes;
}

static int64_t block_rows(const struct winograd_plan *p, int64_t samples)
{
    const int64_t tile = p->elements * (p->channels + p->filters);
    const int64_t most =
        num_min(MOST_TILES, num_max(LEAST_TILES, BLOCK_REALS / tile));
    const int64_t rows = num_max(1, most / p->columns);
    const int64_t all = samples * p->rows;

    /* Whole samples where they fit, else parts of one sample. */
    if (rows >= all)
        return all;
    if (rows >= p->rows)
        return rows / p->rows * p->rows;
    return num_ceil_div(p->rows, num_ceil_div(p->rows, rows));
}

static void lay_out(struct winograd_plan *p, bool backward)
{
    const struct conv *c = p->conv;
    const struct window *w = &c->window;
    const int64_t lanes = p->kern->lanes;
    const int64_t tiles = p->block_rows * p->columns;
    const int64_t in_rows =
        num_min(w->y.in, num_min(p->block_rows, p->rows) * p->m + p->r - 1);
    const int64_t out_rows =
        num_min(w->y.out, num_min(p->block_rows, p->rows) * p->m);

    p->u_step = odd_vectors(p->kern, backward ? c->filters * p->channels
                                              : c->channels * p->filters);
    p->v_step = odd_vectors(p->kern, tiles * p->channels);
    p->e_step = odd_vectors(p->kern, tiles * p->filters);
    p->g_step = odd_vectors(p->kern, c->channels * p->filters);
    p->u = scratch_take(&p->total, p->elements * p->u_step);
    p->v = scratch_take(&p->total, p->elements * p->v_step);
    p->e = scratch_take(&p->total, p->elements * p->e_step);
    p->g = scratch_take(&p->total, backward ? p->elements * p->g_step : 0);
    p->x_plane = scratch_take(&p->total, in_rows * w->x.in * lanes);
    p->y_plane = scratch_take(&p->total, out_rows * w->x.out * lanes);
    p->patch = scratch_take(&p->total, PATCH_CHANNELS * p->cells * lanes);
    p->bias = scratch_take(&p->total, p->filters);
}

struct winograd_plan winograd_plan(const struct kernels *kern,
                                   const struct conv *c, int64_t m,
                                   int64_t samples, bool backward)
{
    const int64_t r = c->window.y.kernel, n = m + r - 1;
    struct winograd_plan p = {
        .kern = kern,
        .tiles = r == 5 ? &kern->winograd5 : &kern->winograd[m - 2],
        .conv = c,
        .m = m,
        .n = n,
        .r = r,
        .elements = n * n,
        .cells = r * r,
        .rows = num_ceil_div(c->window.y.out, m),
        .columns = num_ceil_div(c->window.x.out, m),
        .channels = num_ceil_div(c->channels, kern->lanes) * kern->lanes,
        .filters = num_ceil_div(c->filters, kern->lanes) * kern->lanes,
    };

    p.block_rows = block_rows(&p, samples);
    lay_out(&p, backward);
    return p;
}

struct strip winograd_strip(const struct winograd_plan *p, int64_t block,
                            int64_t row, int64_t end)
{
    const int64_t sample = row / p->rows, begin = row % p->rows;

    return (struct strip){
        .sample = sample,
        .begin = begin,
        .end = num_min(p->rows, begin + (end - row)),
        .tile = (row - block) * p->columns,
    };
}

struct range winograd_input_rows(const struct winograd_plan *p,
                                 const struct strip *s)
{
    const struct axis *y = &p->conv->window.y;
    const int64_t begin = num_max(0, s->begin * p->m - y->pad);
    const int64_t end = num_min(y->in, s->end * p->m + p->r - 1 - y->pad);

    return (struct range){num_min(begin, y->in), num_max(begin, end)};
}

struct range winograd_output_rows(const struct winograd_plan *p,
                                  const struct strip *s)
{
    return (struct range){s->begin * p->m,
                          num_min(p->conv->window.y.out, s->end * p->m)};
}

static int64_t clamp(int64_t v, int64_t low, int64_t high)
{
    return num_max(low, num_min(v, high));
}

struct winograd_tile winograd_input_tile(const struct winograd_plan *p,
                                         struct range rows, int64_t row,
                                         int64_t column)
{
    const struct axis *y = &p->conv->window.y, *x = &p->conv->window.x;
    const int64_t lanes = p->kern->lanes, n = p->n;
    const int64_t top = row * p->m - y->pad, left = column * p->m - x->pad;

    return (struct winograd_tile){
        .origin = ((top - rows.begin) * x->in + left) * lanes,
        .row = x->in * lanes,
        .top = clamp(-top, 0, n),
        .bottom = clamp(y->in - top, 0, n),
        .left = clamp(-left, 0, n),
        .right = clamp(x->in - left, 0, n),
    };
}

struct winograd_tile winograd_output_tile(const struct winograd_plan *p,
                                          struct range rows, int64_t row,
                                          int64_t column)
{
    const struct axis *y = &p->conv->window.y, *x = &p->conv->window.x;
    const int64_t lanes = p->kern->lanes;
    const int64_t top = row * p->m, left = column * p->m;

    return (struct winograd_tile){
        .origin = ((top - rows.begin) * x->out + left) * lanes,
        .row = x->out * lanes,
        .bottom = num_min(p->m, y->out - top),
        .right = num_min(p->m, x->out - left),
    };
}

void winograd_transform_input(const struct winograd_plan *p,
                              const struct conv_call *call,
                              const struct strip *s)
{
    const struct window *w = &p->conv->window;
    const int64_t lanes = p->kern->lanes, inputs = window_inputs(w);
    const struct range rows = winograd_input_rows(p, s);
    real *plane = call->work + p->x_plane;
    struct planes planes = {
        .pixels = (rows.end - rows.begin) * w->x.in,
        .stride = inputs,
        .pitch = lanes,
    };

    for (int64_t c = 0; c < p->channels; c += lanes) {
        real *to = call->work + p->v + s->tile * p->channels + c;
        planes.count = num_min(lanes, p->conv->channels - c);
        p->kern->to_blocked(&planes,
                            call->x +
                                (s->sample * p->conv->channels + c) * inputs +
                                rows.begin * w->x.in,
                            plane);
        for (int64_t i = s->begin; i < s->end; i++)
            for (int64_t j = 0; j < p->columns; j++, to += p->channels) {
                struct winograd_tile t = winograd_input_tile(p, rows, i, j);
                t.from = plane;
                t.to = to;
                t.step = p->v_step;
                p->tiles->input(&t);
            }
    }
}
