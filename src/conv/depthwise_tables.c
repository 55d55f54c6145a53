/*
 * depthwise_tables.c - the cells and taps of a depthwise convolution.
 */
#include "base/num.h"
#include "conv/depthwise.h"

int64_t depthwise_margin(const struct axis *a)
{
    return (axis_span(a) - 1) / a->stride;
}

int64_t depthwise_phases(const struct axis *a)
{
    return num_min(a->stride, axis_span(a));
}

int64_t *depthwise_table(const struct lanes *l, int64_t place)
{
    return border_table(l->call, place);
}

int64_t depthwise_place(const struct lanes *l, int64_t i, int64_t j)
{
    return (i + l->above) * l->pitch + j + l->before;
}

void depthwise_list_outputs(const struct lanes *l)
{
    const struct window *w = &l->task->conv.window;
    int64_t *at = depthwise_table(l, l->output);

    for (int64_t i = 0; i < w->y.out; i++)
        for (int64_t j = 0; j < w->x.out; j++)
            *at++ = depthwise_place(l, i, j);
}

/* The steps i whose cell i*stride + phase - pad is one of the image, and is
 * read. */
static struct range steps_of(const struct axis *a, int64_t phase)
{
    const int64_t before = num_max(a->pad - phase, 0);
    const int64_t end = num_max(a->in + a->pad - phase, 0);

    return (struct range){
        .begin = num_ceil_div(before, a->stride),
        .end =
            num_min(num_ceil_div(end, a->stride), a->out + depthwise_margin(a)),
    };
}

/* The cells of phase (a, b), and where their windows on dy are; returns how
 * many. */
static int64_t list_cells(const struct lanes *l, int64_t a, int64_t b,
                          int64_t first)
{
    const struct axis *y = &l->task->conv.window.y;
    const struct axis *x = &l->task->conv.window.x;
    const struct range rows = steps_of(y, a), columns = steps_of(x, b);
    int64_t *to = depthwise_table(l, l->to) + first;
    int64_t *from = depthwise_table(l, l->from) + first, count = 0;

    for (int64_t i = rows.begin; i < rows.end; i++)
        for (int64_t j = columns.begin; j < columns.end; j++, count++) {
            to[count] = (i * y->stride + a - y->pad) * x->in + j * x->stride +
                        b - x->pad;
            from[count] = depthwise_place(l, i, j);
        }
    return count;
}

static int64_t list_taps(const struct lanes *l, int64_t a, int64_t b,
                         int64_t first)
{
    const struct axis *y = &l->task->conv.window.y;
    const struct axis *x = &l->task->conv.window.x;
    int64_t *tap = depthwise_table(l, l->tap) + first;
    int64_t *order = depthwise_table(l, l->order) + first, count = 0;

    for (int64_t t = 0; t < l->taps; t++) {
        const int64_t u = t / x->kernel * y->dilation;
        const int64_t v = t % x->kernel * x->dilation;
        if (u % y->stride != a || v % x->stride != b)
            continue;
        tap[count] = -(u / y->stride * l->pitch + v / x->stride);
        order[count++] = t;
    }
    return count;
}

struct phase *depthwise_phase_at(const struct lanes *l, int64_t i)
{
    return (struct phase *)(void *)depthwise_table(l, l->phase) + i;
}

void depthwise_list_phases(const struct lanes *l)
{
    const int64_t across = depthwise_phases(&l->task->conv.window.x);
    struct phase p = {0};

    for (int64_t i = 0; i < l->phases; i++) {
        p.cell += p.cells;
        p.tap += p.taps;
        p.taps = list_taps(l, i / across, i % across, p.tap);
        p.cells = p.taps ? list_cells(l, i / across, i % across, p.cell) : 0;
        *depthwise_phase_at(l, i) = p;
    }
}
