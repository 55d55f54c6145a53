/*
 * The audit's receptive field against the network itself: which single pixels
 * reach which outputs, found by raising one pixel after the other.
 *
 * Weights are positive, there is no bias and the image is 0, so an output is
 * positive exactly when the raised pixel reaches it, max-pooling included: no
 * rounding, no tolerance.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "graph/audit.h"
#include "graph/run.h"
#include "layer/config.h"
#include "support/fake_layers.h"
#include "tensor/gemm.h"

enum { ROWS = 37, COLUMNS = 33, MAX_LAYERS = 16, NETWORKS = 120 };

static const int64_t image[] = {1, ROWS, COLUMNS};

union any_config {
    struct input_config input;
    struct conv2d_config conv;
    struct maxpool2d_config pool;
    struct transposedconv2d_config transposed;
    struct upscale2d_config upscale;
};

struct net {
    struct arena arena;
    struct graph_entry entries[MAX_LAYERS];
    union any_config configs[MAX_LAYERS];
    const char *incoming[MAX_LAYERS][2];
    char names[MAX_LAYERS][8];
    int64_t count;
    struct pair jump; /* of the last layer: the product of all strides */
    struct graph g;
    struct fake_report report;
    struct err e;
    char text[800]; /* what it is made of, for messages */
};

/* Random numbers of one network, in order. */
struct draws {
    struct rng_key key;
    uint64_t used;
};

static int64_t draw(struct draws *d, int64_t low, int64_t high)
{
    const uint64_t width = (uint64_t)(high - low + 1);

    return low + (int64_t)rng_below(d->key, d->used++, width);
}

static struct pair draw_pair(struct draws *d, int64_t low, int64_t high)
{
    const int64_t y = draw(d, low, high);

    return (struct pair){y, draw(d, low, high)};
}

static struct graph_entry *add(struct net *n, const struct layer_ops *ops)
{
    const int64_t i = n->count++;

    snprintf(n->names[i], sizeof n->names[i], "n%d", (int)i);
    n->entries[i] = (struct graph_entry){
        .ops = ops,
        .name = n->names[i],
        .config = &n->configs[i],
        .incoming.at = n->incoming[i],
        .trainable = true,
        .learning_rate_scale = 1,
    };
    return &n->entries[i];
}

static void describe(struct net *n, const char *kind, struct pair size,
                     struct pair stride, struct pair dilation, struct pair pad)
{
    const size_t used = strlen(n->text);

    snprintf(n->text + used, sizeof n->text - used,
             " %s %dx%d stride %dx%d dilation %dx%d pad %dx%d;", kind,
             (int)size.y, (int)size.x, (int)stride.y, (int)stride.x,
             (int)dilation.y, (int)dilation.x, (int)pad.y, (int)pad.x);
}

static void add_conv(struct net *n, struct pair size, struct pair stride,
                     struct pair dilation, struct pair pad)
{
    struct conv2d_config *c = &n->configs[n->count].conv;

    *c = (struct conv2d_config){
        .num_filters = 1,
        .filter_size = size,
        .stride = stride,
        .dilation = dilation,
        .pad = {NULL, pad},
        .num_groups = 1,
    };
    add(n, layer_find("conv2d"));
    describe(n, "conv2d", size, stride, dilation, pad);
}

static void step_jump(struct net *n, struct pair stride)
{
    n->jump.y *= stride.y;
    n->jump.x *= stride.x;
}

static void draw_conv(struct net *n, struct draws *d)
{
    const struct pair size = draw_pair(d, 1, 4), stride = draw_pair(d, 1, 2);
    const struct pair dilation = draw_pair(d, 1, 2), pad = draw_pair(d, 0, 2);

    add_conv(n, size, stride, dilation, pad);
    step_jump(n, stride);
}

static void draw_pool(struct net *n, struct draws *d)
{
    struct maxpool2d_config *c = &n->configs[n->count].pool;
    const struct pair size = draw_pair(d, 1, 3), stride = draw_pair(d, 1, 3);
    const struct pair pad = {draw(d, 0, size.y - 1), draw(d, 0, size.x - 1)};

    *c = (struct maxpool2d_config){
        .pool_size = size,
        .stride = stride,
        .pad = pad,
        .ignore_border = draw(d, 0, 1) == 1 || pad.y > 0 || pad.x > 0,
    };
    add(n, layer_find("maxpool2d"));
    describe(n, "maxpool2d", size, stride, (struct pair){1, 1}, pad);
    step_jump(n, stride);
}

