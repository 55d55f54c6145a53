/*
 * window.c - how a window slides over an image.
 */
#include "tensor/window.h"

#include "base/num.h"

int64_t axis_span(const struct axis *a)
{
    return a->dilation * (a->kernel - 1) + 1;
}

int64_t axis_count(const struct axis *a, int64_t padding)
{
    const int64_t room = a->in + padding - axis_span(a);

    return room < 0 ? 0 : room / a->stride + 1;
}

struct range axis_inside(const struct axis *a, int64_t tap)
{
    /* 0 <= o * stride + first < in, solved for o. */
    const int64_t first = tap * a->dilation - a->pad;
    const int64_t begin = first < 0 ? num_ceil_div(-first, a->stride) : 0;
    const int64_t end = first < a->in ? (a->in - 1 - first) / a->stride + 1 : 0;
    struct range r = {num_min(begin, a->out), num_min(end, a->out)};

    r.end = num_max(r.begin, r.end);
    return r;
}

int64_t window_taps(const struct window *w)
{
    return w->y.kernel * w->x.kernel;
}

int64_t window_outputs(const struct window *w)
{
    return w->y.out * w->x.out;
}

int64_t window_inputs(const struct window *w)
{
    return w->y.in * w->x.in;
}
