/*
 * Inference with the affine layers folded into the linear ones before them:
 * which they are, and that the outputs stay what they were.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "graph/fold.h"
#include "layer/config.h"
#include "support/fake_layers.h"
#include "train/infer.h"

extern const struct activation_ops softmax_activation, tanh_activation;
extern const struct layer_ops batchnorm_layer, conv2d_layer, dense_layer,
    dropout_layer, input_layer;
extern const struct init_ops constant_init;

#define KIND(k)                                                                \
    {                                                                          \
        .kind = &(k).kind, .config = NULL                                      \
    }
#define CONV(filters, ...)                                                     \
    {                                                                          \
        .num_filters = (filters), .filter_size = {3, 3}, .stride = {1, 1},     \
        .dilation = {1, 1}, .num_groups = 1, .W = KIND(constant_init),         \
        __VA_ARGS__                                                            \
    }
#define NORM(...)                                                              \
    {                                                                          \
        .epsilon = 1e-3, .alpha = 0.1, .update = "auto", __VA_ARGS__           \
    }
#define AUTO .axes.word = "auto", .weight = true, .bias = true

static const int64_t extents[] = {2, 9, 8}, batch_axis[] = {0};
static const struct input_config image = {{extents, 3}};
static const struct conv2d_config bare = CONV(5, ),
                                  grouped = CONV(6, .b = KIND(constant_init)),
                                  rectified = CONV(5, .nonlinearity = KIND(
                                                          rectify_activation));
static const struct dense_config units = {7, .W = KIND(constant_init)},
                                 scores = {4, KIND(softmax_activation),
                                           KIND(constant_init),
                                           KIND(constant_init)};
static const struct batchnorm_config
    plain = NORM(AUTO),
    positive = NORM(AUTO, .nonlinearity = KIND(rectify_activation)),
    bent = NORM(.axes.word = "auto", .weight = true,
                .nonlinearity = KIND(tanh_activation)),
    pixels = NORM(.axes.list = {batch_axis, 1}, .bias = true);
static const struct dropout_config half = {.p = 0.5, .rescale = true};

#define LAYER(type, called, settings, ...)                                     \
    {                                                                          \
        .ops = &(type), .name = (called), .config = &(settings),               \
        .trainable = true, .learning_rate_scale = 1, __VA_ARGS__               \
    }
#define FROM(...)                                                              \
    .incoming.at = (const char *const[]){__VA_ARGS__},                         \
    .incoming.count =                                                          \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)

static const struct graph_entry chain[] = {
    LAYER(input_layer, "input", image, ),
    LAYER(conv2d_layer, "conv1", bare, ),
    LAYER(batchnorm_layer, "bn1", positive, ),
    LAYER(conv2d_layer, "conv2", grouped, ),
    LAYER(batchnorm_layer, "bn2", bent, ),
    LAYER(dense_layer, "dense", units, ),
    LAYER(batchnorm_layer, "bn3", plain, ),
    LAYER(dropout_layer, "drop", half, ),
    LAYER(dense_layer, "scores", scores, ),
};

static const struct graph_entry last[] = {
    LAYER(input_layer, "input", image, ),
    LAYER(dense_layer, "dense", units, ),
    LAYER(batchnorm_layer, "bn", positive, ),
};

/* Behind a nonlinearity, several readers, other axes, a layer between, another
 * affine one. */
static const struct graph_entry apart[] = {
    LAYER(input_layer, "input", image, ),
    LAYER(batchnorm_layer, "bn0", plain, ),
    LAYER(conv2d_layer, "conv1", rectified, ),
    LAYER(batchnorm_layer, "bn1", plain, ),
    LAYER(conv2d_layer, "conv2", bare, ),
    LAYER(batchnorm_layer, "bn2", pixels, ),
    LAYER(dense_layer, "dense", units, ),
    LAYER(dropout_layer, "drop", half, ),
    LAYER(batchnorm_layer, "bn3", plain, ),
    LAYER(dense_layer, "wide", units, FROM("drop")),
    LAYER(batchnorm_layer, "bn4", plain, ),
    LAYER(fake_sum_ops, "sum", half, FROM("bn3", "wide", "bn4")),
    LAYER(dense_layer, "scores", scores, ),
};

static const struct net {
    const char *name;
    const struct graph_entry *entries;
    int64_t count, pairs;
} nets[] = {
    {"chain", chain, ARRAY_LEN(chain), 3},
    {"last", last, ARRAY_LEN(last), 1},
    {"apart", apart, ARRAY_LEN(apart), 0},
};

static enum status no_fault(void *context, int64_t entry, const char *key,
                            const char *why)
{
    (void)context;
    cr_assert_fail("entry %d, %s: %s", (int)entry, key ? key : "-", why);
    return ERR_CONFIG;
}

static void build(struct graph *g, struct arena *arena, const struct net *net,
                  bool folds)
{
    const struct graph_request request = {
        .entries = net->entries,
        .count = net->count,
        .seed = 3,
        .folds = folds,
    };
    const struct graph_reporter reporter = {no_fault, NULL};
    struct err e = {0};

    cr_assert_eq(graph_build(g, arena, &request, &reporter, &e), OK);
}

