/*
 * window.c - how a window slides over an image.
 */
#include "tensor/window.h"

int64_t axis_span(const struct axis *a)
{
    return a->dilation * (a->kernel - 1) + 1;
}

int64_t axis_count(const struct axis *a, int64_t padding)
{
    const int64_t room = a->in + padding - axis_span(a);

    return room < 0 ? 0 : room / a->stride + 1;
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

static bool is_pointwise(const struct axis *a)
{
    return a->kernel == 1 && a->stride == 1 && a->pad == 0 && a->out == a->in;
}

bool window_is_pointwise(const struct window *w)
{
    return is_pointwise(&w->y) && is_pointwise(&w->x);
}
