/*
 * im2col.c - convolution as products of the BLAS over blocks of columns.
 *
 * The inputs of every window side by side, as a column, make a convolution one
 * matrix product (Chellapilla, Puri, Simard 2006).  Let K = C/G*KH*KW be the
 * height of a column and n the columns of a block, a range of positions of one
 * sample or all positions of a few.  Per block and group:
 *
 *   forward          y  [O/G, n]  = weight [O/G, K] col [K, n]
 *   weight gradient  dw [O/G, K] += dy [O/G, n] col' [n, K]
 *   data gradient    col [K, n]   = weight' [K, O/G] dy [O/G, n], each element
 *                                   added to the input it came from
 *
 * A 1x1 filter of stride 1 needs no columns, the image is its own.  The forward
 * pass multiplies one sample at a time in blocks of one shape, so that its bits
 * depend on that sample alone, and so does the data gradient of a transposed
 * convolution; other gradients take several samples of small images at once.
 */
#include <string.h>

#include "base/compiler.h"
#include "base/num.h"
#include "conv/border.h"
#include "conv/conv.h"
#include "tensor/gemm.h"
#include "tensor/scratch.h"

/* A block's columns take at most COL_BYTES, so that they and the operands of
 * the product share a 1 MiB second-level cache; wider products than
 * MOST_COLUMNS gain nothing, narrower ones than LEAST_COLUMNS lose. */
enum { COL_BYTES = 768 << 10, MOST_COLUMNS = 512, LEAST_COLUMNS = 32 };

/* Columns of a block are a multiple of this, for the product's inner loops. */
enum { COLUMN_STEP = 16 };

/* How a convolution is cut into blocks, and its scratch. */
struct cut {
    const struct conv *conv; /* of a call alone, as `call` */
    const struct conv_call *call;
    struct border border;
    int64_t filters;        /* of a group */
    int64_t height;         /* of a column */
    int64_t positions;      /* of a sample */
    int64_t samples;        /* of a block, at most */
    int64_t columns;        /* of a block and sample, at most; all positions if
                          samples > 1 */
    bool pointwise;         /* x itself stands for the columns */
    int64_t row;            /* reals from row to row of the scratch */
    int64_t col, dy;        /* places of [height], [filters] rows */
    int64_t image, d_image; /* places of [C/G, border's cells] */
};

/* One group's part of a block. */
struct block {
    int64_t group, sample, samples;
    int64_t first, count; /* positions first .. first + count */
};

static void size_blocks(struct cut *t, bool alone)
{
    const int64_t bytes = t->height * (int64_t)sizeof(real);
    const int64_t most =
        num_max(LEAST_COLUMNS, num_min(MOST_COLUMNS, COL_BYTES / bytes));

    t->samples = 1;
    t->columns = t->positions;
    if (t->positions <= most) {
        t->samples = alone ? 1 : most / t->positions;
        return;
    }
    const int64_t blocks = num_ceil_div(t->positions, most);
    const int64_t steps =
        num_ceil_div(num_ceil_div(t->positions, blocks), COLUMN_STEP);
    t->columns = steps * COLUMN_STEP;
}

static struct cut cut_of(const struct conv_task *task, int64_t *work)
{
    const struct conv *c = &task->conv;
    const bool backward = task->pass != CONV_FORWARD;
    struct cut t = {
        .filters = c->filters / c->groups,
        .positions = window_outputs(&c->window),
        .border = border_take(c, work),
    };

    t.height = t.border.depth;
    size_blocks(&t, !backward || (c->transposed && task->pass == CONV_DATA));
    t.pointwise = t.samples == 1 && window_is_pointwise(&c->window);
    /* An odd multiple of 64 bytes: rows a power of two apart would compete for
     * few cache sets. */
    t.row =
        (num_ceil_div(t.samples * t.columns, COLUMN_STEP) | 1) * COLUMN_STEP;
    const int64_t image =
        t.border.needed ? c->channels / c->groups * t.border.cells : 0;
    t.col = scratch_take(work, t.pointwise ? 0 : t.height * t.row);
    t.dy = scratch_take(work, t.samples > 1 ? t.filters * t.row : 0);
    t.image = scratch_take(work, image);
    t.d_image = scratch_take(work, backward ? image : 0);
    return t;
}

static void im2col_prepare(struct conv_task *t)
{
    t->work = 0;
    const struct cut cut = cut_of(t, &t->work);
    conv_keep(t, &cut, sizeof cut);
}

/* In multiply-adds of the BLAS: a number of the columns costs COLUMN and one of
 * their rows ROW for each row of the image, a number of planes that stand for
 * columns and of their outputs 10, an output 7, a product 12000 and
 * WEIGHT for every weight, which the BLAS lays out anew each time. */
