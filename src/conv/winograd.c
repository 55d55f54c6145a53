/*
 * winograd.c - 3x3 and 5x5 convolutions with fewer multiplications.
 *
 * F(m x m, r x r) computes a tile of m x m outputs from n x n inputs, n = m +
 * r - 1, by n*n multiplications per pair of channels where the definition
 * takes r*r*m*m: 16 for 36 (m = 2, r = 3), 25 for 81 (m = 3), 36 for 144
 * (m = 4), 49 for 225 (m = 5), 64 for 324 (m = 6); and 36 for 100 (m = 2,
 * r = 5), 64 for 400 (m = 4).
 *
 *   y = A' [ sum over channels of (G g G') . (B' d B) ] A
 *
 * with . element by element (Lavin and Gray 2016, "Fast algorithms for
 * convolutional neural networks", equation 12 summed as in section 4.1; the
 * idea is Winograd's, "Arithmetic complexity of computations", 1980).  For each
 * of the n*n elements the sum over channels is a matrix product of tiles by
 * filters.  The gradients are the adjoints of the same three maps: with
 * E = A dy A',
 *
 *   dg = G' [ sum over tiles of (B' d B) . E ] G
 *   dd = B  [ sum over filters of (G g G') . E ] B'
 *
 * where overlapping tiles of dd add up, so both gradients share E and both have
 * as few tiles as the forward pass.  Per block of tiles: V from x and E from
 * dy; dU += V' E; then dV = E U' takes the place of V and is scattered into dx.
 * dU becomes the gradient of the filters once, after the last block.
 *
 * Stride 1, no dilation, one group, not transposed (zeros of dd are inexact).
 */
#include "conv/winograd.h"

#include <string.h>

#include "base/num.h"
#include "tensor/product.h"

static bool axis_fits(const struct axis *a, int64_t m)
{
    return (a->kernel == 3 || (a->kernel == 5 && (m == 2 || m == 4))) &&
           a->stride == 1 && a->dilation == 1;
}

static bool winograd_fits(const struct conv_ops *ops, const struct conv *c)
{
    const struct axis *y = &c->window.y, *x = &c->window.x;

    return c->groups == 1 && !c->transposed && y->kernel == x->kernel &&
           axis_fits(y, ops->tile) && axis_fits(x, ops->tile);
}

static double winograd_cost(const struct conv_task *t)
{
    const struct conv *c = &t->conv;
    const int64_t m = t->ops->tile, n = m + c->window.y.kernel - 1;
    const double tiles = (double)(num_ceil_div(c->window.y.out, m) *
                                  num_ceil_div(c->window.x.out, m));
    const int64_t channels = product_width(t->kern, c->channels);
    const int64_t filters = product_width(t->kern, c->filters);
    const double weights =
        (double)(t->pass == CONV_DATA ? c->filters * channels
                                      : c->channels * filters);

    return (double)(n * n) *
           (tiles * weights +
            t->kern->moved * tiles * (double)(channels + filters) +
            (double)CONV_RELAID / CONV_SAMPLES * weights);
}

/* The filters as a matrix: rows are summed over, lanes side by side. */
struct bank {
    int64_t rows, row_stride;
    int64_t lanes, lane_stride;
};

/* U = G g G' into the panels [rows][lanes], adjacent rows at once. */
static void transform_filters(const struct winograd *w, struct bank b)
{
    const struct kernels *kern = w->task->kern;
    const int64_t cells = w->r * w->r, lanes = kern->lanes;
    const int64_t width = product_width(kern, b.lanes);
    const int64_t together = b.row_stride == cells ? PATCH_CHANNELS : 1;
    real *patch = w->call->work + w->patch;

    for (int64_t l = 0; l < width; l += lanes) {
        const struct panel_place at = product_place(kern, b.rows, width, l);
        const real *weight = w->call->weight + l * b.lane_stride;
        struct planes p = {.count = num_min(lanes, b.lanes - l),
                           .stride = b.lane_stride,
                           .pitch = lanes};
        for (int64_t row = 0; row < b.rows; row++) {
            struct winograd_tile t = {.from = patch, .step = w->u_step};
            if (row % together == 0) {
                p.pixels = num_min(together, b.rows - row) * cells;
                kern->to_blocked(&p, weight + row * b.row_stride, patch);
            }
            t.from += row % together * cells * lanes;
            t.to = w->call->work + w->u + at.base + row * at.width;
            w->tiles->filter(&t);
        }
    }
}

