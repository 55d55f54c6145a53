/*
 * pointwise.c - convolutions whose filters have one tap.
 *
 * With stride 1 and no padding an image of P pixels is a matrix [C, P] itself,
 * and every pass is a product of what is there, nothing unrolled or turned:
 *
 *   forward          y  [O, P]  = W  [O, C] x  [C, P]
 *   data gradient    dx [C, P]  = W' [C, O] dy [O, P]
 *   weight gradient  dW [O, C] += dy [O, P] x' [P, C]
 *
 * The first two have pixels in the lanes of the vectors; what remains of P is a
 * vector that begins before, whose sums are computed twice, to the same bits.
 */
#include "base/num.h"
#include "conv/conv.h"
#include "tensor/dot.h"
#include "tensor/product.h"
#include "tensor/scratch.h"

/* At least a vector of pixels, and sums that are stored once. */
static bool pointwise_fits(const struct conv_ops *ops, const struct conv *c)
{
    (void)ops;
    return window_is_pointwise(&c->window) &&
           window_outputs(&c->window) >= KERNEL_MAX_LANES &&
           c->channels / c->groups <= PRODUCT_DEPTH &&
           c->filters / c->groups <= PRODUCT_DEPTH;
}

/* A sum costs SUM multiply-adds beside its own, and the planes of k channels,
 * whose lines are few numbers wide, leave the first-level cache as k grows. */
static double product_cost(const struct conv_task *t, int64_t m, int64_t k)
{
    enum { SUM = 4, DEEP = 3000 };
    const int64_t pixels =
        product_width(t->kern, window_outputs(&t->conv.window));
    const double depth = (double)k;

    return (double)(pixels * m) * (depth * (1 + depth / DEEP) + SUM);
}

/* Of a block of DOT_ROWS by DOT_ROWS sums, per sum. */
static double dot_cost(const struct conv_task *t, int64_t m, int64_t n)
{
    const double pixels = (double)window_outputs(&t->conv.window);
    const int64_t blocks =
        num_ceil_div(m, DOT_ROWS) * num_ceil_div(n, DOT_ROWS);

    return (double)(blocks * DOT_ROWS * DOT_ROWS) * (1.6 * pixels + 130);
}

static double pointwise_cost(const struct conv_task *t)
{
    const struct conv *c = &t->conv;
    const int64_t filters = c->filters / c->groups;
    const int64_t channels = c->channels / c->groups;

    return (double)c->groups *
           (t->pass == CONV_FORWARD ? product_cost(t, filters, channels)
            : t->pass == CONV_DATA  ? product_cost(t, channels, filters)
                                    : dot_cost(t, filters, channels));
}

static void pointwise_prepare(struct conv_task *t)
{
    const struct conv *c = &t->conv;

    t->work = 0;
    if (t->pass != CONV_FORWARD)
        scratch_take(&t->work,
                     c->filters / c->groups * (c->channels / c->groups));
}

/* The product of a group's weights [m, k] and planes b [k, n]. */
static void multiply(const struct kernels *kern, const struct product *whole)
{
    const int64_t end = whole->n;
    struct product p = *whole;

    p.n = end / kern->lanes * kern->lanes;
    product_run(kern, &p);
    if (p.n == end)
        return;
    p.n = kern->lanes;
    p.b += end - kern->lanes;
    p.c += end - kern->lanes;
    product_run(kern, &p);
}

static void forward_group(const struct conv_task *t,
                          const struct conv_call *call, int64_t sample,
                          int64_t group)
{
    const struct conv *c = &t->conv;
    const int64_t pixels = window_outputs(&c->window);
    const int64_t filters = c->filters / c->groups;
    const int64_t channels = c->channels / c->groups;

    multiply(t->kern,
             &(struct product){
                 .m = filters,
                 .n = pixels,
                 .k = channels,
                 .a = call->weight + group * filters * channels,
                 .a_row = channels,
                 .a_step = 1,
                 .b = call->x + conv_input_at(c, sample, group),
                 .b_row = pixels,
                 .c = call->y + conv_output_at(c, sample, group),
                 .c_row = pixels,
                 .row_bias = call->bias ? call->bias + group * filters : NULL,
                 .rectify = call->rectify,
             });
}

static void pointwise_forward(const struct conv_task *t,
                              const struct conv_call *call)
{
    for (int64_t n = 0; n < call->samples; n++)
        for (int64_t group = 0; group < t->conv.groups; group++)
            forward_group(t, call, n, group);
}

static void data_group(const struct conv_task *t, const struct conv_call *call,
                       int64_t sample, int64_t group)
{
    const struct conv *c = &t->conv;
    const int64_t pixels = window_outputs(&c->window);
    const int64_t filters = c->filters / c->groups;
    const int64_t channels = c->channels / c->groups;

    multiply(t->kern, &(struct product){
                          .m = channels,
                          .n = pixels,
                          .k = filters,
                          .a = call->weight + group * filters * channels,
                          .a_row = 1,
                          .a_step = channels,
                          .b = call->dy + conv_output_at(c, sample, group),
                          .b_row = pixels,
                          .c = call->dx + conv_input_at(c, sample, group),
                          .c_row = pixels,
                      });
}

static void add_weights(const struct conv_task *t, const struct conv_call *call,
                        int64_t sample, int64_t group)
{
    const struct conv *c = &t->conv;
    const int64_t filters = c->filters / c->groups;
    const int64_t channels = c->channels / c->groups;
    const struct dot d = {
        .rows = filters,
        .units = channels,
        .k = window_outputs(&c->window),
        .x = call->dy + conv_output_at(c, sample, group),
        .w = call->x + conv_input_at(c, sample, group),
        .y = call->work,
    };
    real *grad = call->weight_grad + group * filters * channels;

    dot_rows(t->kern, &d);
    for (int64_t i = 0; i < filters * channels; i++)
        grad[i] += d.y[i];
}

static void pointwise_backward(const struct conv_task *t,
                               const struct conv_call *call)
{
    for (int64_t n = 0; n < call->samples; n++)
        for (int64_t group = 0; group < t->conv.groups; group++) {
            if (call->weight_grad)
                add_weights(t, call, n, group);
            if (call->dx)
                data_group(t, call, n, group);
        }
}

const struct conv_ops conv_pointwise = {
    .name = "pointwise",
    .fits = pointwise_fits,
    .cost = pointwise_cost,
    .prepare = pointwise_prepare,
    .forward = pointwise_forward,
    .backward = pointwise_backward,
};
