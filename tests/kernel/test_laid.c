/*
 * A network whose weights are laid out once for many runs: the bits of one
 * where every call lays out its own, in scratch that has no room for them.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/num.h"
#include "graph/run.h"
#include "layer/config.h"
#include "support/fake_layers.h"
#include "tensor/gemm.h"

enum { ROWS = 3, LAYERS = 5, IMAGE = 12, CHANNELS = 20 };

static const int64_t image[] = {CHANNELS, IMAGE, IMAGE};
static const double spread = 0.1;

struct net {
    struct arena arena;
    struct graph g;
    real *params;
    struct fake_report report;
    struct err e;
};

extern const struct init_ops constant_init;

#define INIT                                                                   \
    {                                                                          \
        &constant_init.kind, &spread                                           \
    }

static const struct input_config input = {{image, 3}};
static const struct conv2d_config first = {.num_filters = 24,
                                           .filter_size = {3, 3},
                                           .stride = {1, 1},
                                           .pad = {"same", {0}},
                                           .dilation = {1, 1},
                                           .num_groups = 1,
                                           .W = INIT,
                                           .b = INIT},
                                  grouped = {.num_filters = 16,
                                             .filter_size = {5, 5},
                                             .stride = {2, 2},
                                             .dilation = {1, 1},
                                             .num_groups = 2,
                                             .W = INIT};
static const struct transposedconv2d_config transposed = {.num_filters = 6,
                                                          .filter_size = {3, 3},
                                                          .stride = {2, 2},
                                                          .num_groups = 1,
                                                          .W = INIT,
                                                          .b = INIT};

static void fill(real *to, int64_t count, const char *what)
{
    for (int64_t i = 0; i < count; i++)
        to[i] = (real)(2 * rng_unit(rng_key(5, what), (uint64_t)i) - 1);
}

static void open_net(struct net *n)
{
    const struct {
        const char *ops;
        const void *config;
    } layers[LAYERS] = {{"input", &input},
                        {"conv2d", &first},
                        {"conv2d", &first},
                        {"conv2d", &grouped},
                        {"transposedconv2d", &transposed}};
    static const char *const names[LAYERS] = {"a", "b", "c", "d", "e"};
    struct graph_entry entries[LAYERS];
    const struct graph_reporter reporter = fake_reporter(&n->report);
    const struct graph_request request = {
        .entries = entries, .count = LAYERS, .seed = 1};

    cr_assert_null(gemm_open());
    for (int i = 0; i < LAYERS; i++)
        entries[i] = (struct graph_entry){
            .ops = layer_find(layers[i].ops),
            .name = names[i],
            .config = layers[i].config,
            .trainable = true,
            .learning_rate_scale = 1,
        };
    cr_assert_eq(graph_build(&n->g, &n->arena, &request, &reporter, &n->e), OK,
                 "%s", text_string(&n->report.text));
    n->params =
        arena_take(&n->arena, (size_t)n->g.weight_size, sizeof *n->params);
    cr_assert_not_null(n->params);
    fill(n->params, n->g.weight_size, "params");
}

static void close_net(struct net *n)
{
    arena_free(&n->arena);
    text_free(&n->report.text);
}

static struct plan plan_for(struct net *n, struct plan_rows rows)
{
    struct plan p;

    cr_assert_eq(plan_build(&p, &n->arena, &n->g, rows, &n->e), OK);
    return p;
}

/* Output and gradients of a pass; parts are laid out from the last to the
 * first. */
static void compute(struct net *n, const struct plan *p, real *y, real *grads)
{
    const struct graph *g = &n->g;
    static const int64_t ids[ROWS] = {4, 7, 1};
    const struct run r = {
        .graph = g,
        .plan = p,
        .memory = {.lane = mem_take(1, p->lane_bytes),
                   .batch = mem_take(1, p->batch_bytes)},
        .work = mem_take(1, p->work_bytes),
        .laid = mem_take((size_t)p->laid, sizeof(real)),
        .params = n->params,
        .rows = ROWS,
        .ids = ids,
        .epoch = 1,
    };
    const int64_t out = ROWS * shape_count(g->out);

    cr_assert(r.memory.lane && r.memory.batch && r.work && r.laid);
    memset(r.laid, 0xff, (size_t)p->laid * sizeof(real)); /* NaN */
    for (int64_t part = run_lays(p) - 1; part >= 0; part--)
        run_lay(&r, part);
    fill(run_input(&r), ROWS * shape_count(g->in), "x");
    memcpy(y, run_forward(&r), (size_t)out * sizeof *y);
    if (p->training) {
        fill(run_gradient(&r, g->count - 1), out, "dy");
        run_backward(&r, grads);
    }
    mem_free(r.memory.lane);
    mem_free(r.memory.batch);
    mem_free(r.work);
    mem_free(r.laid);
}

