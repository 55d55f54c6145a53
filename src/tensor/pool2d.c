/*
 * pool2d.c - pooling, as many planes at a time as a vector has lanes.
 *
 * Planes that are not blocked become so, a band of rows at a time that stays in
 * the second-level cache, and the kernels slide over them by a table of what
 * each row and column of outputs sees: any size, stride and padding.  Maxima of
 * 2x2 cells that tile the image, the usual case, have kernels of their own.
 */
#include "tensor/pool2d.h"

#include <assert.h>
#include <string.h>

#include "base/num.h"
#include "tensor/scratch.h"

enum { BAND_BYTES = 128 << 10, BYTE_TAPS = 256 };

/* Rows of outputs that are computed at once, first .. last, from the rows `in`
 * of the image; those from `done` on belong to the next band as well. */
struct band {
    int64_t first, last;
    struct range in;
    int64_t done;
};

/* A call with its tables. */
struct pooling {
    const struct pool2d *pool; /* of a call alone, as `call` */
    const struct pool2d_call *call;
    int64_t rows, columns, image, output; /* places in the scratch memory */
};

static bool is_pair_tiling(const struct axis *a)
{
    return a->kernel == 2 && a->stride == 2 && a->pad == 0 &&
           2 * a->out <= a->in;
}

/* And alone in y: nothing is added to dx. */
static bool is_pairs(const struct pool2d *p)
{
    const struct window *w = &p->window;

    return p->mode == POOL_MAX && !p->adaptive && is_pair_tiling(&w->y) &&
           is_pair_tiling(&w->x) && p->y_stride == window_outputs(w);
}

/* What output i of an axis sees. */
static struct range seen(const struct pool2d *p, const struct axis *a,
                         int64_t i)
{
    const int64_t start = i * a->stride - a->pad;

    if (p->adaptive)
        return (struct range){i * a->in / a->out,
                              num_ceil_div((i + 1) * a->in, a->out)};
    return (struct range){num_max(0, start), num_min(a->in, start + a->kernel)};
}

/* The most cells along an axis that an output sees. */
static int64_t widest(const struct pool2d *p, const struct axis *a)
{
    int64_t most = 0;

    for (int64_t i = 0; i < a->out; i++) {
        const struct range r = seen(p, a, i);
        most = num_max(most, r.end - r.begin);
    }
    return most;
}

static struct band band_to(const struct pool2d *p, int64_t first, int64_t last)
{
    const struct axis *y = &p->window.y;
    const int64_t end = seen(p, y, last - 1).end;
    struct band b = {.first = first, .last = last, .done = y->in};

    b.in = (struct range){seen(p, y, first).begin, y->in};
    if (last < y->out) {
        b.done = seen(p, y, last).begin;
        b.in.end = num_max(end, b.done);
    }
    return b;
}

/* From output row `first` on, as much as BAND_BYTES hold, at least one row. */
static struct band band_from(const struct pool2d *p, int64_t first)
{
    const int64_t row_bytes =
        p->window.x.in * p->kern->lanes * (int64_t)sizeof(real);
    struct band b = band_to(p, first, first + 1);

    while (b.last < p->window.y.out) {
        const struct band more = band_to(p, first, b.last + 1);
        if ((more.in.end - more.in.begin) * row_bytes > BAND_BYTES)
            break;
        b = more;
    }
    return b;
}

/* The places in the scratch memory; returns its reals. */
static int64_t place(const struct pool2d *p, int64_t band_outputs,
                     struct pooling *g)
{
    const int64_t range = (int64_t)(sizeof(struct range) / sizeof(real));
    const int64_t lanes = p->kern->lanes;
    int64_t work = 0;

    g->rows = scratch_take(&work, p->window.y.out * range);
    g->columns = scratch_take(&work, p->window.x.out * range);
    g->image = scratch_take(&work, p->band_rows * p->window.x.in * lanes);
    g->output = scratch_take(&work, band_outputs * lanes);
    return work;
}

void pool2d_prepare(struct pool2d *p)
{
    int64_t rows = 0;
    struct pooling g;
    struct band b;

    if (p->y_stride == 0)
        p->y_stride = window_outputs(&p->window);
    p->widest = widest(p, &p->window.x);
    p->index = 0;
    if (p->mode == POOL_MAX)
        p->index = window_outputs(&p->window) *
                   (p->widest * widest(p, &p->window.y) <= BYTE_TAPS
                        ? 1
                        : (int64_t)sizeof(real));
    p->work = p->band_rows = 0;
    for (int64_t i = 0; i < p->window.y.out; i = b.last) {
        b = band_from(p, i);
        p->band_rows = num_max(p->band_rows, b.in.end - b.in.begin);
        rows = num_max(rows, b.last - b.first);
    }
    p->work = place(p, rows * p->window.x.out, &g) * (int64_t)sizeof(real);
}

