/*
 * conv.c - which algorithm computes a convolution.
 */
#include "tensor/conv.h"

#include "base/num.h"
#include "tensor/depthwise.h"
#include "tensor/direct.h"
#include "tensor/product.h"
#include "tensor/winograd.h"

/*
 * Costs per sample in multiply-adds of a full vector unit, fitted to times of
 * the layers of common networks from 4x4 to 28x28 and 1 to 128 channels, which
 * they give within 15 %.  A number moved by a transform costs MOVED, a weight
 * prepared for a call PREPARED / SAMPLES.
 */
static const double MOVED = 16, PREPARED = 12, SAMPLES = 8;

static double direct_cost(const struct kernels *kern, const struct conv *c)
{
    const double outputs = (double)window_outputs(&c->window);
    const int64_t depth = c->channels / c->groups * window_taps(&c->window);
    const double filters = (double)product_width(kern, c->filters / c->groups);
    const double weights = (double)depth * filters;

    return (double)c->groups * (outputs * weights + MOVED * outputs * filters +
                                PREPARED / SAMPLES * weights);
}

static double winograd_cost(const struct kernels *kern, const struct conv *c,
                            int64_t m)
{
    const int64_t n = m + c->window.y.kernel - 1;
    const double elements = (double)(n * n);
    const double tiles = (double)(num_ceil_div(c->window.y.out, m) *
                                  num_ceil_div(c->window.x.out, m));
    const double channels = (double)product_width(kern, c->channels);
    const double filters = (double)product_width(kern, c->filters);
    const double weights = (double)c->channels * filters;

    return elements * (tiles * weights + MOVED * tiles * (channels + filters) +
                       PREPARED / SAMPLES * weights);
}

/* Outputs along an edge of the tiles of a Winograd algorithm. */
static int64_t tile_of(enum conv_algorithm a)
{
    return (int64_t)a - CONV_WINOGRAD2 + 2;
}

/* The gradients have twice the products of the forward pass and about twice
 * the transforms, so all passes compare alike. */
enum conv_algorithm conv_choose(const struct kernels *kern,
                                const struct conv *c)
{
    enum conv_algorithm best = CONV_DIRECT;
    double least = direct_cost(kern, c);

    if (depthwise_fits(c))
        return CONV_DEPTHWISE;
    for (int a = CONV_WINOGRAD2; a < CONV_ALGORITHMS; a++) {
        const enum conv_algorithm algorithm = (enum conv_algorithm)a;
        const int64_t m = tile_of(algorithm);
        if (!winograd_fits(c, m))
            continue;
        const double cost = winograd_cost(kern, c, m);
        if (cost < least) {
            least = cost;
            best = algorithm;
        }
    }
    return best;
}

const char *conv_algorithm_name(enum conv_algorithm a)
{
    static const char *const names[] = {
        [CONV_DIRECT] = "direct",       [CONV_DEPTHWISE] = "depthwise",
        [CONV_WINOGRAD2] = "winograd2", [CONV_WINOGRAD3] = "winograd3",
        [CONV_WINOGRAD4] = "winograd4",
    };

    return a < CONV_ALGORITHMS ? names[a] : "unknown";
}

int64_t conv_work(const struct kernels *kern, const struct conv *c,
                  enum conv_pass pass)
{
    const bool backward = pass == CONV_BACKWARD;
    const enum conv_algorithm a = conv_choose(kern, c);
    const int64_t reals = a == CONV_DIRECT ? direct_work(kern, c, backward)
                          : a == CONV_DEPTHWISE
                              ? depthwise_work(kern, c)
                              : winograd_work(kern, c, tile_of(a), backward);

    return reals * (int64_t)sizeof(real);
}

void conv_forward(const struct kernels *kern, const struct conv *c,
                  const struct conv_call *call)
{
    const enum conv_algorithm a = conv_choose(kern, c);

    if (a == CONV_DIRECT)
        direct_forward(kern, c, call);
    else if (a == CONV_DEPTHWISE)
        depthwise_forward(kern, c, call);
    else
        winograd_forward(kern, c, tile_of(a), call);
}

static void add_bias_gradient(const struct kernels *kern, const struct conv *c,
                              const struct conv_call *call)
{
    const int64_t positions = window_outputs(&c->window);

    for (int64_t i = 0; i < call->samples * c->filters; i++)
        call->bias_grad[i % c->filters] +=
            kern->sum(call->dy + i * positions, positions);
}

void conv_backward(const struct kernels *kern, const struct conv *c,
                   const struct conv_call *call)
{
    const enum conv_algorithm a = conv_choose(kern, c);

    if (call->bias_grad)
        add_bias_gradient(kern, c, call);
    if (a == CONV_DIRECT)
        direct_backward(kern, c, call);
    else if (a == CONV_DEPTHWISE)
        depthwise_backward(kern, c, call);
    else
        winograd_backward(kern, c, tile_of(a), call);
}
