/*
 * border.c - an image with its padding around it.
 */
#include "conv/border.h"

#include <string.h>

#include "base/num.h"
#include "tensor/scratch.h"

/* Input cells from the first to the last that any window reads. */
static int64_t reach(const struct axis *a)
{
    return (a->out - 1) * a->stride + axis_span(a);
}

int64_t border_take_table(int64_t *work, int64_t entries)
{
    return scratch_take(work,
                        entries * (int64_t)(sizeof(int64_t) / sizeof(real)));
}

int64_t *border_table(const struct conv_call *call, int64_t place)
{
    return (int64_t *)(void *)(call->work + place);
}

struct border border_take(const struct conv *c, int64_t *work)
{
    const struct axis *y = &c->window.y, *x = &c->window.x;
    struct border b = {
        .height = reach(y),
        .width = reach(x),
        .positions = window_outputs(&c->window),
        .depth = c->channels / c->groups * window_taps(&c->window),
    };

    b.needed = y->pad > 0 || x->pad > 0 || b.height > y->in || b.width > x->in;
    if (!b.needed) {
        b.height = y->in;
        b.width = x->in;
    }
    b.cells = b.height * b.width;
    b.position_at = border_take_table(work, b.positions);
    b.tap_at = border_take_table(work, b.depth);
    return b;
}

void border_fill(const struct border *b, const struct conv *c, int64_t lanes,
                 const struct conv_call *call)
{
    const struct axis *y = &c->window.y, *x = &c->window.x;
    int64_t *at = border_table(call, b->position_at);

    for (int64_t i = 0; i < y->out; i++)
        for (int64_t j = 0; j < x->out; j++)
            *at++ = (i * y->stride * b->width + j * x->stride) * lanes;
    at = border_table(call, b->tap_at);
    for (int64_t channel = 0; channel < c->channels / c->groups; channel++)
        for (int64_t u = 0; u < y->kernel; u++)
            for (int64_t v = 0; v < x->kernel; v++)
                *at++ = (channel / lanes * b->cells +
                         u * y->dilation * b->width + v * x->dilation) *
                            lanes +
                        channel % lanes;
}

/* The part of the image that lies within the border; `origin`: the cell of its
 * first number. */
struct inner {
    int64_t rows, columns, origin;
};

static struct inner inner_of(const struct border *b, const struct conv *c)
{
    const struct axis *y = &c->window.y, *x = &c->window.x;
    const struct inner in = {
        .rows = num_min(y->in, b->height - y->pad),
        .columns = num_min(x->in, b->width - x->pad),
        .origin = y->pad * b->width + x->pad,
    };

    return in.columns > 0 ? in : (struct inner){0};
}

static void clear(real *to, int64_t count)
{
    memset(to, 0, (size_t)count * sizeof *to);
}

static void copy(real *to, const real *from, int64_t count)
{
    memcpy(to, from, (size_t)count * sizeof *to);
}

const real *border_load(const struct border *b, const struct conv *c,
                        int64_t lanes, const real *x, real *image)
{
    const struct inner in = inner_of(b, c);
    const int64_t planes = num_ceil_div(c->channels / c->groups, lanes);

    if (!b->needed)
        return x;
    clear(image, planes * b->cells * lanes);
    for (int64_t p = 0; p < planes; p++)
        for (int64_t i = 0; i < in.rows; i++)
            copy(image + (p * b->cells + in.origin + i * b->width) * lanes,
                 x + (p * c->window.y.in + i) * c->window.x.in * lanes,
                 in.columns * lanes);
    return image;
}

void border_store(const struct border *b, const struct conv *c, int64_t lanes,
                  const real *image, real *dx)
{
    const struct inner in = inner_of(b, c);
    const int64_t planes = num_ceil_div(c->channels / c->groups, lanes);

    if (image == dx)
        return;
    clear(dx, planes * window_inputs(&c->window) * lanes);
    for (int64_t p = 0; p < planes; p++)
        for (int64_t i = 0; i < in.rows; i++)
            copy(dx + (p * c->window.y.in + i) * c->window.x.in * lanes,
                 image + (p * b->cells + in.origin + i * b->width) * lanes,
                 in.columns * lanes);
}

/* One row of the image within the border, of `planes`. */
static struct planes row_of(const struct inner *in, const struct conv *c,
                            struct planes p)
{
    p.pixels = in->columns;
    p.stride = window_inputs(&c->window);
    return p;
}

void border_load_lanes(const struct border *b, const struct conv_task *t,
                       struct planes p, const real *x, real *image)
{
    const struct inner in = inner_of(b, &t->conv);
    const struct planes row = row_of(&in, &t->conv, p);

    for (int64_t i = 0; i < in.rows; i++)
        t->kern->to_blocked(&row, x + i * t->conv.window.x.in,
                            image + (in.origin + i * b->width) * p.pitch);
}

void border_store_lanes(const struct border *b, const struct conv_task *t,
                        struct planes p, const real *image, real *dx)
{
    struct inner in = inner_of(b, &t->conv);

    if (b->needed) /* cells that no window reads */
        clear(dx, p.count * window_inputs(&t->conv.window));
    else /* all rows are one */
        in = (struct inner){1, b->cells, 0};
    const struct planes row = row_of(&in, &t->conv, p);
    for (int64_t i = 0; i < in.rows; i++)
        t->kern->from_blocked(&row,
                              image + (in.origin + i * b->width) * p.pitch,
                              false, dx + i * t->conv.window.x.in);
}

void border_copy_lanes(const struct border *b, const struct conv_task *t,
                       int64_t pitch, const real *image, real *dx)
{
    const struct inner in = inner_of(b, &t->conv);
    const int64_t lanes = t->kern->lanes;

    clear(dx, window_inputs(&t->conv.window) * lanes);
    for (int64_t i = 0; i < in.rows; i++)
        for (int64_t j = 0; j < in.columns; j++)
            copy(dx + (i * t->conv.window.x.in + j) * lanes,
                 image + (in.origin + i * b->width + j) * pitch, lanes);
}
