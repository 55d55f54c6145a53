/*
 * winograd_plan.c - the geometry of tiles, strips and blocks.
 */
#include "base/num.h"
#include "conv/winograd.h"
#include "tensor/product.h"
#include "tensor/scratch.h"

/* Tiles of a block, and reals of its V and E.  Larger blocks fall out of the
 * second-level cache; smaller ones read U, which for many channels does not
 * even fit into the third-level cache, more often.  Backward has a sum over the
 * tiles of a block, and adds to dU once a block. */
enum {
    MOST_TILES = 112,
    LEAST_TILES = 32,
    LEAST_BACKWARD = 64,
    WIDE_TILES = 128, /* where U is larger than V and E */
    TURN_TILES = 144, /* where it is computed once a block */
    BLOCK_REALS = 160 << 10,
};

/* Reals of U above which lanes take turns, and of a turn about. */
enum { TURN_REALS = 2 << 20 };

/* An odd number of vectors: matrices a power of two apart would compete for
 * the same few cache sets when a transform writes one row of each. */
static int64_t odd_vectors(const struct kernels *kern, int64_t reals)
{
    return (num_ceil_div(reals, kern->lanes) | 1) * kern->lanes;
}

/* Between the rows of a matrix.  A product that sums over tiles reads a column
 * of vectors, which rows so far apart would put into few cache sets. */
static int64_t row_pitch(const struct kernels *kern, int64_t lanes)
{
    enum { FAR_BYTES = 256 };
    const bool far = lanes * (int64_t)sizeof(real) % FAR_BYTES == 0;

    return far ? odd_vectors(kern, lanes) : lanes;
}

/* Tile rows of a block: whole samples where they fit, else nearly equal parts
 * of one sample. */
static int64_t block_rows(const struct winograd *w, bool backward)
{
    const int64_t planes = w->x.lanes + w->y.lanes;
    const int64_t even = w->x.lanes * w->y.lanes / planes; /* as large as U */
    const int64_t least = num_max(backward ? LEAST_BACKWARD : LEAST_TILES,
                                  num_min(WIDE_TILES, even));
    const int64_t few = num_max(
        least, num_min(MOST_TILES, BLOCK_REALS / (w->n * w->n * planes)));
    const int64_t tiles = w->turns > 1 ? TURN_TILES : few;
    const int64_t rows = num_max(1, tiles / w->columns.count);

    if (rows >= w->rows.count)
        return rows / w->rows.count * w->rows.count;
    return num_ceil_div(w->rows.count, num_ceil_div(w->rows.count, rows));
}

/* The same for so many samples, in blocks that are nearly equal. */
static int64_t even_rows(const struct winograd *w, int64_t samples)
{
    const int64_t most = w->block_rows / w->rows.count;

    if (most == 0)
        return w->block_rows;
    return num_ceil_div(samples, num_ceil_div(samples, most)) * w->rows.count;
}

/* The matrices of blocks of so many tile rows. */
static void size_block(struct winograd *w, const struct kernels *kern,
                       int64_t rows)
{
    const int64_t tiles = rows * w->columns.count;

    w->block_rows = rows;
    w->x.pitch = row_pitch(kern, w->x.room);
    w->y.pitch = row_pitch(kern, w->y.room);
    w->x.row = winograd_depth(kern, w->x.pitch);
    w->y.row = winograd_depth(kern, w->y.pitch);
    w->x.step = odd_vectors(kern, tiles * w->x.pitch);
    w->y.step = odd_vectors(kern, tiles * w->y.pitch);
}

static void take_side(struct side *side, const struct winograd *w,
                      int64_t lanes, int64_t *work)
{
    const int64_t rows =
        num_min(side->height, num_min(w->block_rows, w->rows.count) * w->m +
                                  side->size - w->m);

    side->elements = scratch_take(work, w->n * w->n * side->step);
    side->plane = scratch_take(work, rows * side->width * lanes);
}

/* Integers of 32 bits, of which a real has room for at least one. */
static void take_empties(struct winograd *w, int64_t *work)
{
    const int64_t most = num_min(w->block_rows, w->rows.count) * w->m;
    const int64_t rows = num_min(w->y.height, most);
    const int64_t tiles = w->block_rows * w->columns.count;

    w->pitch = w->y.width + w->r - 1;
    w->rest = scratch_take(work, w->y.lanes);
    w->used = scratch_take(work, (rows + w->r - 1) * w->x.width);
    w->cells = scratch_take(work, (rows + w->r) * w->pitch);
    w->full = scratch_take(work, rows * w->pitch);
    w->empties = scratch_take(work, tiles * (w->m * w->m + 1));
}

static const struct winograd_kernels *tiles_of(const struct kernels *kern,
                                               int64_t m, int64_t r)
{
    return r == 7   ? &kern->winograd7
           : r == 5 ? &kern->winograd5[m / 2 - 1]
                    : &kern->winograd[m - 2];
}