static struct range *table_at(const struct pooling *g, int64_t at)
{
    return (struct range *)(void *)((real *)g->call->work + at);
}

static struct pooling begin(const struct pool2d *p,
                            const struct pool2d_call *call)
{
    struct pooling g = {.pool = p, .call = call};

    (void)place(p, 0, &g);
    for (int64_t i = 0; i < p->window.y.out; i++)
        table_at(&g, g.rows)[i] = seen(p, &p->window.y, i);
    for (int64_t i = 0; i < p->window.x.out; i++)
        table_at(&g, g.columns)[i] = seen(p, &p->window.x, i);
    return g;
}

/* A vector of planes: the first one, how many, and where they begin. */
struct lot {
    int64_t first, count;
    int64_t x, y; /* reals into x and dx, and y and dy */
};

static struct pool_grid grid_of(const struct pooling *g, const struct lot *l,
                                const struct band *b)
{
    const struct pool2d *p = g->pool;

    return (struct pool_grid){
        .count = l->count,
        .out_h = b->last - b->first,
        .out_w = p->window.x.out,
        .rows = table_at(g, g->rows) + b->first,
        .columns = table_at(g, g->columns),
        .origin = b->in.begin,
        .width = p->window.x.in,
        .widest = p->widest,
        .wide_index = p->index > window_outputs(&p->window),
        .cells = p->mode == POOL_MEAN_PADDED ? window_taps(&p->window) : 0,
    };
}

/* The taps of a band. */
static void *index_at(const struct pooling *g, const struct lot *l,
                      const struct band *b)
{
    const struct pool2d *p = g->pool;
    const int64_t row = p->index / p->window.y.out;

    if (!g->call->index)
        return NULL;
    return (unsigned char *)g->call->index + l->first * p->index +
           b->first * row * l->count;
}

/* Rows of the planes of a lot, in memory and in lanes. */
static struct planes input_rows(const struct pooling *g, const struct lot *l,
                                int64_t rows)
{
    return (struct planes){
        .count = l->count,
        .pixels = rows * g->pool->window.x.in,
        .stride = window_inputs(&g->pool->window),
        .pitch = g->pool->kern->lanes,
    };
}

static struct planes output_rows(const struct pooling *g, const struct lot *l,
                                 int64_t rows)
{
    return (struct planes){
        .count = l->count,
        .pixels = rows * g->pool->window.x.out,
        .stride = g->pool->y_stride,
        .pitch = g->pool->kern->lanes,
    };
}

static int64_t input_at(const struct pooling *g, const struct lot *l,
                        int64_t row)
{
    const int64_t step = g->call->x_blocked ? g->pool->kern->lanes : 1;

    return l->x + row * g->pool->window.x.in * step;
}

static int64_t output_at(const struct pooling *g, const struct lot *l,
                         int64_t row)
{
    const int64_t step = g->call->y_blocked ? g->pool->kern->lanes : 1;

    return l->y + row * g->pool->window.x.out * step;
}

/* Blocked planes: those that are there, or turned in scratch memory. */
static const real *blocked_rows(const struct kernels *kern, bool are_blocked,
                                const struct planes *p, const real *rows,
                                real *scratch)
{
    if (are_blocked)
        return rows;
    kern->to_blocked(p, rows, scratch);
    return scratch;
}

static void pool_rows(const struct pooling *g, const struct pool_grid *grid,
                      const real *x, real *y, void *index)
{
    const struct kernels *kern = g->pool->kern;

    if (g->pool->mode != POOL_MAX)
        kern->pool_mean(grid, x, y);
    else if (is_pairs(g->pool))
        kern->pool_max_pairs(grid, x, y, index);
    else
        kern->pool_max(grid, x, y, index);
}

static void forward_lot(const struct pooling *g, const struct lot *l)
{
    const struct pool2d_call *call = g->call;
    const struct kernels *kern = g->pool->kern;
    struct band b;

    for (int64_t i = 0; i < g->pool->window.y.out; i = b.last) {
        b = band_from(g->pool, i);
        const struct planes in = input_rows(g, l, b.in.end - b.in.begin);
        const struct planes out = output_rows(g, l, b.last - b.first);
        const struct pool_grid grid = grid_of(g, l, &b);
        real *to = call->y + output_at(g, l, b.first);
        real *y = call->y_blocked ? to : (real *)call->work + g->output;
        const real *x = blocked_rows(kern, call->x_blocked, &in,
                                     call->x + input_at(g, l, b.in.begin),
                                     (real *)call->work + g->image);
        pool_rows(g, &grid, x, y, index_at(g, l, &b));
        if (y != to)
            kern->from_blocked(&out, y, false, to);
    }
}

