/*
 * Gradients of the input against central differences of the logarithm of what
 * inference says, over layers that training treats otherwise.  Double
 * precision alone, see test_gradients.c.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "grad/configs.h"
#include "layer/layer.h"
#include "support/defaults.h"
#include "train/infer.h"
#include "train/slopes.h"

#ifdef REAL_DOUBLE
enum { SAMPLES = 3, PIXELS = 2 * 6 * 6, MOST_OUTPUTS = 4 };

extern const struct layer_ops input_layer, conv2d_layer, batchnorm_layer,
    maxpool2d_layer, dropout_layer, gaussiannoise_layer, rrelu_layer,
    elemwisesum_layer, dense_layer;
extern const struct activation_ops softmax_activation, sigmoid_activation;
extern const struct init_ops constant_init;

static const double half_value = 0.5;
static const struct input_config image = {{(const int64_t[]){2, 6, 6}, 3}};

/* The bench fills parameters itself. */
#define HALF                                                                   \
    {                                                                          \
        .kind = &constant_init.kind, .config = &half_value                     \
    }

/* clang-format off */
#define LAST(units, last)                                                      \
    &(const struct dense_config){(units), {.kind = &(last).kind},              \
                                 HALF, HALF}
#define STATISTICS(when, ...)                                                  \
    &(const struct batchnorm_config){                                          \
        .axes = {.word = "auto"}, .epsilon = 1e-3, .alpha = 0.1,               \
        .weight = true, .bias = true, .update = (when), __VA_ARGS__}
/* clang-format on */
#define LAYER(type, called, settings, ...)                                     \
    {                                                                          \
        .ops = &type##_layer, .name = (called), .config = (settings),          \
        .trainable = true, .learning_rate_scale = 1, __VA_ARGS__               \
    }
#define FROM(...)                                                              \
    .incoming = {(const char *const[]){__VA_ARGS__},                           \
                 sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)}

static const struct conv2d_config filters = {
    .num_filters = 3,
    .filter_size = {3, 3},
    .stride = {1, 1},
    .dilation = {1, 1},
    .num_groups = 1,
    .nonlinearity = {.kind = &tanh_activation.kind},
    .W = HALF,
    .b = HALF,
};
static const struct conv2d_config bare = {
    .num_filters = 3,
    .filter_size = {3, 3},
    .stride = {1, 1},
    .dilation = {1, 1},
    .num_groups = 1,
    .W = HALF,
};

/* Everything random, in a chain. */
static const struct graph_entry chain[] = {
    LAYER(input, "input", &image, ),
    LAYER(conv2d, "conv", &filters, ),
    LAYER(
        batchnorm, "norm",
        STATISTICS("auto", .nonlinearity = {.kind = &tanh_activation.kind}), ),
    LAYER(maxpool2d, "pool",
          POOL(.pool_size = {2, 2}, .ignore_border = true), ),
    LAYER(dropout, "drop", DROPOUT(0.5, true), ),
    LAYER(gaussiannoise, "noise",
          &(const struct gaussiannoise_config){.sigma = 0.5}, ),
    LAYER(rrelu, "bend", RRELU(NO_AXES), ),
    LAYER(dense, "scores", LAST(4, softmax_activation), ),
};

/* Two ways from the input; statistics of every kind, one that folds. */
static const struct graph_entry branches[] = {
    LAYER(input, "input", &image, ),
    LAYER(conv2d, "a", &bare, ),
    LAYER(batchnorm, "norm", STATISTICS("true", ), ),
    LAYER(conv2d, "b", &filters, FROM("input")),
    LAYER(batchnorm, "fixed", STATISTICS("false", ), ),
    LAYER(elemwisesum, "sum", SUM(FACTORS(1, 0.5)), FROM("fixed", "norm")),
    LAYER(dropout, "drop", DROPOUT(0.3, false), ),
    LAYER(dense, "scores", LAST(3, sigmoid_activation), ),
};

/* One output for two classes. */
static const struct graph_entry pair[] = {
    LAYER(input, "input", &image, ),
    LAYER(conv2d, "conv", &filters, ),
    LAYER(dropout, "drop", DROPOUT(0.5, true), ),
    LAYER(dense, "score", LAST(1, sigmoid_activation), ),
};

struct net {
    const char *name;
    const struct graph_entry *entries;
    int64_t count, outputs;
    bool pair;
};
static const struct net nets[] = {
    {"chain", chain, ARRAY_LEN(chain), 4, false},
    {"branches", branches, ARRAY_LEN(branches), 3, false},
    {"pair", pair, ARRAY_LEN(pair), 2, true},
};

struct bench {
    const struct net *net;
    struct arena arena;
    struct graph g;
    real *weights;
    real x[SAMPLES * PIXELS];
    struct pool *pool;
    struct infer *infer;
};

