/*
 * winograd.c - 3x3, 5x5 and 7x7 convolutions with fewer multiplications.
 *
 * F(m x m, r x r) computes a tile of m x m outputs from n x n inputs, n = m +
 * r - 1, by n*n multiplications per pair of channels where the definition
 * takes r*r*m*m: 16 for 36 (m = 2, r = 3), 25 for 81 (m = 3), 36 for 144
 * (m = 4), 49 for 225 (m = 5), 64 for 324 (m = 6); 36 for 100 (m = 2, r = 5),
 * 64 for 400 (m = 4); and 64 for 196 (m = 2, r = 7).
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
 * Where m does not divide the outputs, F(4x4, 3x3), F(6x6, 3x3) and F(4x4, 5x5)
 * take tiles with one output less as well, 22 = 6 + 6 + 5 + 5: the polynomials
 * that give U, V and M are then not evaluated at the point 0.  That leaves out
 * elements, so tiles of all sizes share U and dU, and a matrix has as many rows
 * as there are tiles with its element.
 *
 * Stride 1, no dilation, one group, not transposed (zeros of dd are inexact).
 */
#include "conv/winograd.h"

#include <string.h>

#include "base/num.h"
#include "tensor/product.h"

static bool axis_fits(const struct axis *a, int64_t m)
{
    const bool has_tiles = a->kernel == 3 ||
                           (a->kernel == 5 && (m == 2 || m == 4)) ||
                           (a->kernel == 7 && m == 2);

    return has_tiles && a->stride == 1 && a->dilation == 1;
}

static bool winograd_fits(const struct conv_ops *ops, const struct conv *c)
{
    const struct axis *y = &c->window.y, *x = &c->window.x;

    return c->groups == 1 && !c->transposed && y->kernel == x->kernel &&
           axis_fits(y, ops->tile) && axis_fits(x, ops->tile);
}

/* A product for each element, of which the tiles are the rows, or the depth. */
struct tile_product {
    struct product all;             /* of the first element, of all tiles */
    struct product_steps next;      /* from element to element */
    int64_t a_tile, b_tile, c_tile; /* from tile to tile */
    bool deep;                      /* tiles are the depth */
};

/* `count` elements from one, all of which the tiles of `have` have. */
static void multiply_some(const struct winograd *w,
                          const struct tile_product *t, int64_t element,
                          int64_t count, struct range have)
{
    struct product p = t->all;

    *(t->deep ? &p.k : &p.m) = have.end - have.begin;
    p.a += element * t->next.a + have.begin * t->a_tile;
    p.b += element * t->next.b + have.begin * t->b_tile;
    p.c += element * t->next.c + have.begin * t->c_tile;
    if (p.pairs && t->deep)
        winograd_multiply_tiles(w, &p, count, t->next);
    else
        product_run_many(w->task->kern, &p, count, t->next);
}

static void multiply(const struct winograd *w, const struct block *b,
                     const struct tile_product *t)
{
    const bool same = w->columns.full == w->columns.count;

    for (int64_t i = 0; i < w->n; i++) {
        multiply_some(w, t, i * w->n, same ? w->n : 1,
                      winograd_with(b, i == 0, true));
        if (!same)
            multiply_some(w, t, i * w->n + 1, w->n - 1,
                          winograd_with(b, i == 0, false));
    }
}

/* V of a block, and what of it is empty, where somebody wants to know. */
static void load_block(const struct winograd *w, const struct block *b,
                       bool seek)
{
    const struct winograd_image x = {.from = w->call->x,
                                     .blocked = w->call->x_blocked};
    struct strip s;

    for (int64_t row = b->begin; row < b->end; row += s.end - s.begin) {
        s = winograd_strip(w, b, row);
        winograd_load(w, &w->x, &s, &w->tiles->input, &x);
        if (seek)
            winograd_find_empties(w, &s);
    }
}

/* U as products read it. */
struct matrices {
    const real *at;
    int64_t step;
};

/* All of U, of the weights of a call. */
static struct winograd_bank bank_of(const struct winograd *w, bool backward)
{
    const int64_t cells = w->r * w->r, row = w->x.planes * cells;
    struct winograd_bank b = {w->call->weight, w->x.planes, cells,
                              w->y.planes,     row,         w->call->laid,
                              w->u_step};

    if (backward) {
        b.rows = w->y.planes;
        b.row_stride = row;
        b.lanes = w->x.planes;
        b.lane_stride = cells;
    }
    return b;
}