static void check_bits(struct net *n, int64_t batch)
{
    const struct plan apart = plan_for(n, (struct plan_rows){ROWS, batch, 0});
    const struct plan laid = plan_for(n, (struct plan_rows){ROWS, batch, 2});
    const size_t out = ROWS * (size_t)shape_count(n->g.out);
    const size_t grads = (size_t)n->g.grad_size;
    real *y[2], *grad[2];

    cr_assert_eq(apart.laid, 0);
    cr_assert_eq(run_lays(&apart), 0);
    for (int i = 0; i < 2; i++) {
        y[i] = mem_take(out, sizeof(real));
        grad[i] = mem_take(grads, sizeof(real));
        cr_assert(y[i] && grad[i]);
        compute(n, i == 0 ? &apart : &laid, y[i], grad[i]);
    }
    cr_expect_arr_eq(y[1], y[0], out * sizeof(real));
    cr_expect_arr_eq(grad[1], grad[0], grads * sizeof(real));
    for (int i = 0; i < 2; i++) {
        mem_free(y[i]);
        mem_free(grad[i]);
    }
}

Test(laid, bits_are_those_of_calls_that_lay_out_their_own)
{
    struct net n = {0};

    open_net(&n);
    check_bits(&n, ROWS);
    check_bits(&n, 0);
    close_net(&n);
}

/* The first layer has no gradient to hand on, so nothing is laid out for it. */
Test(laid, what_is_laid_out_is_not_in_the_scratch)
{
    struct net n = {0};

    open_net(&n);
    const struct plan apart = plan_for(&n, (struct plan_rows){ROWS, ROWS, 0});
    const struct plan laid = plan_for(&n, (struct plan_rows){ROWS, ROWS, 1});
    const struct layer_spec *second = &n.g.nodes[2].layer.spec;
    int64_t sum = 0;
    for (int64_t i = 1; i < n.g.count; i++)
        for (int d = FORWARD; d < DIRECTIONS; d++) {
            const int64_t reals = n.g.nodes[i].layer.spec.laid[d];
            const bool is_called = i > 1 || d == FORWARD;
            cr_expect_eq(laid.nodes[i].laid[d] == PLAN_NONE,
                         !is_called || reals == 0, "node %d", (int)i);
            cr_expect_eq(apart.nodes[i].laid[d], PLAN_NONE);
            sum += is_called ? num_ceil_div(reals, 16) * 16 : 0;
        }
    cr_expect_eq(laid.laid, sum);
    cr_expect_gt(second->laid[BACKWARD], 0);
    cr_expect_geq(apart.work_bytes,
                  (size_t)second->work_bytes +
                      (size_t)second->unlaid[BACKWARD] * sizeof(real));
    cr_expect_lt(laid.work_bytes, apart.work_bytes);
    close_net(&n);
}

/* In training, where calls lay out part by part and have many rows. */
Test(laid, many_rows_lay_out_their_own)
{
    struct net n = {0};

    open_net(&n);
    const int64_t all = plan_for(&n, (struct plan_rows){7, 56, 2}).laid;
    struct layer_spec *second = &n.g.nodes[2].layer.spec;
    second->unlaid[FORWARD] = 0;
    cr_expect_eq(plan_for(&n, (struct plan_rows){7, 56, 2}).laid, all);
    cr_expect_neq(
        plan_for(&n, (struct plan_rows){8, 0, 2}).nodes[2].laid[FORWARD],
        PLAN_NONE);
    cr_expect_eq(plan_for(&n, (struct plan_rows){8, 64, 2}).laid,
                 all - num_ceil_div(second->laid[FORWARD], 16) * 16);
    close_net(&n);
}

/* Of one layer with filters so large that they are not laid out, unless every
 * thread had to. */
Test(laid, wide_layers_are_laid_out_for_many_threads_alone)
{
    struct net n = {0};

    open_net(&n);
    for (int64_t i = 1; i < 4; i++)
        n.g.nodes[i].layer.spec.laid[FORWARD] =
            n.g.nodes[i].layer.spec.unlaid[FORWARD] = 12 << 20;
    cr_expect_lt(plan_for(&n, (struct plan_rows){ROWS, 0, 2}).laid, 13 << 20);
    cr_expect_geq(plan_for(&n, (struct plan_rows){ROWS, 0, 4}).laid, 36 << 20);
    close_net(&n);
}