static real *take(struct arena *arena, int64_t count, const char *purpose)
{
    const struct rng_key key = rng_key(7, purpose);
    real *block = arena_take(arena, (size_t)count, sizeof *block);

    cr_assert_not_null(block);
    for (int64_t i = 0; i < count; i++)
        block[i] = (real)(2 * rng_unit(key, (uint64_t)i) - 1);
    return block;
}

/* Variances are positive. */
static real *weights_of(const struct graph *g, struct arena *arena)
{
    real *weights = take(arena, g->weight_size, "weights");

    for (int64_t i = 0; i < g->tensor_count; i++)
        for (int64_t k = 0; k < g->params[i].count; k++)
            if (strstr(g->params[i].name, "running_var"))
                weights[g->params[i].offset + k] =
                    (real)(fabs((double)weights[g->params[i].offset + k]) +
                           0.1);
    return weights;
}

static void count_call(void *context, const struct run *r, int64_t node,
                       enum run_call call)
{
    int64_t *calls = context;

    (void)r;
    (void)call;
    calls[node]++;
}

enum { SAMPLES = 37, MOST_NODES = 16 };

static real *outputs(const struct graph *g, struct arena *arena,
                     const real *weights, int64_t calls[MOST_NODES])
{
    const struct run_watch watch = {calls, NULL, count_call};
    const int64_t width = shape_count(g->out);
    real *x = take(arena, SAMPLES * shape_count(g->in), "x");
    real *y = take(arena, SAMPLES * width, "y");
    struct err e = {0};
    struct infer *infer;
    struct pool *pool;

    cr_assert_eq(pool_new(&pool, 1, &e), OK);
    cr_assert_eq(infer_new(&infer, g, pool, INFER_ANY, &e), OK);
    infer_watch(infer, &watch);
    infer_weights(infer, weights);
    infer_outputs(infer, SAMPLES, x, y);
    real *one = take(arena, width, "one");
    infer_outputs(infer, 1, x + 5 * shape_count(g->in), one);
    cr_assert_eq(memcmp(one, y + 5 * width, (size_t)width * sizeof *one), 0);
    infer_free(infer);
    pool_free(pool);
    return y;
}

static void check(const struct net *net)
{
    int64_t calls[2][MOST_NODES] = {{0}};
    struct arena arena = {0};
    struct infer_bytes bytes;
    struct graph whole, g;
    struct err e = {0};
    struct fold fold;
    struct plan plan;
    const struct plan_rows rows = {.slice = 1, .threads = 1};

    build(&whole, &arena, net, false);
    build(&g, &arena, net, true);
    const real *weights = weights_of(&g, &arena);
    const real *want = outputs(&whole, &arena, weights, calls[0]);
    const real *got = outputs(&g, &arena, weights, calls[1]);
    for (int64_t i = 0; i < SAMPLES * shape_count(g.out); i++)
        cr_assert(fabs((double)(got[i] - want[i])) <= 1e-5, "%s: y[%d]: %g %g",
                  net->name, (int)i, (double)got[i], (double)want[i]);
    cr_assert_eq(fold_build(&fold, &arena, &whole, &e), OK);
    cr_assert_eq(fold.count, 0, "%s", net->name);
    cr_assert_eq(fold_build(&fold, &arena, &g, &e), OK);
    cr_assert_eq(fold.count, net->pairs, "%s: %d", net->name, (int)fold.count);
    for (int64_t i = 1; i < g.count; i++) {
        cr_assert_gt(calls[0][i], 0);
        cr_assert_eq(calls[1][i] == 0, fold.graph.nodes[i].folded, "%s: %s",
                     net->name, g.nodes[i].layer.name);
    }
    cr_assert_eq(infer_bytes(&g, 1, INFER_ANY, &bytes, &e), OK);
    cr_assert_eq(plan_build(&plan, &arena, &fold.graph, rows, &e), OK);
    const int64_t folded = net->pairs > 0 ? fold.graph.weight_size : 0;
    cr_assert_eq(bytes.weights, (size_t)(folded + plan.laid) * sizeof(real));
    arena_free(&arena);
}

Test(fold, outputs_stay)
{
    for (size_t i = 0; i < ARRAY_LEN(nets); i++)
        check(&nets[i]);
}

/* The same weights again give the same bits, others others. */
Test(fold, takes_new_weights)
{
    struct arena arena = {0};
    struct err e = {0};
    struct fold fold;
    struct graph g;

    build(&g, &arena, &nets[0], true);
    real *weights = weights_of(&g, &arena);
    cr_assert_eq(fold_build(&fold, &arena, &g, &e), OK);
    const size_t bytes = (size_t)fold.graph.weight_size * sizeof(real);
    real *first = arena_take(&arena, 1, bytes);
    real *again = arena_take(&arena, 1, bytes);
    cr_assert(first && again);
    memset(again, 0xff, bytes);
    fold_weights(&fold, weights, first);
    fold_weights(&fold, weights, again);
    cr_assert_eq(memcmp(first, again, bytes), 0);
    weights[g.params[g.nodes[2].first_param].offset] += 1;
    fold_weights(&fold, weights, again);
    cr_assert_neq(memcmp(first, again, bytes), 0);
    arena_free(&arena);
}
