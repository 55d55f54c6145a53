/*
 * pool2d.c - pooling, as many planes at a time as a vector has lanes.
 *
 * The planes are blocked, a band of rows at a time so that they stay in the
 * second-level cache, and the kernels slide over them by a table of what each
 * row and column of outputs sees: any size, stride and padding.  Maxima of 2x2
 * cells that tile the image, the usual case, need no blocked planes and have
 * kernels of their own.
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
    if (is_pairs(p))
        return;
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

/* A vector of planes: the first one, and how many. */
struct lot {
    int64_t first, count;
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
    return l->first * window_inputs(&g->pool->window) +
           row * g->pool->window.x.in;
}

static int64_t output_at(const struct pooling *g, const struct lot *l,
                         int64_t row)
{
    return l->first * g->pool->y_stride + row * g->pool->window.x.out;
}

static void forward_lot(const struct pooling *g, const struct lot *l)
{
    const struct kernels *kern = g->pool->kern;
    real *image = (real *)g->call->work + g->image;
    real *output = (real *)g->call->work + g->output;
    struct band b;

    for (int64_t i = 0; i < g->pool->window.y.out; i = b.last) {
        b = band_from(g->pool, i);
        const struct planes in = input_rows(g, l, b.in.end - b.in.begin);
        const struct planes out = output_rows(g, l, b.last - b.first);
        const struct pool_grid grid = grid_of(g, l, &b);
        kern->to_blocked(&in, g->call->x + input_at(g, l, b.in.begin), image);
        if (g->pool->mode == POOL_MAX)
            kern->pool_max(&grid, image, output, index_at(g, l, &b));
        else
            kern->pool_mean(&grid, image, output);
        kern->from_blocked(&out, output, false,
                           g->call->y + output_at(g, l, b.first));
    }
}

/* Rows of the image that a band shares with the next one are carried over, so
 * that a cell's sum is one chain in the order of the outputs. */
static void backward_lot(const struct pooling *g, const struct lot *l)
{
    const struct kernels *kern = g->pool->kern;
    const int64_t row = g->pool->window.x.in * kern->lanes;
    real *image = (real *)g->call->work + g->image;
    real *output = (real *)g->call->work + g->output;
    int64_t carried = 0; /* rows */
    struct band b;

    for (int64_t i = 0; i < g->pool->window.y.out; i = b.last) {
        b = band_from(g->pool, i);
        const int64_t rows = b.in.end - b.in.begin;
        const int64_t done = b.done - b.in.begin;
        const struct planes out = output_rows(g, l, b.last - b.first);
        const struct planes in = input_rows(g, l, done);
        const struct pool_grid grid = grid_of(g, l, &b);
        memset(image + carried * row, 0,
               (size_t)((rows - carried) * row) * sizeof *image);
        kern->to_blocked(&out, g->call->dy + output_at(g, l, b.first), output);
        if (g->pool->mode == POOL_MAX)
            kern->pool_max_data(&grid, output, index_at(g, l, &b), image);
        else
            kern->pool_mean_data(&grid, output, image);
        kern->from_blocked(&in, image, g->call->adds,
                           g->call->dx + input_at(g, l, b.in.begin));
        carried = rows - done;
        memmove(image, image + done * row,
                (size_t)(carried * row) * sizeof *image);
    }
}

static void for_each_lot(const struct pool2d *p, const struct pool2d_call *call,
                         void (*visit)(const struct pooling *,
                                       const struct lot *))
{
    const struct pooling g = begin(p, call);
    struct lot l;

    for (l.first = 0; l.first < call->planes; l.first += l.count) {
        l.count = num_min(p->kern->lanes, call->planes - l.first);
        visit(&g, &l);
    }
}

static struct pool_pairs pairs_of(const struct window *w, int64_t planes)
{
    return (struct pool_pairs){
        .planes = planes,
        .in_h = w->y.in,
        .in_w = w->x.in,
        .out_h = w->y.out,
        .out_w = w->x.out,
    };
}

/* An odd last row and column of the input belong to no pair: dx is 0. */
static void clear_rest(const struct pool_pairs *p, real *dx)
{
    for (int64_t i = 0; i < p->planes; i++) {
        real *plane = dx + i * p->in_h * p->in_w;
        for (int64_t row = 0; row < 2 * p->out_h; row++)
            for (int64_t j = 2 * p->out_w; j < p->in_w; j++)
                plane[row * p->in_w + j] = 0;
        for (int64_t j = 2 * p->out_h * p->in_w; j < p->in_h * p->in_w; j++)
            plane[j] = 0;
    }
}

void pool2d_forward(const struct pool2d *p, const struct pool2d_call *call)
{
    const struct pool_pairs pairs = pairs_of(&p->window, call->planes);

    if (is_pairs(p))
        p->kern->pool_pairs(&pairs, call->x, call->y, call->index);
    else
        for_each_lot(p, call, forward_lot);
}

void pool2d_backward(const struct pool2d *p, const struct pool2d_call *call)
{
    const struct pool_pairs pairs = pairs_of(&p->window, call->planes);

    if (!is_pairs(p)) {
        for_each_lot(p, call, backward_lot);
        return;
    }
    assert(!call->adds);
    p->kern->spread_pairs(&pairs, call->dy, call->index, call->dx);
    clear_rest(&pairs, call->dx);
}