/* U of a part of the lanes, which is computed now unless it is laid out. */
static struct matrices part_of(const struct winograd *w, bool backward)
{
    const struct range part = backward ? w->x.part : w->y.part;
    struct winograd_bank b = bank_of(w, backward);

    if (w->call->laid)
        return (struct matrices){
            b.to + part.begin * winograd_depth(w->task->kern, b.rows), b.step};
    b.from += part.begin * b.lane_stride;
    b.lanes = num_min(part.end, b.lanes) - part.begin;
    b.to = w->call->work + w->u;
    b.step = w->u_part;
    winograd_transform_filters(
        w, &b, (struct range){0, num_ceil_div(b.lanes, w->task->kern->lanes)});
    return (struct matrices){b.to, b.step};
}

/* M = V U, or backward dV = E U', of a block and the part of its lanes. */
static void multiply_filters(const struct winograd *w, const struct block *b,
                             bool backward)
{
    const struct kernels *kern = w->task->kern;
    const struct side *from = backward ? &w->y : &w->x;
    const struct side *to = backward ? &w->x : &w->y;
    const struct matrices u = part_of(w, backward);
    real *work = w->call->work;
    const struct tile_product p = {
        .all = {.n = to->part.end - to->part.begin,
                .k = winograd_depth(kern, from->planes),
                .pairs = kern->bfloat16,
                .a = work + from->elements,
                .a_row = from->row,
                .a_step = 1,
                .b = u.at,
                .c = work + to->elements + to->part.begin - to->first,
                .c_row = to->pitch},
        .next = {from->step, u.step, to->step},
        .a_tile = from->row,
        .c_tile = to->pitch,
    };

    multiply(w, b, &p);
}

/* y of a block and the part of its filters. */
static void store_block(const struct winograd *w, const struct block *b,
                        bool seek)
{
    struct strip s;

    multiply_filters(w, b, false);
    for (int64_t row = b->begin; row < b->end; row += s.end - s.begin) {
        s = winograd_strip(w, b, row);
        winograd_store_y(w, &s, seek);
    }
}

/* The lanes of a turn, whose matrices have the room of all others'. */
static void take_turn(const struct winograd *w, struct side *side, int64_t turn)
{
    side->part = product_share(w->task->kern, side->lanes, w->turns, turn);
    if (w->turns > 1)
        side->first = side->part.begin;
}

static void load_bias(const struct winograd *w)
{
    real *bias = w->call->work + w->bias;

    memset(bias, 0, (size_t)w->y.lanes * sizeof *bias);
    if (w->call->bias)
        memcpy(bias, w->call->bias, (size_t)w->y.planes * sizeof *bias);
}

static void winograd_lay(const struct conv_task *t,
                         const struct conv_call *call, int64_t part)
{
    const struct winograd w = winograd_begin(t, call);
    const struct winograd_bank b = bank_of(&w, t->pass == CONV_DATA);
    const int64_t vectors = num_ceil_div(b.lanes, t->kern->lanes);

    winograd_transform_filters(
        &w, &b,
        (struct range){vectors * part / LAY_PARTS,
                       vectors * (part + 1) / LAY_PARTS});
}

static void store_turn(const struct winograd *w, const struct block *b,
                       int64_t turn, bool seek)
{
    struct winograd one = *w;

    take_turn(&one, &one.y, turn);
    if (one.y.part.begin < one.y.part.end)
        store_block(&one, b, seek);
}

/* What the blocks of a call have in common. */
struct forward {
    const struct winograd *w;
    bool seek;
};

/* A block, or part of its filters.  A worker has tiles of its own, V too: that
 * of another would have to come from its caches line by line, and is computed
 * sooner.  All read U, the bias and `rest`. */
static void run_forward(void *context, int64_t part, int64_t worker)
{
    const struct forward *f = context;
    struct winograd w = *f->w;
    const int64_t all = w.call->samples * w.rows.count;
    const int64_t begin = part / w.parts * w.block_rows;
    const int64_t apart =
        worker * (int64_t)(w.call->crew.work_bytes / sizeof(real));

    w.x.plane += apart;
    w.x.elements += apart;
    w.y.plane += apart;
    w.y.elements += apart;
    w.used += apart;
    w.cells += apart;
    w.full += apart;
    w.empties += apart;
    w.u += apart;
    w.patch += apart;
    w.pairs += apart;
    const struct block b =
        winograd_block(&w, begin, num_min(all, begin + w.block_rows));
    load_block(&w, &b, f->seek);
    if (w.turns == 1)
        w.turns = w.parts;
    for (int64_t turn = part % w.parts; turn < w.turns; turn += w.parts)
        store_turn(&w, &b, turn, f->seek);
}

