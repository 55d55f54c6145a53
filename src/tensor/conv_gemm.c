/*
 * conv_gemm.c - convolution as matrix products over blocks of columns.
 *
 * Let K = C/G*KH*KW be the height of a column and n the columns of a block, a
 * range of positions of one sample or all positions of a few.  Per block and
 * group:
 *
 *   forward          y  [O/G, n]  = weight [O/G, K] col [K, n]
 *   weight gradient  dw [O/G, K] += dy [O/G, n] col' [n, K]
 *   data gradient    col [K, n]   = weight' [K, O/G] dy [O/G, n], then col2im
 */
#include "tensor/conv_gemm.h"

#include <string.h>

#include "base/compiler.h"
#include "base/num.h"
#include "tensor/gemm.h"
#include "tensor/im2col.h"
#include "tensor/scratch.h"

/* A block's columns take at most COL_BYTES, so that they and the operands of
 * the product share a 1 MiB second-level cache; wider products than
 * MOST_COLUMNS gain nothing, narrower ones than LEAST_COLUMNS lose. */
enum { COL_BYTES = 768 << 10, MOST_COLUMNS = 512, LEAST_COLUMNS = 32 };

/* Columns of a block are a multiple of this, for the product's inner loops. */
enum { COLUMN_STEP = 16 };

/* How a convolution is cut into blocks, and its scratch. */
struct cut {
    const struct conv *conv;
    const struct conv_call *call;
    int64_t channels, filters; /* of a group */
    int64_t height;            /* of a column */
    int64_t positions;         /* of a sample */
    int64_t samples;           /* of a block, at most */
    int64_t columns;           /* of a block and sample, at most; all positions
                                  if samples > 1 */
    bool pointwise;            /* x itself stands for the columns */
    int64_t row;               /* reals from row to row of the scratch */
    int64_t col, dy, total;    /* [height], [filters] rows */
};

/* One group's part of a block. */
struct block {
    int64_t group, sample, samples;
    int64_t first, count; /* positions first .. first + count */
};

static bool is_pointwise(const struct axis *a)
{
    return a->kernel == 1 && a->stride == 1 && a->pad == 0 && a->out == a->in;
}

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

static struct cut cut_of(const struct conv *c, const struct conv_call *call,
                         bool backward)
{
    struct cut t = {
        .conv = c,
        .call = call,
        .channels = c->channels / c->groups,
        .filters = c->filters / c->groups,
        .positions = window_outputs(&c->window),
    };

    t.height = t.channels * window_taps(&c->window);
    size_blocks(&t, !backward);
    t.pointwise = t.samples == 1 && is_pointwise(&c->window.y) &&
                  is_pointwise(&c->window.x);
    /* An odd multiple of 64 bytes: rows a power of two apart would compete for
     * few cache sets. */
    t.row =
        (num_ceil_div(t.samples * t.columns, COLUMN_STEP) | 1) * COLUMN_STEP;
    t.col = scratch_take(&t.total, t.pointwise ? 0 : t.height * t.row);
    t.dy = scratch_take(&t.total, t.samples > 1 ? t.filters * t.row : 0);
    return t;
}

int64_t conv_gemm_work(const struct conv *c, bool backward)
{
    return cut_of(c, NULL, backward).total;
}

bool conv_gemm_unrolls(const struct conv *c, bool backward)
{
    return !cut_of(c, NULL, backward).pointwise;
}

double conv_gemm_products(const struct conv *c, int64_t samples, bool backward)
{
    const struct cut t = cut_of(c, NULL, backward);

    return (double)(num_ceil_div(samples, t.samples) *
                    num_ceil_div(t.positions, t.columns));
}

static struct matrix weight_of(const struct cut *t, const struct block *b)
{
    return (struct matrix){
        .at = t->call->weight + b->group * t->filters * t->height,
        .stride = t->height,
    };
}