static int64_t clamp(int64_t v, int64_t high)
{
    return num_max(0, num_min(v, high));
}

/* A transform between a blocked plane, which begins with the strip's first row,
 * and the elements. */
struct plane_pass {
    winograd_tile_fn *transform;
    const real *from; /* the plane; NULL: the elements */
    real *to;         /* likewise */
};

/* Transforms the tiles of a strip, one vector of planes from `first`. */
static void run_tiles(const struct winograd *w, const struct side *side,
                      const struct strip *s, int64_t first,
                      const struct plane_pass *pass)
{
    const struct conv_call *call = w->call;
    const int64_t lanes = w->task->kern->lanes, size = side->size;
    const int64_t begin = winograd_rows(w, side, s).begin;
    real *at = call->work + side->elements + s->tile * side->lanes + first;
    struct winograd_tile t = {
        .row = side->width * lanes,
        .step = side->step,
        .bias = call->work + w->bias + first,
        .rectify = call->rectify,
    };

    for (int64_t i = s->begin; i < s->end; i++) {
        const int64_t top = i * w->m - side->pad_y;
        t.top = clamp(-top, size);
        t.bottom = clamp(side->height - top, size);
        for (int64_t j = 0; j < w->columns; j++, at += side->lanes) {
            const int64_t left = j * w->m - side->pad_x;
            t.origin = ((top - begin) * side->width + left) * lanes;
            t.left = clamp(-left, size);
            t.right = clamp(side->width - left, size);
            t.from = pass->from ? pass->from : at;
            t.to = pass->to ? pass->to : at;
            pass->transform(&t);
        }
    }
}

/* The rows of a strip in one vector of planes, and where they begin in x, y,
 * dx or dy. */
static struct planes planes_of(const struct winograd *w,
                               const struct side *side, const struct strip *s,
                               int64_t first, int64_t *begin)
{
    const struct range rows = winograd_rows(w, side, s);
    const int64_t lanes = w->task->kern->lanes;

    *begin = ((s->sample * side->planes + first) * side->height + rows.begin) *
             side->width;
    return (struct planes){
        .count = num_min(lanes, side->planes - first),
        .pixels = (rows.end - rows.begin) * side->width,
        .stride = side->height * side->width,
        .pitch = lanes,
    };
}

/* What tiles are read from. */
struct image {
    const real *from;
    bool blocked;
};

/* Where the rows of planes_of begin in a blocked image. */
static int64_t blocked_at(const struct winograd *w, const struct side *side,
                          const struct strip *s, int64_t first)
{
    const struct range rows = winograd_rows(w, side, s);
    const int64_t lanes = w->task->kern->lanes;

    return ((s->sample * side->lanes + first) * side->height +
            rows.begin * lanes) *
           side->width;
}

/* V = B' d B from x, or E = A dy A' from dy, of one strip. */
static void load_strip(const struct winograd *w, const struct side *side,
                       const struct strip *s, winograd_tile_fn *transform,
                       const struct image *image)
{
    const struct kernels *kern = w->task->kern;
    real *plane = w->call->work + side->plane;
    int64_t begin;

    for (int64_t c = 0; c < side->lanes; c += kern->lanes) {
        struct plane_pass pass = {.transform = transform, .from = plane};
        const struct planes p = planes_of(w, side, s, c, &begin);
        if (image->blocked)
            pass.from = image->from + blocked_at(w, side, s, c);
        else
            kern->to_blocked(&p, image->from + begin, plane);
        run_tiles(w, side, s, c, &pass);
    }
}

/* y = A' M A + bias of one strip. */
static void store_y(const struct winograd *w, const struct strip *s, bool seek)
{
    const struct kernels *kern = w->task->kern;
    const struct conv_call *call = w->call;
    int64_t begin;

    for (int64_t o = 0; o < w->y.lanes; o += kern->lanes) {
        const struct planes p = planes_of(w, &w->y, s, o, &begin);
        real *plane = call->y_blocked ? call->y + blocked_at(w, &w->y, s, o)
                                      : call->work + w->y.plane;
        const struct plane_pass pass = {w->tiles->output, NULL, plane};
        run_tiles(w, &w->y, s, o, &pass);
        if (seek)
            winograd_fill_empties(w, s, o, plane);
        if (!call->y_blocked)
            kern->from_blocked(&p, plane, false, call->y + begin);
    }
}