/* The sum of a convolution and, of the same layer above, another one or the
 * layer itself.  Both look at the same centre, as branches of one extent do. */
static void draw_merge(struct net *n, struct draws *d)
{
    static const struct pair one = {1, 1};
    const char *from = n->names[n->count - 1];
    const int64_t other = draw(d, 0, 2); /* 0: the layer itself */

    for (int64_t branch = other > 0 ? 0 : 1; branch < 2; branch++) {
        const struct pair half = draw_pair(d, 0, 2);
        const struct pair dilation = draw_pair(d, 1, 2);
        const struct pair pad = {half.y * dilation.y, half.x * dilation.x};
        const struct pair size = {2 * half.y + 1, 2 * half.x + 1};
        n->incoming[n->count][0] = from;
        add_conv(n, size, one, dilation, pad);
        n->entries[n->count - 1].incoming.count = 1;
    }
    n->incoming[n->count][0] = other > 0 ? n->names[n->count - 2] : from;
    n->incoming[n->count][1] = n->names[n->count - 1];
    add(n, &fake_sum_ops)->incoming.count = 2;
    snprintf(n->text + strlen(n->text), sizeof n->text - strlen(n->text),
             " sum with %s;", n->incoming[n->count - 1][0]);
}

/* Cells of the output lie closer than those of the input; some of them see all
 * that may be under a window. */
static void draw_transposed(struct net *n, struct draws *d)
{
    static const struct pair one = {1, 1}, none = {0, 0};
    struct transposedconv2d_config *c = &n->configs[n->count].transposed;
    const struct pair size = draw_pair(d, 1, 5), stride = draw_pair(d, 1, 3);

    *c = (struct transposedconv2d_config){
        .num_filters = 1,
        .filter_size = size,
        .stride = stride,
        .num_groups = 1,
    };
    add(n, layer_find("transposedconv2d"));
    describe(n, "transposedconv2d", size, stride, one, none);
}

static void draw_upscale(struct net *n, struct draws *d)
{
    static const char *const modes[] = {"repeat", "dilate", "bilinear"};
    static const struct pair one = {1, 1}, none = {0, 0};
    struct upscale2d_config *c = &n->configs[n->count].upscale;
    const struct pair factor = draw_pair(d, 1, 3);

    *c = (struct upscale2d_config){.scale_factor = factor,
                                   .mode = modes[draw(d, 0, 2)]};
    add(n, layer_find("upscale2d"));
    describe(n, c->mode, factor, one, one, none);
}

/* False: these layers do not fit each other. */
static bool draw_net(struct net *n, uint64_t number)
{
    char purpose[32];

    snprintf(purpose, sizeof purpose, "network %u", (unsigned)number);
    struct draws d = {rng_key(7, purpose), 0};
    const struct graph_reporter reporter = fake_reporter(&n->report);
    *n = (struct net){.jump = {1, 1}};
    n->configs[0].input.shape.at = image;
    n->configs[0].input.shape.count = ARRAY_LEN(image);
    add(n, layer_find("input"));
    const int64_t blocks = draw(&d, 1, 4);
    for (int64_t i = 0; i < blocks; i++) {
        const int64_t kind = draw(&d, 0, 3);
        if (kind == 0)
            draw_pool(n, &d);
        else if (kind == 1)
            draw_merge(n, &d);
        else
            draw_conv(n, &d);
    }
    const int64_t end = draw(&d, 0, 2);
    if (end == 1)
        draw_transposed(n, &d);
    else if (end == 2)
        draw_upscale(n, &d);
    const struct graph_request request = {
        .entries = n->entries, .count = n->count, .seed = 1};
    return graph_build(&n->g, &n->arena, &request, &reporter, &n->e) == OK;
}

/* Along one axis, the first and the last pixel that reach an output. */
struct stretch {
    int64_t first, last;
};

struct reach {
    int64_t outputs;
    struct stretch *y, *x; /* [outputs] */
};

