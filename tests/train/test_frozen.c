/*
 * A frozen layer between others that learn: nobody's gradients are touched, and
 * those of the others have the bits that they have where all learn.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "conv/conv.h"
#include "graph/run.h"
#include "layer/config.h"
#include "tensor/gemm.h"

extern const struct layer_ops batchnorm_layer, bias_layer, conv2d_layer,
    dense_layer, input_layer, locallyconnected2d_layer, prelu_layer,
    scale_layer, transposedconv2d_layer;
extern const struct init_ops constant_init;

enum { ROWS = 2, MIDDLE = 2, ENTRIES = 4 };

#define HALF                                                                   \
    {                                                                          \
        .kind = &constant_init.kind, .config = &half                           \
    }
#define FILTERS(count)                                                         \
    .num_filters = (count), .filter_size = {3, 3}, .W = HALF, .b = HALF
#define WINDOW(count)                                                          \
    FILTERS(count), .stride = {1, 1}, .dilation = {1, 1}, .num_groups = 1

static const double half = 0.5;
static const int64_t extents[] = {4, 9, 9};
static const struct input_config image = {{extents, 3}};
static const struct conv2d_config before = {WINDOW(8), .pad.word = "same"},
                                  conv = {WINDOW(20)},
                                  untied = {WINDOW(6), .untie_biases = true};
static const struct transposedconv2d_config transposed = {
    FILTERS(5), .stride = {2, 2}, .num_groups = 1};
static const struct locallyconnected2d_config local = {FILTERS(7),
                                                       .pad = "same"};
static const struct batchnorm_config norm = {.axes.word = "auto",
                                             .epsilon = 1e-3,
                                             .alpha = 0.1,
                                             .weight = true,
                                             .bias = true,
                                             .update = "false"};
static const struct prelu_config prelu = {{.word = "auto"}, HALF};
static const struct scale_config scale = {{.word = "auto"}, HALF};
static const struct bias_config bias = {{.word = "auto"}, HALF};
static const struct dense_config dense = {9, .W = HALF, .b = HALF},
                                 scores = {3, .W = HALF, .b = HALF};

static const struct {
    const struct layer_ops *ops;
    const void *config;
} kinds[] = {
    {&conv2d_layer, &conv},
    {&conv2d_layer, &untied},
    {&transposedconv2d_layer, &transposed},
    {&locallyconnected2d_layer, &local},
    {&batchnorm_layer, &norm},
    {&prelu_layer, &prelu},
    {&scale_layer, &scale},
    {&bias_layer, &bias},
    {&dense_layer, &dense},
};

static enum status no_fault(void *context, int64_t entry, const char *key,
                            const char *why)
{
    (void)context;
    cr_assert_fail("entry %d, %s: %s", (int)entry, key ? key : "-", why);
    return ERR_CONFIG;
}

static void fill(real *x, int64_t count, const char *purpose)
{
    const struct rng_key key = rng_key(7, purpose);

    for (int64_t i = 0; i < count; i++)
        x[i] = (real)(2 * rng_unit(key, (uint64_t)i) - 1) / 8;
}

struct trial {
    struct arena arena;
    struct graph g;
    real *grads; /* [g.grad_size] that backward adds to */
};

/* Forward and backward of one slice; `gradients` false: nobody wants any. */
static void back(struct trial *t, bool gradients)
{
    const int64_t ids[ROWS] = {0, 1};
    struct err e = {0};
    struct plan plan;

    cr_assert_eq(plan_build(&plan, &t->arena, &t->g,
                            (struct plan_rows){.slice = ROWS, .batch = ROWS},
                            &e),
                 OK);
    real *weights =
        arena_take(&t->arena, (size_t)t->g.weight_size, sizeof *weights);
    const struct run r = {
        .graph = &t->g,
        .plan = &plan,
        .memory = {mem_take(1, plan.lane_bytes), mem_take(1, plan.batch_bytes)},
        .work = mem_take(1, plan.work_bytes),
        .params = weights,
        .rows = ROWS,
        .ids = ids,
        .epoch = 1,
    };
    fill(weights, t->g.weight_size, "weights");
    fill(run_input(&r), ROWS * shape_count(t->g.in), "x");
    run_forward(&r);
    fill(run_gradient(&r, t->g.count - 1), ROWS * shape_count(t->g.out), "dy");
    run_backward(&r, gradients ? t->grads : NULL);
    mem_free(r.memory.lane);
    mem_free(r.memory.batch);
    mem_free(r.work);
}

/* Gradients are added to what is there. */
static struct trial try(size_t kind, const struct conv_ops *wish, bool learns)
{
    const struct graph_entry entries[ENTRIES] = {
        {.ops = &input_layer, .name = "input", .config = &image},
        {.ops = &conv2d_layer,
         .name = "before",
         .config = &before,
         .trainable = true,
         .learning_rate_scale = 1},
        {.ops = kinds[kind].ops,
         .name = "middle",
         .config = kinds[kind].config,
         .trainable = learns,
         .learning_rate_scale = 1},
        {.ops = &dense_layer,
         .name = "scores",
         .config = &scores,
         .trainable = true,
         .learning_rate_scale = 1},
    };
    const struct graph_request request = {
        .entries = entries, .count = ENTRIES, .seed = 3, .convolution = wish};
    const struct graph_reporter reporter = {no_fault, NULL};
    struct trial t = {0};
    struct err e = {0};

    cr_assert_eq(graph_build(&t.g, &t.arena, &request, &reporter, &e), OK);
    t.grads = arena_take(&t.arena, (size_t)t.g.grad_size, sizeof *t.grads);
    fill(t.grads, t.g.grad_size, "gradients");
    back(&t, true);
    return t;
}

/* Is the parameter's gradient the same in both? */
static bool same(const struct trial *a, const struct trial *b, int64_t param)
{
    const struct param *p = &a->g.params[param];

    return p->grad_offset == GRADIENT_NONE ||
           memcmp(a->grads + p->grad_offset, b->grads + p->grad_offset,
                  (size_t)p->count * sizeof *a->grads) == 0;
}

static void check(size_t kind, const struct conv_ops *wish)
{
    const char *name = kinds[kind].ops->kind.name;
    struct trial all = try(kind, wish, true), some = try(kind, wish, false);
    struct trial none = try(kind, wish, false);

    fill(none.grads, none.g.grad_size, "gradients");
    back(&none, false);
    for (int64_t i = 0; i < all.g.param_count; i++) {
        const struct param *p = &all.g.params[i];
        const bool kept = p->grad_offset != GRADIENT_NONE;
        const bool frozen = p->node == MIDDLE;
        cr_expect_eq(same(&some, &none, i), frozen || !kept, "%s: %s", name,
                     p->name);
        cr_expect_eq(same(&some, &all, i), !frozen || !kept, "%s: %s", name,
                     p->name);
    }
    arena_free(&all.arena);
    arena_free(&some.arena);
    arena_free(&none.arena);
}

Test(frozen, gradients_are_left_alone)
{
    struct err e = {0};

    cr_assert_eq(gemm_load(1, &e), OK);
    for (size_t kind = 0; kind < ARRAY_LEN(kinds); kind++)
        for (int i = 0; conv_words[i]; i++)
            check(kind, conv_find(conv_words[i]));
}