/* dx of one strip: B dV B' of its tiles, added up.  Its first rows overlap with
 * the last ones of the strip before, which has written them already. */
static void store_dx(const struct winograd *w, const struct strip *s)
{
    const struct kernels *kern = w->task->kern;
    const struct conv_call *call = w->call;
    const struct range rows = winograd_rows(w, &w->x, s);
    const int64_t written = s->begin * w->m + w->r - 1 - w->x.pad_y;
    const int64_t shared =
        s->begin == 0
            ? 0
            : num_min(rows.end, num_max(rows.begin, written)) - rows.begin;
    const int64_t old = shared * w->x.width; /* pixels */
    int64_t begin;

    for (int64_t c = 0; c < w->x.lanes; c += kern->lanes) {
        struct planes p = planes_of(w, &w->x, s, c, &begin);
        const int64_t all = p.pixels, kept = call->x_blocked ? old : 0;
        real *plane = call->x_blocked ? call->dx + blocked_at(w, &w->x, s, c)
                                      : call->work + w->x.plane;
        const struct plane_pass pass = {w->tiles->d_input, NULL, plane};
        memset(plane + kept * kern->lanes, 0,
               (size_t)((all - kept) * kern->lanes) * sizeof *plane);
        run_tiles(w, &w->x, s, c, &pass);
        if (call->x_blocked)
            continue;
        p.pixels = old;
        kern->from_blocked(&p, plane, true, call->dx + begin);
        p.pixels = all - old;
        kern->from_blocked(&p, plane + old * kern->lanes, false,
                           call->dx + begin + old);
    }
}

static void forward_block(const struct winograd *w, int64_t block, int64_t end,
                          bool seek)
{
    const struct conv_call *call = w->call;
    const struct product m = {
        .m = (end - block) * w->columns,
        .n = w->y.lanes,
        .k = w->x.planes,
        .a = call->work + w->x.elements,
        .a_row = w->x.lanes,
        .a_step = 1,
        .b = call->work + w->u,
        .c = call->work + w->y.elements,
        .c_row = w->y.lanes,
    };
    const struct image x = {call->x, call->x_blocked};
    struct strip s;

    for (int64_t row = block; row < end; row += s.end - s.begin) {
        s = winograd_strip(w, block, row, end);
        load_strip(w, &w->x, &s, w->tiles->input, &x);
        if (seek)
            winograd_find_empties(w, &s);
    }
    product_run_many(w->task->kern, &m, w->n * w->n,
                     (struct product_steps){w->x.step, w->u_step, w->y.step});
    for (int64_t row = block; row < end; row += s.end - s.begin) {
        s = winograd_strip(w, block, row, end);
        store_y(w, &s, seek);
    }
}

static void load_bias(const struct winograd *w)
{
    real *bias = w->call->work + w->bias;

    memset(bias, 0, (size_t)w->y.lanes * sizeof *bias);
    if (w->call->bias)
        memcpy(bias, w->call->bias, (size_t)w->y.planes * sizeof *bias);
}

static void winograd_forward(const struct conv_task *t,
                             const struct conv_call *call)
{
    const struct winograd w = winograd_begin(t, call);
    const int64_t all = call->samples * w.rows, cells = w.r * w.r;

    load_bias(&w);
    const bool seek = winograd_seeks_empties(&w);
    transform_filters(
        &w, (struct bank){w.x.planes, cells, w.y.planes, w.x.planes * cells});
    for (int64_t block = 0; block < all; block += w.block_rows)
        forward_block(&w, block, num_min(all, block + w.block_rows), seek);
}

/* weight_grad += G' dU G for channels c .. c + count and one vector of
 * filters. */