struct tiling winograd_tiling(const struct winograd_kernels *tiles, int64_t m,
                              int64_t out)
{
    const int64_t count = num_ceil_div(out, m);
    const bool any = tiles->input.of[1][1];
    const int64_t less = any ? num_min(count, count * m - out) : 0;

    return (struct tiling){count, count - less};
}

int64_t winograd_start(const struct winograd *w, const struct tiling *t,
                       int64_t i)
{
    return i * w->m - num_max(0, i - t->full);
}

/* The inputs of all tiles along an axis. */
static int64_t inputs_of(const struct tiling *t, int64_t n)
{
    return t->count * (n - 1) + t->full;
}

double winograd_cost(const struct conv_task *t)
{
    const struct conv *c = &t->conv;
    const struct axis *y = &c->window.y, *x = &c->window.x;
    const int64_t m = t->ops->tile, n = m + y->kernel - 1;
    const struct winograd_kernels *tiles = tiles_of(t->kern, m, y->kernel);
    const struct tiling rows = winograd_tiling(tiles, m, y->out);
    const struct tiling columns = winograd_tiling(tiles, m, x->out);
    const double elements =
        (double)(inputs_of(&rows, n) * inputs_of(&columns, n));
    const int64_t channels = product_width(t->kern, c->channels);
    const int64_t filters = product_width(t->kern, c->filters);
    const double weights =
        (double)(t->pass == CONV_DATA ? c->filters * channels
                                      : c->channels * filters);

    /* Two at a time; but each number is rounded before. */
    const double product = t->kern->bfloat16 ? 0.5 : 1;
    const double moved = t->kern->moved * (t->kern->bfloat16 ? 1.25 : 1);

    return elements *
               (product * weights + moved * (double)(channels + filters)) +
           (double)(n * n * CONV_RELAID) / CONV_SAMPLES * weights;
}

/* The lanes of one side in parts of about TURN_REALS of U each. */
static void take_turns(struct winograd *w, const struct kernels *kern,
                       struct side *side)
{
    const int64_t reals = w->n * w->n * w->x.lanes * w->y.lanes;

    w->turns = num_ceil_div(reals, TURN_REALS);
    side->room = 0;
    for (int64_t i = 0; i < w->turns; i++) {
        const struct range part = product_share(kern, side->lanes, w->turns, i);
        side->room = num_max(side->room, part.end - part.begin);
    }
}

/* U and dU: the scratch has room for those of a turn. */
static void take_filters(struct winograd *w, struct conv_task *t)
{
    const struct kernels *kern = t->kern;
    const bool backward = t->pass != CONV_FORWARD, turns = w->turns > 1;
    const int64_t cells = w->n * w->n;
    const int64_t lanes = backward ? w->x.lanes : w->y.lanes;
    const int64_t room = backward ? w->x.room : w->y.room;
    const int64_t rows =
        winograd_depth(kern, backward ? w->y.planes : w->x.planes);

    w->u_step = odd_vectors(kern, rows * lanes);
    w->u_part = odd_vectors(kern, rows * room);
    w->g_step = odd_vectors(kern, num_min(w->x.room, w->x.planes) * w->y.lanes);
    t->laid = t->pass == CONV_WEIGHTS ? 0 : cells * w->u_step;
    t->unlaid = turns ? 0 : t->laid;
    w->u = scratch_take(&t->work, turns ? cells * w->u_part : 0);
    w->g = scratch_take(&t->work, backward ? cells * w->g_step : 0);
}

/* What winograd_pairs.c has room for. */
static int64_t pairs_of(const struct winograd *w, const struct kernels *kern,
                        bool backward)
{
    const int64_t tiles = w->block_rows * w->columns.count;
    const int64_t rows = w->n * w->n * kern->lanes;

    return backward ? num_max(rows,
                              num_ceil_div(tiles, 2) * (w->x.room + w->y.lanes))
                    : rows;
}

void winograd_prepare(struct conv_task *t)
{
    const struct conv *c = &t->conv;
    const struct axis *y = &c->window.y, *x = &c->window.x;
    const struct kernels *kern = t->kern;
    const bool backward = t->pass != CONV_FORWARD;
    const int64_t m = t->ops->tile, r = y->kernel, n = m + r - 1;
    const int64_t channels = product_width(kern, c->channels);
    const int64_t filters = product_width(kern, c->filters);
    const struct winograd_kernels *tiles = tiles_of(kern, m, r);
    struct winograd w = {
        .tiles = tiles,
        .m = m,
        .n = n,
        .r = r,
        .rows = winograd_tiling(tiles, m, y->out),
        .columns = winograd_tiling(tiles, m, x->out),
        .parts = 1,
        .x = {.height = y->in,
              .width = x->in,
              .pad_y = y->pad,
              .pad_x = x->pad,
              .size = n,
              .planes = c->channels,
              .lanes = channels,
              .room = channels,
              .part = {0, channels}},
        .y = {.height = y->out,
              .width = x->out,
              .size = m,
              .planes = c->filters,
              .lanes = filters,
              .room = filters,
              .part = {0, filters}},
    };

    t->work = 0;
    take_turns(&w, kern, backward ? &w.x : &w.y);
    size_block(&w, kern, block_rows(&w, backward));
    take_filters(&w, t);
    take_side(&w.x, &w, kern->lanes, &t->work);
    take_side(&w.y, &w, kern->lanes, &t->work);
    w.patch = scratch_take(&t->work, PATCH_CHANNELS * r * r * kern->lanes);
    w.bias = scratch_take(&t->work, filters);
    if (!backward)
        take_empties(&w, &t->work);
    if (kern->bfloat16)
        w.pairs = scratch_take(&t->work, pairs_of(&w, kern, backward));
    conv_keep(t, &w, sizeof w);
}

