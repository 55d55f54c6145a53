/*
 * conv.c - convolution as matrix products over blocks of columns.
 *
 * Let P be the output positions, K = C/G*KH*KW the height of a column and n the
 * columns of a block.  Per block and group:
 *
 *   forward          y  [O/G, n]  = weight [O/G, K] col [K, n]
 *   weight gradient  dw [O/G, K] += dy [O/G, n] col^T [n, K]
 *   data gradient    col [K, n]   = weight^T [K, O/G] dy [O/G, n], then col2im
 *
 * A 1x1 filter with stride 1 needs no columns: x is its own col.
 */
#include "tensor/conv.h"

#include <string.h>

#include "base/compiler.h"
#include "base/num.h"
#include "tensor/gemm.h"
#include "tensor/im2col.h"

/* A block's columns take at most COL_BYTES, so that they and the operands of
 * the product share a 1 MiB second-level cache; wider products than
 * MOST_COLUMNS gain nothing, narrower ones than LEAST_COLUMNS lose. */
enum { COL_BYTES = 768 << 10, MOST_COLUMNS = 512, LEAST_COLUMNS = 32 };

/* Columns of a block are a multiple of this, for the product's inner loops. */
enum { COLUMN_STEP = 16 };

/* One group's part of a block. */
struct block {
    int64_t group, first, count; /* positions first .. first + count */
};

static int64_t column_height(const struct conv *c)
{
    return c->channels / c->groups * window_taps(&c->window);
}

static int64_t group_filters(const struct conv *c)
{
    return c->filters / c->groups;
}

static bool is_pointwise(const struct axis *a)
{
    return a->kernel == 1 && a->stride == 1 && a->pad == 0 && a->out == a->in;
}

/* Can x itself stand for the columns? */
static bool needs_no_columns(const struct conv *c, struct conv_cut cut)
{
    return cut.samples == 1 && is_pointwise(&c->window.y) &&
           is_pointwise(&c->window.x);
}

struct conv_cut conv_cut(const struct conv *c, bool alone)
{
    const int64_t positions = window_outputs(&c->window);
    const int64_t height = column_height(c) * (int64_t)sizeof(real);
    const int64_t most =
        num_max(LEAST_COLUMNS, num_min(MOST_COLUMNS, COL_BYTES / height));

    if (positions <= most)
        return (struct conv_cut){alone ? 1 : most / positions, positions};
    const int64_t blocks = num_ceil_div(positions, most);
    const int64_t steps =
        num_ceil_div(num_ceil_div(positions, blocks), COLUMN_STEP);
    return (struct conv_cut){1, steps * COLUMN_STEP};
}

/* Numbers from one row of a block's matrices to the next.  An odd multiple of
 * 64 bytes: rows a power of two apart would compete for few cache sets. */
static int64_t row_stride(struct conv_cut cut)
{
    return num_ceil_div(cut.samples * cut.columns, COLUMN_STEP) * COLUMN_STEP +
           (cut.samples * cut.columns % 128 < 64 ? COLUMN_STEP : 0);
}

int64_t conv_work(const struct conv *c, struct conv_cut cut)
{
    const int64_t rows = (needs_no_columns(c, cut) ? 0 : column_height(c)) +
                         (cut.samples > 1 ? group_filters(c) : 0);

    return rows * row_stride(cut) * (int64_t)sizeof(real);
}

static struct columns col_of(struct conv_cut cut, const struct conv_call *call)
{
    return (struct columns){call->work, row_stride(cut)};
}

/* Scratch [O/G, n] behind the columns, when a block holds several samples. */
static real *gathered(const struct conv *c, struct conv_cut cut,
                      const struct conv_call *call)
{
    return call->work + column_height(c) * row_stride(cut);
}

static struct matrix weight_of(const struct conv *c,
                               const struct conv_call *call, int64_t group)
{
    const int64_t height = column_height(c);

    return (struct matrix){
        .at = call->weight + group * group_filters(c) * height,
        .stride = height,
    };
}

static int64_t input_offset(const struct conv *c, int64_t sample, int64_t group)
{
    return (sample * c->channels + group * (c->channels / c->groups)) *
           window_inputs(&c->window);
}

static int64_t output_offset(const struct conv *c, int64_t sample,
                             int64_t group)
{
    return (sample * c->filters + group * group_filters(c)) *
           window_outputs(&c->window);
}

/* The columns of a block, gathered or x itself. */
static struct matrix load_columns(const struct conv *c, struct conv_cut cut,
                                  const struct conv_call *call,
                                  const struct block *b)
{
    const struct columns col = col_of(cut, call);
    const int64_t channels = c->channels / c->groups;

    if (needs_no_columns(c, cut))
        return (struct matrix){
            .at = call->x + input_offset(c, 0, b->group) + b->first,
            .stride = window_inputs(&c->window),
        };
    for (int64_t n = 0; n < call->samples; n++)
        im2col(&c->window, channels, call->x + input_offset(c, n, b->group),
               (struct range){b->first, b->first + b->count},
               (struct columns){col.at + n * b->count, col.stride});
    return (struct matrix){.at = col.at, .stride = col.stride};
}

/* to[i] = from[i] + shift; `to` may be `from`. */
HOT_CLONES
static void shift_row(real *to, const real *from, int64_t count, real shift)
{
    for (int64_t i = 0; i < count; i++)
        to[i] = from[i] + shift;
}

