/*
 * Samples whose layers several threads share have the bits that they have on
 * one, outputs and what is learnt of them: every algorithm of a convolution,
 * blocked and plain, on all levels.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "conv/conv.h"
#include "layer/config.h"
#include "support/defaults.h"
#include "tensor/bfloat16.h"
#include "tensor/kernels.h"
#include "train/infer.h"
#include "train/step.h"

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

/* Some rows are empty, and filters have no bias: outputs of the rest of a
 * background. */
static void blank(real *x, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (i % 36 >= 12)
            x[i] = 0;
}

/* A network to be computed, and what with. */
struct trial {
    struct graph_request request;
    struct arena arena;
    struct graph g;
    real *weights, *x;
    int64_t count; /* reals of a result */
};

/* Sample by sample, or `most` at once: the outputs. */
static void infer(const struct trial *t, struct pool *pool, int64_t most,
                  real *y)
{
    const int64_t in = shape_count(t->g.in), out = shape_count(t->g.out);
    const int64_t together = most < SAMPLES ? 1 : SAMPLES;
    struct infer *infer;
    struct err e = {0};

    cr_assert_eq(infer_new(&infer, &t->g, pool, most, &e), OK);
    infer_weights(infer, t->weights);
    for (int64_t i = 0; i < SAMPLES; i += together)
        infer_outputs(infer, together, t->x + i * in, y + i * out);
    infer_free(infer);
}

/* Batches of `most` in slices of one: the weights after them. */
static void train(const struct trial *t, struct pool *pool, int64_t most,
                  real *weights)
{
    static const double still = 0, one = 1;
    static const int64_t ids[SAMPLES] = {0, 1, 2};
    const struct normalization norm = {1, &still, &one};
    const double momentum[2] = {0.1, 0.9}; /* its configuration */
    const struct exchange x = exchange_local(pool);
    const struct step_config config = {
        .batch_size = most,
        .slices = most,
        .loss = loss_default(TARGET_CLASS),
        .update = {defaults_find(update_kinds, "momentum"), momentum},
    };
    int32_t labels[SAMPLES] = {4, 0, 2};
    struct dataset set = {
        .count = SAMPLES,
        .shape = t->g.in,
        .pixel = PIXEL_F32,
        .pixels = t->x,
        .target = {.kind = TARGET_CLASS, .width = shape_count(t->g.out)},
        .labels = labels,
    };
    struct train_state state;
    struct step *step;
    struct err e = {0};

    cr_assert_eq(state_new(&state, &t->g, update_of(config.update), NULL, &e),
                 OK);
    memcpy(state.params, t->weights, (size_t)t->count * sizeof *weights);
    cr_assert_eq(step_new(&step, &config, &t->g, &x, &e), OK);
    for (int64_t i = 0; i + most <= SAMPLES; i += most) {
        const struct step_batch batch = {
            .set = &set,
            .norm = &norm,
            .ids = ids + i,
            .count = most,
            .epoch = 1,
            .learning_rate = 0.1,
            .momentum = 0.9,
        };
        cr_assert(step_run(step, &state, &batch).finite);
    }
    memcpy(weights, state.params, (size_t)t->count * sizeof *weights);
    step_free(step);
    state_free(&state);
}

/* Computes the result, with `most` samples at once. */
typedef void trial_fn(const struct trial *t, struct pool *pool, int64_t most,
                      real *result);

static void compute(const struct trial *t, trial_fn *fn, int64_t threads,
                    int64_t most, real *result)
{
    struct pool *pool;
    struct err e = {0};

    memset(result, 0, (size_t)t->count * sizeof *result);
    cr_assert_eq(pool_new(&pool, threads, &e), OK);
    fn(t, pool, most, result);
    pool_free(pool);
}

static void compare(struct trial *t, trial_fn *fn, int64_t most, int64_t count)
{
    const struct conv_ops *wish = t->request.convolution;

    t->count = count;
    real *want = take(&t->arena, count, "want");
    real *got = take(&t->arena, count, "got");
    compute(t, fn, 1, most, want);
    cr_expect(fn == infer ||
              memcmp(want, t->weights, (size_t)count * sizeof *want) != 0);
    for (int64_t threads = 2; threads <= MOST_THREADS; threads++) {
        compute(t, fn, threads, most, got);
        cr_expect_eq(memcmp(got, want, (size_t)count * sizeof *got), 0,
                     "level %d, %s, %d layers, %s, %d threads, %d at once",
                     (int)t->request.kern->level, wish ? wish->name : "auto",
                     (int)t->request.count, fn == train ? "learnt" : "inferred",
                     (int)threads, (int)most);
    }
}

/* What comes of one sample at a time is what comes of all at once. */
static void check_company(struct trial *t)
{
    real *alone = take(&t->arena, t->count, "alone");
    real *together = take(&t->arena, t->count, "together");

    compute(t, infer, 1, 1, alone);
    compute(t, infer, 1, SAMPLES, together);
    cr_expect_eq(memcmp(alone, together, (size_t)t->count * sizeof *alone), 0);
}

static void check(struct graph_request request)
{
    const struct graph_reporter reporter = {no_fault, NULL};
    struct trial t = {.request = request};
    struct err e = {0};

    cr_assert_eq(graph_build(&t.g, &t.arena, &request, &reporter, &e), OK);
    const int64_t in = SAMPLES * shape_count(t.g.in);
    t.weights = take(&t.arena, t.g.weight_size, "weights");
    t.x = take(&t.arena, in, "x");
    blank(t.x, in);
    for (int64_t most = 1; most <= SAMPLES; most += SAMPLES - 1) {
        compare(&t, infer, most, SAMPLES * shape_count(t.g.out));
        check_company(&t);
        compare(&t, train, most, t.g.weight_size);
    }
    arena_free(&t.arena);
}

/* By every algorithm; in bfloat16 by those that round, and what is chosen. */
static void check_kernels(struct graph_request request)
{
    for (int i = 0; conv_words[i]; i++) {
        const struct conv_ops *wish = conv_find(conv_words[i]);
        if (wish == &conv_naive ||
            (request.kern->bfloat16 && wish && !conv_rounds(wish)))
            continue;
        request.convolution = wish;
        check(request);
    }
}

static void check_all(const struct graph_entry *entries, int64_t count)
{
    struct graph_request request = {
        .entries = entries, .count = count, .seed = 3};

    for (int level = 0; level < CPU_LEVELS; level++) {
        request.kern = kernels_of((enum cpu_level)level);
        if (!request.kern)
            continue;
        check_kernels(request);
        request.kern = kernels_bfloat16(request.kern);
        if (request.kern->bfloat16 && request.kern->level == cpu_best())
            check_kernels(request);
    }
}

Test(shared, large_images)
{
    check_all(large, ARRAY_LEN(large));
}

Test(shared, small_images)
{
    check_all(small, ARRAY_LEN(small));
}