static double im2col_cost(const struct conv_task *t)
{
    static const double column[CONV_PASSES] = {10, 0, 10};
    static const double row[CONV_PASSES] = {200, 400, 240};
    static const double weight[CONV_PASSES] = {9, 22, 9};
    int64_t work = 0;
    const struct cut c = cut_of(t, &work);
    const double depth = (double)c.height, filters = (double)c.filters;
    const double outputs = (double)c.positions;
    const double products = (double)(num_ceil_div(CONV_SAMPLES, c.samples) *
                                     num_ceil_div(c.positions, c.columns)) /
                            CONV_SAMPLES;

    return (double)t->conv.groups * t->kern->blas_cost *
           (outputs * depth * filters +
            (c.pointwise
                 ? 10 * outputs * (depth + filters)
                 : depth * (column[t->pass] * outputs +
                            row[t->pass] * (double)t->conv.window.y.out)) +
            7 * outputs * filters +
            products * (12000 + weight[t->pass] * depth * filters));
}

static struct matrix weight_of(const struct cut *t, const struct block *b)
{
    return (struct matrix){
        .at = t->call->weight + b->group * t->filters * t->height,
        .stride = t->height,
    };
}

/* Where a block begins in x and dx, if it is pointwise, and in y and dy. */
static int64_t input_at(const struct cut *t, const struct block *b)
{
    return conv_input_at(t->conv, b->sample, b->group) + b->first;
}

static int64_t output_at(const struct cut *t, const struct block *b)
{
    return conv_output_at(t->conv, b->sample, b->group) + b->first;
}

/*
 * A row of columns and the cells that it comes from: runs of cells `stride`
 * apart, one for each row of outputs that the block touches.  Runs are short,
 * an image's width, so moving them is inlined rather than left to memcpy.
 */
struct run {
    int64_t first, count, width, stride;
    const int64_t *position; /* [positions] of border.h */
};

HOT_CLONES
static void gather_row(const struct run *r, const real *restrict cells,
                       real *restrict row)
{
    const int64_t end = r->first + r->count;
    int64_t n = num_min(r->count, r->width - r->first % r->width);

    for (int64_t p = r->first; p < end;
         p += n, n = num_min(r->width, end - p)) {
        const real *from = cells + r->position[p];
        if (r->stride == 1)
            for (int64_t i = 0; i < n; i++)
                row[i] = from[i];
        else
            for (int64_t i = 0; i < n; i++)
                row[i] = from[i * r->stride];
        row += n;
    }
}

HOT_CLONES
static void scatter_row(const struct run *r, const real *restrict row,
                        real *restrict cells)
{
    const int64_t end = r->first + r->count;
    int64_t n = num_min(r->count, r->width - r->first % r->width);

    for (int64_t p = r->first; p < end;
         p += n, n = num_min(r->width, end - p)) {
        real *to = cells + r->position[p];
        if (r->stride == 1)
            for (int64_t i = 0; i < n; i++)
                to[i] += row[i];
        else
            for (int64_t i = 0; i < n; i++)
                to[i * r->stride] += row[i];
        row += n;
    }
}

static struct run run_of(const struct cut *t, const struct block *b)
{
    return (struct run){
        .first = b->first,
        .count = b->count,
        .width = t->conv->window.x.out,
        .stride = t->conv->window.x.stride,
        .position = border_table(t->call, t->border.position_at),
    };
}

/* The columns of a block, gathered or x itself. */
static struct matrix load_columns(const struct cut *t, const struct block *b)
{
    const struct run r = run_of(t, b);
    const int64_t *tap = border_table(t->call, t->border.tap_at);
    real *col = t->call->work + t->col;

    if (t->pointwise)
        return (struct matrix){
            .at = t->call->x + input_at(t, b),
            .stride = window_inputs(&t->conv->window),
        };
    for (int64_t n = 0; n < b->samples; n++) {
        const real *cells = border_load(
            &t->border, t->conv, 1,
            t->call->x + conv_input_at(t->conv, b->sample + n, b->group),
            t->call->work + t->image);
        for (int64_t i = 0; i < t->height; i++)
            gather_row(&r, cells + tap[i], col + i * t->row + n * b->count);
    }
    return (struct matrix){.at = col, .stride = t->row};
}

/* row = row + bias, negative numbers 0 if `rectify`; NaN stays. */
HOT_CLONES
static void finish_row(real *row, int64_t count, real bias, bool rectify)
{
    if (rectify)
        for (int64_t i = 0; i < count; i++)
            row[i] = row[i] + bias < 0 ? 0 : row[i] + bias;
    else
        for (int64_t i = 0; i < count; i++)
            row[i] += bias;
}