/* From rows [samples * P] of scratch to the samples' rows of y, adding bias. */
static void store_outputs(const struct conv *c, struct conv_cut cut,
                          const struct conv_call *call, int64_t group)
{
    const int64_t positions = window_outputs(&c->window);
    const int64_t filters = group_filters(c);
    const real *from = gathered(c, cut, call);

    for (int64_t o = 0; o < filters; o++)
        for (int64_t n = 0; n < call->samples; n++)
            shift_row(call->y + output_offset(c, n, group) + o * positions,
                      from + o * row_stride(cut) + n * positions, positions,
                      call->bias ? call->bias[group * filters + o] : 0);
}

static void add_bias(const struct conv *c, const struct conv_call *call,
                     const struct block *b)
{
    const int64_t positions = window_outputs(&c->window);
    const int64_t filters = group_filters(c);
    real *y = call->y + output_offset(c, 0, b->group) + b->first;

    for (int64_t o = 0; call->bias && o < filters; o++)
        shift_row(y + o * positions, y + o * positions, b->count,
                  call->bias[b->group * filters + o]);
}

static void forward_block(const struct conv *c, struct conv_cut cut,
                          const struct conv_call *call, const struct block *b)
{
    const int64_t positions = window_outputs(&c->window);
    const struct matrix weight = weight_of(c, call, b->group);
    const struct matrix col = load_columns(c, cut, call, b);

    if (cut.samples > 1) {
        gemm((struct gemm_size){group_filters(c), call->samples * b->count,
                                column_height(c)},
             weight, col, 0, gathered(c, cut, call), row_stride(cut));
        store_outputs(c, cut, call, b->group);
        return;
    }
    gemm((struct gemm_size){group_filters(c), b->count, column_height(c)},
         weight, col, 0, call->y + output_offset(c, 0, b->group) + b->first,
         positions);
    add_bias(c, call, b);
}

/* dy of a block as one matrix [O/G, n]. */
static struct matrix load_dy(const struct conv *c, struct conv_cut cut,
                             const struct conv_call *call,
                             const struct block *b)
{
    const int64_t positions = window_outputs(&c->window);
    real *to = gathered(c, cut, call);

    if (cut.samples == 1)
        return (struct matrix){
            .at = call->dy + output_offset(c, 0, b->group) + b->first,
            .stride = positions,
        };
    for (int64_t o = 0; o < group_filters(c); o++)
        for (int64_t n = 0; n < call->samples; n++)
            memcpy(to + o * row_stride(cut) + n * positions,
                   call->dy + output_offset(c, n, b->group) + o * positions,
                   (size_t)positions * sizeof *to);
    return (struct matrix){.at = to, .stride = row_stride(cut)};
}

static void data_gradient(const struct conv *c, struct conv_cut cut,
                          const struct conv_call *call, const struct block *b,
                          struct matrix dy)
{
    const int64_t height = column_height(c), filters = group_filters(c);
    const struct columns col = col_of(cut, call);
    struct matrix weight = weight_of(c, call, b->group);

    weight.transposed = true;
    if (needs_no_columns(c, cut)) {
        gemm((struct gemm_size){height, b->count, filters}, weight, dy, 0,
             call->dx + input_offset(c, 0, b->group) + b->first,
             window_inputs(&c->window));
        return;
    }
    gemm((struct gemm_size){height, call->samples * b->count, filters}, weight,
         dy, 0, col.at, col.stride);
    for (int64_t n = 0; n < call->samples; n++)
        col2im(&c->window, c->channels / c->groups,
               (struct columns){col.at + n * b->count, col.stride},
               (struct range){b->first, b->first + b->count},
               call->dx + input_offset(c, n, b->group));
}

static void backward_block(const struct conv *c, struct conv_cut cut,
                           const struct conv_call *call, const struct block *b)
{
    const int64_t height = column_height(c), filters = group_filters(c);
    const struct matrix dy = load_dy(c, cut, call, b);
    struct matrix col = load_columns(c, cut, call, b);

    col.transposed = true;
    gemm((struct gemm_size){filters, height, call->samples * b->count}, dy, col,
         1, call->weight_grad + b->group * filters * height, height);
    if (call->dx)
        data_gradient(c, cut, call, b, dy);
}

static void for_each_block(const struct conv *c, struct conv_cut cut,
                           const struct conv_call *call,
                           void (*visit)(const struct conv *, struct conv_cut,
                                         const struct conv_call *,
                                         const struct block *))
{
    const int64_t positions = window_outputs(&c->window);

    for (int64_t group = 0; group < c->groups; group++)
        for (int64_t first = 0; first < positions; first += cut.columns) {
            const struct block b = {group, first,
                                    num_min(cut.columns, positions - first)};
            visit(c, cut, call, &b);
        }
}

void conv_forward(const struct conv *c, struct conv_cut cut,
                  const struct conv_call *call)
{
    for_each_block(c, cut, call, forward_block);
}

/* In 16 interleaved partial sums, so that the error grows with count / 16. */
HOT_CLONES
static real sum_row(const real *row, int64_t count)
{
    real part[16] = {0}, sum = 0;
    int64_t i = 0;

    for (; i + 16 <= count; i += 16)
        for (int64_t j = 0; j < 16; j++)
            part[j] += row[i + j];
    for (; i < count; i++)
        sum += row[i];
    for (int64_t j = 0; j < 16; j++)
        sum += part[j];
    return sum;
}

void conv_backward(const struct conv *c, struct conv_cut cut,
                   const struct conv_call *call)
{
    const int64_t positions = window_outputs(&c->window);

    for (int64_t i = 0; call->bias_grad && i < call->samples * c->filters; i++)
        call->bias_grad[i % c->filters] +=
            sum_row(call->dy + i * positions, positions);
    if (call->dx)
        memset(
            call->dx, 0,
            (size_t)(call->samples * c->channels * window_inputs(&c->window)) *
                sizeof *call->dx);
    for_each_block(c, cut, call, backward_block);
}