static void note_pixel(struct reach *r, int64_t row, const real *outputs)
{
    for (int64_t column = 0; column < COLUMNS; column++)
        for (int64_t o = 0; o < r->outputs; o++) {
            if (!(outputs[column * r->outputs + o] > 0))
                continue;
            r->y[o].first = num_min(r->y[o].first, row);
            r->y[o].last = num_max(r->y[o].last, row);
            r->x[o].first = num_min(r->x[o].first, column);
            r->x[o].last = num_max(r->x[o].last, column);
        }
}

/* A row of pixels is a batch: sample j has pixel j of the row raised. */
static void find_reach(struct net *n, struct reach *r)
{
    struct plan plan;

    cr_assert_eq(plan_build(&plan, &n->arena, &n->g,
                            (struct plan_rows){COLUMNS, 0, 0}, &n->e),
                 OK);
    real *params = mem_take((size_t)n->g.param_size, sizeof *params);
    unsigned char *lane = mem_take(plan.lane_bytes, 1);
    void *work = mem_take(plan.work_bytes, 1);
    cr_assert(params && lane && work);
    for (int64_t i = 0; i < n->g.param_size; i++)
        params[i] = (real)(0.5 + rng_unit(rng_key(3, "weights"), (uint64_t)i));
    const struct run run = {
        .graph = &n->g,
        .plan = &plan,
        .memory = {.lane = lane},
        .work = work,
        .params = params,
        .rows = COLUMNS,
    };
    const size_t plane = (size_t)ROWS * COLUMNS;
    for (int64_t row = 0; row < ROWS; row++) {
        real *x = run_input(&run);
        memset(x, 0, plane * COLUMNS * sizeof *x);
        for (int64_t j = 0; j < COLUMNS; j++)
            x[j * (int64_t)plane + row * COLUMNS + j] = 1;
        note_pixel(r, row, run_forward(&run));
    }
    mem_free(params);
    mem_free(lane);
    mem_free(work);
}

/* No output sees further than the field.  Where it fits into the image with
 * room for a jump, some output has all of it inside. */
static void check_axis(const struct net *n, const struct stretch *spans,
                       int64_t outputs, double field, int64_t jump,
                       int64_t size, int *exact)
{
    int64_t widest = 0;

    for (int64_t o = 0; o < outputs; o++)
        widest = num_max(widest, spans[o].last - spans[o].first + 1);
    cr_assert_leq((double)widest, field, "%s: reach %d, field %g", n->text,
                  (int)widest, field);
    if (field + (double)jump - 1 > (double)size)
        return;
    cr_assert_eq((double)widest, field, "%s: reach %d, field %g", n->text,
                 (int)widest, field);
    (*exact)++;
}

static void check_net(struct net *n, int *exact)
{
    struct audit_row rows[MAX_LAYERS];
    struct reach r = {.outputs = shape_count(n->g.out)};
    const double *field = rows[n->g.count - 1].field;

    cr_assert_eq(audit_graph(&n->g, AUDIT_EXACT, rows, &n->e), OK);
    r.y = arena_take(&n->arena, (size_t)r.outputs, sizeof *r.y);
    r.x = arena_take(&n->arena, (size_t)r.outputs, sizeof *r.x);
    cr_assert(r.y && r.x);
    for (int64_t o = 0; o < r.outputs; o++)
        r.y[o] = r.x[o] = (struct stretch){ROWS, -1};
    find_reach(n, &r);
    check_axis(n, r.y, r.outputs, field[0], n->jump.y, ROWS, exact);
    check_axis(n, r.x, r.outputs, field[1], n->jump.x, COLUMNS, exact);
}

Test(receptive_field, is_what_single_pixels_reach)
{
    static struct net n;
    int checked = 0, exact = 0;

    cr_assert_null(gemm_open());
    for (uint64_t i = 0; checked < NETWORKS && i < 1000; i++) {
        if (draw_net(&n, i)) {
            check_net(&n, &exact);
            checked++;
        }
        text_free(&n.report.text);
        arena_free(&n.arena);
    }
    cr_assert_eq(checked, NETWORKS);
    /* Most of the 240 axes must have had room, or nothing was proved. */
    cr_assert_gt(exact, NETWORKS, "%d axes", exact);
}