static void forward_block(const struct cut *t, const struct block *b)
{
    const struct conv_call *call = t->call;
    const struct matrix col = load_columns(t, b);
    real *y = call->y + output_at(t, b);

    gemm((struct gemm_size){t->filters, b->count, t->height}, weight_of(t, b),
         col, 0, y, t->positions);
    if (!call->bias && !call->rectify)
        return;
    for (int64_t o = 0; o < t->filters; o++)
        finish_row(y + o * t->positions, b->count,
                   call->bias ? call->bias[b->group * t->filters + o] : 0,
                   call->rectify);
}

/* dy of a block as one matrix [O/G, n]. */
static struct matrix load_dy(const struct cut *t, const struct block *b)
{
    const real *dy = t->call->dy + output_at(t, b);
    real *to = t->call->work + t->dy;

    if (t->samples == 1)
        return (struct matrix){.at = dy, .stride = t->positions};
    for (int64_t n = 0; n < b->samples; n++)
        for (int64_t o = 0; o < t->filters; o++)
            memcpy(to + o * t->row + n * t->positions,
                   dy + (n * t->conv->filters + o) * t->positions,
                   (size_t)t->positions * sizeof *to);
    return (struct matrix){.at = to, .stride = t->row};
}

/* Adds sample n of a block's columns to dx, by way of an image with a border
 * that is emptied before the sample's first block and stored after its last. */
static void store_columns(const struct cut *t, const struct block *b, int64_t n)
{
    const struct run r = run_of(t, b);
    const int64_t *tap = border_table(t->call, t->border.tap_at);
    const int64_t channels = t->conv->channels / t->conv->groups;
    const real *col = t->call->work + t->col + n * b->count;
    real *dx = t->call->dx + conv_input_at(t->conv, b->sample + n, b->group);
    real *cells = t->border.needed ? t->call->work + t->d_image : dx;

    if (b->first == 0)
        memset(cells, 0, (size_t)(channels * t->border.cells) * sizeof *cells);
    for (int64_t i = 0; i < t->height; i++)
        scatter_row(&r, col + i * t->row, cells + tap[i]);
    if (b->first + b->count == t->positions)
        border_store(&t->border, t->conv, 1, cells, dx);
}

static void data_gradient(const struct cut *t, const struct block *b,
                          struct matrix dy)
{
    const int64_t n = b->samples * b->count;
    struct matrix weight = weight_of(t, b);

    weight.transposed = true;
    if (t->pointwise) {
        gemm((struct gemm_size){t->height, n, t->filters}, weight, dy, 0,
             t->call->dx + input_at(t, b), window_inputs(&t->conv->window));
        return;
    }
    gemm((struct gemm_size){t->height, n, t->filters}, weight, dy, 0,
         t->call->work + t->col, t->row);
    for (int64_t i = 0; i < b->samples; i++)
        store_columns(t, b, i);
}

static void backward_block(const struct cut *t, const struct block *b)
{
    const struct conv_call *call = t->call;
    const struct matrix dy = load_dy(t, b);

    if (call->weight_grad) {
        struct matrix col = load_columns(t, b);
        col.transposed = true;
        gemm((struct gemm_size){t->filters, t->height, b->samples * b->count},
             dy, col, 1, call->weight_grad + b->group * t->filters * t->height,
             t->height);
    }
    if (call->dx)
        data_gradient(t, b, dy);
}

static void
for_each_block(const struct conv_task *task, const struct conv_call *call,
               void (*visit)(const struct cut *, const struct block *))
{
    struct cut t;
    struct block b;

    conv_recall(task, &t, sizeof t);
    t.conv = &task->conv;
    t.call = call;
    border_fill(&t.border, t.conv, 1, call);
    for (b.group = 0; b.group < t.conv->groups; b.group++)
        for (b.sample = 0; b.sample < call->samples; b.sample += b.samples) {
            b.samples = num_min(t.samples, call->samples - b.sample);
            for (b.first = 0; b.first < t.positions; b.first += t.columns) {
                b.count = num_min(t.columns, t.positions - b.first);
                visit(&t, &b);
            }
        }
}

static void im2col_forward(const struct conv_task *t,
                           const struct conv_call *call)
{
    for_each_block(t, call, forward_block);
}

static void im2col_backward(const struct conv_task *t,
                            const struct conv_call *call)
{
    for_each_block(t, call, backward_block);
}

const struct conv_ops conv_im2col = {
    .name = "im2col",
    .by_blas = true,
    .cost = im2col_cost,
    .prepare = im2col_prepare,
    .forward = im2col_forward,
    .backward = im2col_backward,
};