static void add_patch(const struct winograd *w, int64_t o, int64_t c,
                      int64_t count)
{
    const struct kernels *kern = w->task->kern;
    const int64_t cells = w->r * w->r, channels = w->x.planes;
    real *patch = w->call->work + w->patch;
    const struct planes p = {
        .count = num_min(kern->lanes, w->y.planes - o),
        .pixels = count * cells,
        .stride = channels * cells,
        .pitch = kern->lanes,
    };

    for (int64_t i = 0; i < count; i++) {
        const struct winograd_tile t = {
            .from = w->call->work + w->g + (c + i) * w->y.lanes + o,
            .to = patch + i * cells * kern->lanes,
            .step = w->g_step,
        };
        w->tiles->d_filter(&t);
    }
    kern->from_blocked(&p, patch, true,
                       w->call->weight_grad + (o * channels + c) * cells);
}

/* dU += V' E and dV = E U' of one block; the first overwrites dU. */
static void multiply_back(const struct winograd *w, int64_t tiles, bool add)
{
    const struct conv_call *call = w->call;
    const struct product du = {
        .m = w->x.planes,
        .n = w->y.lanes,
        .k = tiles,
        .a = call->work + w->x.elements,
        .a_row = 1,
        .a_step = w->x.lanes,
        .b = call->work + w->y.elements,
        .b_row = w->y.lanes,
        .c = call->work + w->g,
        .c_row = w->y.lanes,
        .add = add,
    };
    const struct product dv = {
        .m = tiles,
        .n = w->x.lanes,
        .k = w->y.planes,
        .a = call->work + w->y.elements,
        .a_row = w->y.lanes,
        .a_step = 1,
        .b = call->work + w->u,
        .c = call->work + w->x.elements,
        .c_row = w->x.lanes,
    };

    if (call->weight_grad)
        product_run_many(
            w->task->kern, &du, w->n * w->n,
            (struct product_steps){w->x.step, w->y.step, w->g_step});
    if (call->dx)
        product_run_many(
            w->task->kern, &dv, w->n * w->n,
            (struct product_steps){w->y.step, w->u_step, w->x.step});
}

static void backward_block(const struct winograd *w, int64_t block, int64_t end)
{
    const struct conv_call *call = w->call;
    const struct image x = {call->x, call->x_blocked};
    const struct image dy = {call->dy, call->y_blocked};
    struct strip s;

    for (int64_t row = block; row < end; row += s.end - s.begin) {
        s = winograd_strip(w, block, row, end);
        if (call->weight_grad)
            load_strip(w, &w->x, &s, w->tiles->input, &x);
        load_strip(w, &w->y, &s, w->tiles->d_output, &dy);
    }
    multiply_back(w, (end - block) * w->columns, block > 0);
    for (int64_t row = block; call->dx && row < end; row += s.end - s.begin) {
        s = winograd_strip(w, block, row, end);
        store_dx(w, &s);
    }
}

static void winograd_backward(const struct conv_task *t,
                              const struct conv_call *call)
{
    const struct winograd w = winograd_begin(t, call);
    const int64_t all = call->samples * w.rows, cells = w.r * w.r;

    if (call->dx)
        transform_filters(&w, (struct bank){w.y.planes, w.x.planes * cells,
                                            w.x.planes, cells});
    for (int64_t block = 0; block < all; block += w.block_rows)
        backward_block(&w, block, num_min(all, block + w.block_rows));
    if (!call->weight_grad)
        return;
    for (int64_t o = 0; o < w.y.lanes; o += t->kern->lanes)
        for (int64_t c = 0; c < w.x.planes; c += PATCH_CHANNELS)
            add_patch(&w, o, c, num_min(PATCH_CHANNELS, w.x.planes - c));
}

#define WINOGRAD_OPS(m)                                                        \
    const struct conv_ops conv_winograd##m = {                                 \
        .name = "winograd" #m,                                                 \
        .blocks = true,                                                        \
        .tile = m,                                                             \
        .fits = winograd_fits,                                                 \
        .cost = winograd_cost,                                                 \
        .macs = winograd_macs,                                                 \
        .prepare = winograd_prepare,                                           \
        .forward = winograd_forward,                                           \
        .backward = winograd_backward,                                         \
    }

WINOGRAD_OPS(2);
WINOGRAD_OPS(3);
WINOGRAD_OPS(4);
WINOGRAD_OPS(5);
WINOGRAD_OPS(6);