static void winograd_forward(const struct conv_task *t,
                             const struct conv_call *call)
{
    const struct winograd w = winograd_begin(t, call);
    const int64_t blocks =
        num_ceil_div(call->samples * w.rows.count, w.block_rows);

    load_bias(&w);
    struct forward f = {.w = &w, .seek = winograd_seeks_empties(&w)};
    crew_run(&call->crew, blocks * w.parts, run_forward, &f);
}

/* dU += V' E of one block and x's part of the channels; or dU = V' E. */
static void multiply_weights(const struct winograd *w, const struct block *b,
                             bool add)
{
    const struct conv_call *call = w->call;
    const struct range part = w->x.part;
    const struct tile_product du = {
        .all = {.m = num_min(part.end, w->x.planes) - part.begin,
                .n = w->y.lanes,
                .pairs = w->task->kern->bfloat16,
                .a = call->work + w->x.elements +
                     winograd_lane(w, &w->x, part.begin),
                .a_row = 1,
                .a_step = w->x.row,
                .b = call->work + w->y.elements,
                .b_row = w->y.row,
                .c = call->work + w->g,
                .c_row = w->y.lanes,
                .add = add},
        .next = {w->x.step, w->y.step, w->g_step},
        .a_tile = w->x.row,
        .b_tile = w->y.row,
        .deep = true,
    };

    multiply(w, b, &du);
}

static void load_gradient(const struct winograd *w, const struct block *b)
{
    const struct conv_call *call = w->call;
    const struct winograd_image dy = {
        .from = call->dy,
        .blocked = call->y_blocked,
        .over = call->over,
        .sums = call->bias_grad,
    };
    struct strip s;

    for (int64_t row = b->begin; row < b->end; row += s.end - s.begin) {
        s = winograd_strip(w, b, row);
        winograd_load(w, &w->y, &s, &w->tiles->d_output, &dy);
    }
}

/* What E of a block is for, of x's part of the channels. */
static void use_gradient(const struct winograd *w, const struct block *b)
{
    const struct conv_call *call = w->call;
    const bool turns = w->turns > 1;
    struct strip s;

    if (call->weight_grad) {
        load_block(w, b, false);
        multiply_weights(w, b, !turns && b->begin > 0);
        if (turns)
            winograd_add_gradient(w);
    }
    if (!call->dx)
        return;
    multiply_filters(w, b, true);
    for (int64_t row = b->begin; row < b->end; row += s.end - s.begin) {
        s = winograd_strip(w, b, row);
        winograd_store_dx(w, &s);
    }
}

static void winograd_backward(const struct conv_task *t,
                              const struct conv_call *call)
{
    const struct winograd whole = winograd_begin(t, call);
    const int64_t all = call->samples * whole.rows.count;

    for (int64_t row = 0; row < all; row += whole.block_rows) {
        const struct block b =
            winograd_block(&whole, row, num_min(all, row + whole.block_rows));
        load_gradient(&whole, &b);
        for (int64_t turn = 0; turn < whole.turns; turn++) {
            struct winograd w = whole;
            take_turn(&w, &w.x, turn);
            if (w.x.part.begin < w.x.part.end)
                use_gradient(&w, &b);
        }
    }
    if (call->weight_grad && whole.turns == 1)
        winograd_add_gradient(&whole);
}

#define WINOGRAD_OPS(m)                                                        \
    const struct conv_ops conv_winograd##m = {                                 \
        .name = "winograd" #m,                                                 \
        .blocks = true,                                                        \
        .masks = true,                                                         \
        .tile = m,                                                             \
        .fits = winograd_fits,                                                 \
        .cost = winograd_cost,                                                 \
        .macs = winograd_macs,                                                 \
        .prepare = winograd_prepare,                                           \
        .lay = winograd_lay,                                                   \
        .forward = winograd_forward,                                           \
        .backward = winograd_backward,                                         \
    }

WINOGRAD_OPS(2);
WINOGRAD_OPS(3);
WINOGRAD_OPS(4);
WINOGRAD_OPS(5);
WINOGRAD_OPS(6);
