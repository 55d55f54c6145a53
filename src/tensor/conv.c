/*
 * conv.c - which algorithm computes a convolution.
 */
#include "tensor/conv.h"

#include <stddef.h>

#include "base/num.h"
#include "tensor/conv_cost.h"
#include "tensor/conv_gemm.h"
#include "tensor/depthwise.h"
#include "tensor/direct.h"
#include "tensor/winograd.h"

int64_t conv_tile(enum conv_algorithm a)
{
    return (int64_t)a - CONV_WINOGRAD2 + 2;
}

bool conv_fits(const struct conv *c, enum conv_algorithm a)
{
    if (a == CONV_DIRECT || a == CONV_IM2COL)
        return true;
    if (a == CONV_DEPTHWISE)
        return depthwise_fits(c);
    return a >= CONV_WINOGRAD2 && a < CONV_ALGORITHMS &&
           winograd_fits(c, conv_tile(a));
}

enum conv_algorithm conv_choose(const struct kernels *kern,
                                const struct conv *c, enum conv_pass pass)
{
    enum conv_algorithm best = CONV_DIRECT;
    double least = conv_cost(kern, c, best, pass);

    if (c->wish != CONV_AUTO && conv_fits(c, c->wish))
        return c->wish;
    if (depthwise_fits(c))
        return CONV_DEPTHWISE;
    for (int i = CONV_DIRECT + 1; i < CONV_ALGORITHMS; i++) {
        const enum conv_algorithm a = (enum conv_algorithm)i;
        if (a == CONV_DEPTHWISE || !conv_fits(c, a))
            continue;
        const double cost = conv_cost(kern, c, a, pass);
        if (cost < least) {
            least = cost;
            best = a;
        }
    }
    return best;
}

const char *conv_algorithm_name(enum conv_algorithm a)
{
    static const char *const names[] = {
        [CONV_AUTO] = "auto",           [CONV_DIRECT] = "direct",
        [CONV_IM2COL] = "im2col",       [CONV_DEPTHWISE] = "depthwise",
        [CONV_WINOGRAD2] = "winograd2", [CONV_WINOGRAD3] = "winograd3",
        [CONV_WINOGRAD4] = "winograd4",
    };

    return a < CONV_ALGORITHMS ? names[a] : "unknown";
}

static int64_t work_of(const struct kernels *kern, const struct conv *c,
                       enum conv_pass pass)
{
    const enum conv_algorithm a = conv_choose(kern, c, pass);
    const bool backward = pass != CONV_FORWARD;

    if (a == CONV_DIRECT)
        return direct_work(kern, c, backward);
    if (a == CONV_IM2COL)
        return conv_gemm_work(c, backward);
    return a == CONV_DEPTHWISE ? depthwise_work(kern, c)
                               : winograd_work(kern, c, conv_tile(a), backward);
}

int64_t conv_work(const struct kernels *kern, const struct conv *c,
                  bool backward)
{
    const int64_t reals = backward ? num_max(work_of(kern, c, CONV_DATA),
                                             work_of(kern, c, CONV_WEIGHTS))
                                   : work_of(kern, c, CONV_FORWARD);

    return reals * (int64_t)sizeof(real);
}

void conv_forward(const struct kernels *kern, const struct conv *c,
                  const struct conv_call *call)
{
    const enum conv_algorithm a = conv_choose(kern, c, CONV_FORWARD);

    if (a == CONV_DIRECT)
        direct_forward(kern, c, call);
    else if (a == CONV_IM2COL)
        conv_gemm_forward(c, call);
    else if (a == CONV_DEPTHWISE)
        depthwise_forward(kern, c, call);
    else
        winograd_forward(kern, c, conv_tile(a), call);
}

static void add_bias_gradient(const struct kernels *kern, const struct conv *c,
                              const struct conv_call *call)
{
    const int64_t positions = window_outputs(&c->window);

    for (int64_t i = 0; i < call->samples * c->filters; i++)
        call->bias_grad[i % c->filters] +=
            kern->sum(call->dy + i * positions, positions);
}

static void gradients(const struct kernels *kern, const struct conv *c,
                      enum conv_algorithm a, const struct conv_call *call)
{
    if (a == CONV_DIRECT)
        direct_backward(kern, c, call);
    else if (a == CONV_IM2COL)
        conv_gemm_backward(c, call);
    else if (a == CONV_DEPTHWISE)
        depthwise_backward(kern, c, call);
    else
        winograd_backward(kern, c, conv_tile(a), call);
}

void conv_backward(const struct kernels *kern, const struct conv *c,
                   const struct conv_call *call)
{
    const enum conv_algorithm data = conv_choose(kern, c, CONV_DATA);
    const enum conv_algorithm weights = conv_choose(kern, c, CONV_WEIGHTS);
    struct conv_call one = *call;

    if (call->bias_grad)
        add_bias_gradient(kern, c, call);
    if (!call->dx || data == weights) {
        gradients(kern, c, weights, call);
        return;
    }
    one.dx = NULL;
    gradients(kern, c, weights, &one);
    one = *call;
    one.weight_grad = NULL;
    gradients(kern, c, data, &one);
}
