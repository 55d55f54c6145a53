/*
 * naive.c - convolution by its definition.
 *
 * What every other algorithm computes, to be read first: sums over taps, tap by
 * tap, with padding skipped.  Slow, and so never chosen but by its name.
 */
#include <string.h>

#include "conv/conv.h"

/* A product of the definition: y[y] += weight[weight] * x[x]. */
struct term {
    int64_t y, weight, x;
};

/* The term of one output (o, i, j) of sample n and one tap (c, u, v) of its
 * filter; false where it reads padding. */
static bool find_term(const struct conv *v, int64_t n, int64_t output,
                      int64_t tap, struct term *t)
{
    const struct axis *y = &v->window.y, *x = &v->window.x;
    const int64_t outputs = window_outputs(&v->window);
    const int64_t taps = window_taps(&v->window);
    const int64_t o = output / outputs, group = o / (v->filters / v->groups);
    const int64_t i = output % outputs / x->out * y->stride +
                      tap % taps / x->kernel * y->dilation - y->pad;
    const int64_t j =
        output % x->out * x->stride + tap % x->kernel * x->dilation - x->pad;

    t->y = n * v->filters * outputs + output;
    t->weight = o * (v->channels / v->groups) * taps + tap;
    t->x = conv_input_at(v, n, group) + (tap / taps * y->in + i) * x->in + j;
    return i >= 0 && i < y->in && j >= 0 && j < x->in;
}

static int64_t taps_of_filter(const struct conv *v)
{
    return v->channels / v->groups * window_taps(&v->window);
}

static void naive_prepare(struct conv_task *t)
{
    t->work = 0;
}

static void naive_forward(const struct conv_task *task,
                          const struct conv_call *call)
{
    const struct conv *v = &task->conv;
    const int64_t outputs = window_outputs(&v->window);
    struct term t;

    for (int64_t n = 0; n < call->samples; n++)
        for (int64_t i = 0; i < v->filters * outputs; i++) {
            double sum = call->bias ? (double)call->bias[i / outputs] : 0;
            for (int64_t tap = 0; tap < taps_of_filter(v); tap++)
                if (find_term(v, n, i, tap, &t))
                    sum +=
                        (double)call->weight[t.weight] * (double)call->x[t.x];
            call->y[n * v->filters * outputs + i] =
                call->rectify && sum < 0 ? 0 : (real)sum;
        }
}

static void naive_backward(const struct conv_task *task,
                           const struct conv_call *call)
{
    const struct conv *v = &task->conv;
    const int64_t outputs = v->filters * window_outputs(&v->window);
    const int64_t inputs = v->channels * window_inputs(&v->window);
    struct term t;

    if (call->dx)
        memset(call->dx, 0, (size_t)(call->samples * inputs) * sizeof(real));
    for (int64_t n = 0; n < call->samples; n++)
        for (int64_t i = 0; i < outputs; i++)
            for (int64_t tap = 0; tap < taps_of_filter(v); tap++) {
                if (!find_term(v, n, i, tap, &t))
                    continue;
                if (call->weight_grad)
                    call->weight_grad[t.weight] += call->dy[t.y] * call->x[t.x];
                if (call->dx)
                    call->dx[t.x] += call->dy[t.y] * call->weight[t.weight];
            }
}

const struct conv_ops conv_naive = {
    .name = "naive",
    .prepare = naive_prepare,
    .forward = naive_forward,
    .backward = naive_backward,
};