/* Where a group's part of a sample begins in x and dx, and in y and dy. */
static int64_t input_at(const struct cut *t, int64_t sample, int64_t group)
{
    return (sample * t->conv->channels + group * t->channels) *
           window_inputs(&t->conv->window);
}

static int64_t output_at(const struct cut *t, int64_t sample, int64_t group)
{
    return (sample * t->conv->filters + group * t->filters) * t->positions;
}

/* The part of the columns' scratch that belongs to sample n of a block. */
static struct columns columns_of(const struct cut *t, const struct block *b,
                                 int64_t n)
{
    return (struct columns){t->call->work + t->col + n * b->count, t->row};
}

/* The columns of a block, gathered or x itself. */
static struct matrix load_columns(const struct cut *t, const struct block *b)
{
    const struct window *w = &t->conv->window;

    if (t->pointwise)
        return (struct matrix){
            .at = t->call->x + input_at(t, b->sample, b->group) + b->first,
            .stride = window_inputs(w),
        };
    for (int64_t n = 0; n < b->samples; n++)
        im2col(
            w, t->channels, t->call->x + input_at(t, b->sample + n, b->group),
            (struct range){b->first, b->first + b->count}, columns_of(t, b, n));
    return (struct matrix){.at = t->call->work + t->col, .stride = t->row};
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
    real *y = call->y + output_at(t, b->sample, b->group) + b->first;

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
    real *to = t->call->work + t->dy;

    if (t->samples == 1)
        return (struct matrix){
            .at = t->call->dy + output_at(t, b->sample, b->group) + b->first,
            .stride = t->positions,
        };
    for (int64_t n = 0; n < b->samples; n++)
        for (int64_t o = 0; o < t->filters; o++)
            memcpy(to + o * t->row + n * t->positions,
                   t->call->dy + output_at(t, b->sample + n, b->group) +
                       o * t->positions,
                   (size_t)t->positions * sizeof *to);
    return (struct matrix){.at = to, .stride = t->row};
}

static void data_gradient(const struct cut *t, const struct block *b,
                          struct matrix dy)
{
    const struct window *w = &t->conv->window;
    const int64_t n = b->samples * b->count;
    struct matrix weight = weight_of(t, b);

    weight.transposed = true;
    if (t->pointwise) {
        gemm((struct gemm_size){t->height, n, t->filters}, weight, dy, 0,
             t->call->dx + input_at(t, b->sample, b->group) + b->first,
             window_inputs(w));
        return;
    }
    gemm((struct gemm_size){t->height, n, t->filters}, weight, dy, 0,
         t->call->work + t->col, t->row);
    for (int64_t i = 0; i < b->samples; i++)
        col2im(w, t->channels, columns_of(t, b, i),
               (struct range){b->first, b->first + b->count},
               t->call->dx + input_at(t, b->sample + i, b->group));
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

static void for_each_block(const struct cut *t,
                           void (*visit)(const struct cut *,
                                         const struct block *))
{
    struct block b;

    for (b.group = 0; b.group < t->conv->groups; b.group++)
        for (b.sample = 0; b.sample < t->call->samples; b.sample += b.samples) {
            b.samples = num_min(t->samples, t->call->samples - b.sample);
            for (b.first = 0; b.first < t->positions; b.first += t->columns) {
                b.count = num_min(t->columns, t->positions - b.first);
                visit(t, &b);
            }
        }
}

void conv_gemm_forward(const struct conv *c, const struct conv_call *call)
{
    const struct cut t = cut_of(c, call, false);

    for_each_block(&t, forward_block);
}

void conv_gemm_backward(const struct conv *c, const struct conv_call *call)
{
    const struct cut t = cut_of(c, call, true);
    const int64_t inputs = c->channels * window_inputs(&c->window);

    if (call->dx)
        memset(call->dx, 0,
               (size_t)(call->samples * inputs) * sizeof *call->dx);
    for_each_block(&t, backward_block);
}