/* Into rows of the image; those that are fresh have no sums yet. */
static void spread_rows(const struct pooling *g, const struct pool_grid *grid,
                        const real *dy, const void *index, struct range fresh,
                        real *dx)
{
    const struct kernels *kern = g->pool->kern;
    const int64_t row = grid->width * kern->lanes;

    if (is_pairs(g->pool))
        fresh.begin = 2 * grid->out_h;
    if (fresh.begin < fresh.end)
        memset(dx + fresh.begin * row, 0,
               (size_t)((fresh.end - fresh.begin) * row) * sizeof *dx);
    if (g->pool->mode != POOL_MAX)
        kern->pool_mean_data(grid, dy, dx);
    else if (is_pairs(g->pool))
        kern->pool_max_pairs_data(grid, dy, index, dx);
    else
        kern->pool_max_data(grid, dy, index, dx);
}

/* Rows of the image that a band shares with the next one are carried over, so
 * that a cell's sum is one chain in the order of the outputs. */
static void backward_lot(const struct pooling *g, const struct lot *l)
{
    const struct pool2d_call *call = g->call;
    const struct kernels *kern = g->pool->kern;
    const int64_t row = g->pool->window.x.in * kern->lanes;
    int64_t carried = 0; /* rows */
    struct band b;

    for (int64_t i = 0; i < g->pool->window.y.out; i = b.last) {
        b = band_from(g->pool, i);
        const int64_t rows = b.in.end - b.in.begin;
        const int64_t done = b.done - b.in.begin;
        const struct planes out = output_rows(g, l, b.last - b.first);
        const struct planes in = input_rows(g, l, done);
        const struct pool_grid grid = grid_of(g, l, &b);
        real *to = call->dx + input_at(g, l, b.in.begin);
        real *dx = call->x_blocked ? to : (real *)call->work + g->image;
        const real *dy = blocked_rows(kern, call->y_blocked, &out,
                                      call->dy + output_at(g, l, b.first),
                                      (real *)call->work + g->output);
        const bool is_sum = call->adds && dx == to;
        spread_rows(g, &grid, dy, index_at(g, l, &b),
                    (struct range){is_sum ? rows : carried, rows}, dx);
        carried = rows - done;
        if (dx == to)
            continue;
        kern->from_blocked(&in, dx, call->adds, to);
        memmove(dx, dx + done * row, (size_t)(carried * row) * sizeof *dx);
    }
}

/* Channels [c, c + count) of a sample, `channels` of which there are. */
static struct lot lot_at(const struct pooling *g, int64_t sample, int64_t c,
                         int64_t channels)
{
    const struct pool2d *p = g->pool;
    const int64_t lanes = p->kern->lanes;
    const int64_t first = sample * channels + c;
    const int64_t block = sample * num_ceil_div(channels, lanes) * lanes + c;

    return (struct lot){
        .first = first,
        .count = num_min(lanes, channels - c),
        .x = (g->call->x_blocked ? block : first) * window_inputs(&p->window),
        .y = g->call->y_blocked ? block * window_outputs(&p->window)
                                : first * p->y_stride,
    };
}

/* Where both sides are plain, all planes count as those of one sample. */
static void for_each_lot(const struct pool2d *p, const struct pool2d_call *call,
                         void (*visit)(const struct pooling *,
                                       const struct lot *))
{
    const struct pooling g = begin(p, call);
    const bool is_apart = call->x_blocked || call->y_blocked;
    const int64_t samples = is_apart ? call->samples : 1;
    const int64_t channels =
        is_apart ? call->channels : call->samples * call->channels;

    for (int64_t i = 0; i < samples; i++)
        for (int64_t c = 0; c < channels; c += p->kern->lanes) {
            const struct lot l = lot_at(&g, i, c, channels);
            visit(&g, &l);
        }
}

void pool2d_forward(const struct pool2d *p, const struct pool2d_call *call)
{
    for_each_lot(p, call, forward_lot);
}

void pool2d_backward(const struct pool2d *p, const struct pool2d_call *call)
{
    assert(!call->adds || !is_pairs(p));
    for_each_lot(p, call, backward_lot);
}