double winograd_macs(const struct conv_task *t)
{
    struct winograd w;

    conv_recall(t, &w, sizeof w);
    return (double)(inputs_of(&w.rows, w.n) * inputs_of(&w.columns, w.n)) *
           (double)w.x.planes * (double)w.y.planes;
}

/* Does a crew of so many do less, each of them, where all transform the tiles
 * of a block and multiply by some of the filters, than where each has tile rows
 * of its own and reads all of U?  Per channel, in multiply-adds. */
static bool cuts_lanes(const struct winograd *w, int64_t rows, int64_t parts)
{
    const double filters = (double)w->y.lanes, moved = w->task->kern->moved;
    const double read = moved / 8; /* a number of U, beside its multiply-adds */
    const double tiles = (double)(rows * w->columns.count);
    const double own = (double)(num_ceil_div(rows, parts) * w->columns.count);

    return parts > 1 && w->block_rows >= rows &&
           tiles * moved + (tiles + read) * filters / (double)parts <
               own * moved + (own + read) * filters;
}

struct winograd winograd_begin(const struct conv_task *t,
                               const struct conv_call *call)
{
    const int64_t parts = conv_parts(t, call);
    struct winograd w;

    conv_recall(t, &w, sizeof w);
    w.task = t;
    w.call = call;
    const int64_t rows = call->samples * w.rows.count;
    const int64_t even = even_rows(&w, call->samples);
    if (cuts_lanes(&w, rows, parts))
        w.parts = w.turns > 1 ? num_min(parts, w.turns) : parts;
    size_block(&w, t->kern, num_min(even, num_ceil_div(rows, parts / w.parts)));
    return w;
}

int64_t winograd_lane(const struct winograd *w, const struct side *side,
                      int64_t lane)
{
    return winograd_depth(w->task->kern, lane - side->first);
}

/* Of the tile rows before `row`, those of m outputs. */
static int64_t full_before(const struct winograd *w, int64_t row)
{
    return row / w->rows.count * w->rows.full +
           num_min(row % w->rows.count, w->rows.full);
}

struct block winograd_block(const struct winograd *w, int64_t begin,
                            int64_t end)
{
    const int64_t full = full_before(w, end) - full_before(w, begin);
    const int64_t rows[2] = {full, end - begin - full};
    const int64_t columns[2] = {w->columns.full,
                                w->columns.count - w->columns.full};
    struct block b = {.begin = begin, .end = end};
    int64_t tile = 0;

    for (int k = 0; k < 4; k++) {
        const int h = k / 2, c = k == 0 || k == 3;
        b.first[h][c] = tile;
        tile += rows[h] * columns[c];
        b.after[h][c] = tile;
    }
    return b;
}

struct range winograd_with(const struct block *b, bool first_row,
                           bool first_column)
{
    return (struct range){
        b->first[0][first_column ? 0 : 1],
        first_row ? b->after[0][0] : b->after[1][first_column ? 0 : 1],
    };
}

struct strip winograd_strip(const struct winograd *w, const struct block *block,
                            int64_t row)
{
    const int64_t sample = row / w->rows.count, begin = row % w->rows.count;
    const int64_t rows = row - block->begin;
    const int64_t full = full_before(w, row) - full_before(w, block->begin);
    const int64_t gone[2] = {full, rows - full};
    const int64_t columns[2] = {w->columns.full,
                                w->columns.count - w->columns.full};
    struct strip s = {
        .sample = sample,
        .begin = begin,
        .end = num_min(w->rows.count, begin + (block->end - row)),
        .tile = rows * w->columns.count,
    };

    for (int h = 0; h < 2; h++)
        for (int c = 0; c < 2; c++)
            s.first[h][c] = block->first[h][c] + gone[h] * columns[c];
    return s;
}

struct range winograd_rows(const struct winograd *w, const struct side *side,
                           const struct strip *s)
{
    const int64_t first = winograd_start(w, &w->rows, s->begin);
    const int64_t last = winograd_start(w, &w->rows, s->end);
    const int64_t end = last + side->size - w->m - side->pad_y;
    const int64_t begin =
        num_min(num_max(0, first - side->pad_y), side->height);

    return (struct range){begin, num_max(begin, num_min(side->height, end))};
}
