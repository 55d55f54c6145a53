/*
 * One sample whose layers several threads share has the bits that it has on
 * one: every algorithm of a convolution, blocked and plain, on all levels.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "conv/conv.h"
#include "layer/config.h"
#include "tensor/kernels.h"
#include "train/infer.h"

extern const struct layer_ops conv2d_layer, dense_layer, input_layer,
    maxpool2d_layer;
extern const struct init_ops constant_init;

enum { SAMPLES = 3, MOST_THREADS = 6 };

#define KIND(k)                                                                \
    {                                                                          \
        .kind = &(k).kind, .config = NULL                                      \
    }
#define CONV(filters, size, step, groups, ...)                                 \
    {                                                                          \
        .num_filters = (filters), .filter_size = {(size), (size)},             \
        .stride = {(step), (step)}, .dilation = {1, 1},                        \
        .num_groups = (groups), .W = KIND(constant_init),                      \
        .b = KIND(constant_init), .nonlinearity = KIND(rectify_activation),    \
        __VA_ARGS__                                                            \
    }

static const int64_t extents[] = {3, 30, 30}, of_cells[] = {84, 6, 6};
static const struct input_config image = {{extents, 3}},
                                 cells = {{of_cells, 3}};
static const struct conv2d_config first = CONV(40, 3, 1, 1, .pad.word = "same"),
                                  wide = CONV(27, 5, 1, 1, ),
                                  middle =
                                      CONV(32, 3, 1, 1, .pad.word = "same"),
                                  parted = CONV(64, 3, 1, 2, ),
                                  broad = {.num_filters = 104,
                                           .filter_size = {3, 3},
                                           .stride = {1, 1},
                                           .dilation = {1, 1},
                                           .num_groups = 1,
                                           .pad.word = "same",
                                           .W = KIND(constant_init),
                                           .nonlinearity =
                                               KIND(rectify_activation)},
                                  broader = CONV(130, 3, 1, 1, ),
                                  broad5 =
                                      CONV(96, 5, 1, 1, .pad.word = "same"),
                                  point = CONV(48, 1, 1, 1, ),
                                  stepped = CONV(20, 3, 2, 1, );
static const struct maxpool2d_config pairs = {.pool_size = {2, 2}};
static const struct dense_config units = {300, .W = KIND(constant_init),
                                          .b = KIND(constant_init)},
                                 scores = {5, .W = KIND(constant_init)};

#define LAYER(type, called, settings)                                          \
    {                                                                          \
        .ops = &(type), .name = (called), .config = &(settings),               \
        .trainable = true, .learning_rate_scale = 1                            \
    }

/* Large images of few channels, and small ones of many, of which each thread
 * has some of the filters. */
static const struct graph_entry large[] = {
    LAYER(input_layer, "input", image),
    LAYER(conv2d_layer, "first", first),
    LAYER(maxpool2d_layer, "pool", pairs),
    LAYER(conv2d_layer, "wide", wide),
    LAYER(conv2d_layer, "middle", middle),
    LAYER(conv2d_layer, "parted", parted),
    LAYER(conv2d_layer, "point", point),
    LAYER(conv2d_layer, "stepped", stepped),
    LAYER(dense_layer, "units", units),
    LAYER(dense_layer, "scores", scores),
};
static const struct graph_entry small[] = {
    LAYER(input_layer, "input", cells),
    LAYER(conv2d_layer, "broad", broad),
    LAYER(conv2d_layer, "broad5", broad5),
    LAYER(conv2d_layer, "broader", broader),
    LAYER(dense_layer, "scores", scores),
};

static enum status no_fault(void *context, int64_t entry, const char *key,
                            const char *why)
{
    (void)context;
    cr_assert_fail("entry %d, %s: %s", (int)entry, key ? key : "-", why);
    return ERR_CONFIG;
}

static real *take(struct arena *arena, int64_t count, const char *purpose)
{
    const struct rng_key key = rng_key(7, purpose);
    real *block = arena_take(arena, (size_t)count, sizeof *block);

    cr_assert_not_null(block);
    for (int64_t i = 0; i < count; i++)
        block[i] = (real)(2 * rng_unit(key, (uint64_t)i) - 1) / 8;
    return block;
}

/* Sample by sample, or all at once. */
static void run(const struct graph *g, int64_t threads, int64_t most,
                const real *weights, const real *x, real *y)
{
    const int64_t in = shape_count(g->in), out = shape_count(g->out);
    const int64_t together = most < SAMPLES ? 1 : SAMPLES;
    struct infer *infer;
    struct pool *pool;
    struct err e = {0};

    cr_assert_eq(pool_new(&pool, threads, &e), OK);
    cr_assert_eq(infer_new(&infer, g, pool, most, &e), OK);
    infer_weights(infer, weights);
    for (int64_t i = 0; i < SAMPLES; i += together)
        infer_outputs(infer, together, x + i * in, y + i * out);
    infer_free(infer);
    pool_free(pool);
}

/* Some rows are empty, and filters have no bias: outputs of the rest of a
 * background. */
static void blank(real *x, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (i % 36 >= 12)
            x[i] = 0;
}

static void check(struct graph_request request)
{
    const struct graph_reporter reporter = {no_fault, NULL};
    struct arena arena = {0};
    struct err e = {0};
    struct graph g;

    cr_assert_eq(graph_build(&g, &arena, &request, &reporter, &e), OK);
    const int64_t out = SAMPLES * shape_count(g.out);
    const struct kernels *kern = request.kern;
    const struct conv_ops *wish = request.convolution;
    const real *weights = take(&arena, g.weight_size, "weights");
    const int64_t in = SAMPLES * shape_count(g.in);
    real *x = take(&arena, in, "x");
    real *want = take(&arena, out, "want"), *y = take(&arena, out, "y");

    blank(x, in);
    run(&g, 1, SAMPLES, weights, x, want);
    for (int64_t threads = 1; threads <= MOST_THREADS; threads++)
        for (int64_t most = 1; most <= SAMPLES; most += SAMPLES - 1) {
            memset(y, 0, (size_t)out * sizeof *y);
            run(&g, threads, most, weights, x, y);
            cr_expect_eq(memcmp(y, want, (size_t)out * sizeof *y), 0,
                         "level %d, %s, %d threads, %d at once",
                         (int)kern->level, wish ? wish->name : "auto",
                         (int)threads, (int)most);
        }
    arena_free(&arena);
}

Test(infer_shared, bits_are_those_of_one_thread)
{
    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        for (int i = 0; kern && conv_words[i]; i++)
            if (strcmp(conv_words[i], "naive") != 0) {
                struct graph_request request = {
                    .entries = large,
                    .count = ARRAY_LEN(large),
                    .seed = 3,
                    .kern = kern,
                    .convolution = conv_find(conv_words[i]),
                };
                check(request);
                request.entries = small;
                request.count = ARRAY_LEN(small);
                check(request);
            }
    }
}