static enum status no_fault(void *context, int64_t entry, const char *key,
                            const char *why)
{
    (void)context;
    cr_assert_fail("entry %d, %s: %s", (int)entry, key ? key : "-", why);
    return ERR_CONFIG;
}

static void fill(const char *name, double low, double high, real *to,
                 int64_t count)
{
    const struct rng_key key = rng_key(11, name);

    for (int64_t i = 0; i < count; i++)
        to[i] = low + (high - low) * rng_unit(key, (uint64_t)i);
}

static void open_bench(struct bench *b, const struct net *net, int64_t threads)
{
    const struct graph_request request = {
        .entries = net->entries, .count = net->count, .seed = 3, .folds = true};
    const struct graph_reporter reporter = {no_fault, NULL};
    struct err e = {0};

    *b = (struct bench){.net = net};
    cr_assert_eq(graph_build(&b->g, &b->arena, &request, &reporter, &e), OK);
    b->weights = mem_take((size_t)b->g.weight_size, sizeof *b->weights);
    cr_assert_not_null(b->weights);
    for (int64_t i = 0; i < b->g.tensor_count; i++) {
        const struct param *p = &b->g.params[i];
        const bool variance = strstr(p->name, "running_var") != NULL;
        fill(p->name, variance ? 0.5 : -0.6, variance ? 2 : 0.6,
             b->weights + p->offset, p->count);
    }
    fill("x", -1, 1, b->x, SAMPLES * PIXELS);
    cr_assert_eq(pool_new(&b->pool, threads, &e), OK);
    cr_assert_eq(infer_new(&b->infer, &b->g, b->pool, INFER_ANY, &e), OK);
    infer_weights(b->infer, b->weights);
    if (net->pair)
        infer_pair(b->infer);
}

static void close_bench(struct bench *b)
{
    infer_free(b->infer);
    pool_free(b->pool);
    mem_free(b->weights);
    arena_free(&b->arena);
}

static void slopes(const struct bench *b, int64_t of, real *dx)
{
    const int64_t outputs[SAMPLES] = {of, of, of};
    const struct slope_rows rows = {SAMPLES, b->x, outputs, b->net->pair};
    struct err e = {0};

    memset(dx, 0x7f, SAMPLES * PIXELS * sizeof *dx);
    cr_assert_eq(slopes_of(&b->g, b->weights, &rows, dx, b->pool, &e), OK);
}

static double log_probability(struct bench *b, int64_t sample, int64_t of)
{
    real y[MOST_OUTPUTS];

    infer_outputs(b->infer, 1, b->x + sample * PIXELS, y);
    return log(y[of]);
}

static void check_output(struct bench *b, int64_t of)
{
    const double h = cbrt(REAL_EPSILON);
    real dx[SAMPLES * PIXELS];
    double largest = 0;

    slopes(b, of, dx);
    for (int64_t i = 0; i < SAMPLES * PIXELS; i++) {
        const real before = b->x[i];
        b->x[i] = before + h;
        const double above = log_probability(b, i / PIXELS, of);
        b->x[i] = before - h;
        const double below = log_probability(b, i / PIXELS, of);
        b->x[i] = before;
        const double want = (above - below) / (2 * h);
        cr_assert(fabs(dx[i] - want) <= 1e-8 * fmax(1, fabs(want)),
                  "%s, output %d, x[%d]: got %.10g want %.10g", b->net->name,
                  (int)of, (int)i, dx[i], want);
        largest = fmax(largest, fabs(want));
    }
    cr_assert_gt(largest, 1e-3, "%s, output %d: nothing depends on x",
                 b->net->name, (int)of);
}

Test(slopes, are_differences_of_what_inference_says)
{
    for (size_t i = 0; i < ARRAY_LEN(nets); i++) {
        struct bench b;
        open_bench(&b, &nets[i], 1);
        for (int64_t of = 0; of < nets[i].outputs; of++)
            check_output(&b, of);
        close_bench(&b);
    }
}

/* Whoever computes otherwise in training must be able to hold still. */
Test(slopes, layers_that_training_changes_can_be_still)
{
    for (int64_t i = 0; layer_kinds[i]; i++) {
        const struct layer_ops *ops = layer_find(layer_kinds[i]->name);
        cr_assert(ops->still || !(ops->random || ops->drops || ops->gather),
                  "%s", layer_kinds[i]->name);
    }
}

Test(slopes, have_the_same_bits_for_any_number_of_threads)
{
    for (size_t i = 0; i < ARRAY_LEN(nets); i++) {
        real one[SAMPLES * PIXELS], many[SAMPLES * PIXELS];
        struct bench b;
        open_bench(&b, &nets[i], 1);
        slopes(&b, 1, one);
        close_bench(&b);
        open_bench(&b, &nets[i], 3);
        slopes(&b, 1, many);
        close_bench(&b);
        cr_assert(memcmp(one, many, sizeof one) == 0, "%s", nets[i].name);
    }
}
#endif
