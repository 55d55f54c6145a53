#include "support/rig.h"

#include <assert.h>
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "layer/config.h"
#include "support/defaults.h"
#include "support/fake_layers.h"
#include "update/update.h"

enum { WIDTH = 6, CLASSES = 3, BATCH = 13, SLICES = 5 };

extern const struct activation_ops softmax_activation, tanh_activation,
    gelu_activation;
extern const struct init_ops constant_init;
extern const struct layer_ops batchnorm_layer, dense_layer, dropout_layer,
    elemwisemerge_layer, elemwisesum_layer, nonlinearity_layer;

#define KIND(k, settings)                                                      \
    {                                                                          \
        .kind = &(k).kind, .config = (settings)                                \
    }
#define TANH    KIND(tanh_activation, NULL)
#define GELU    KIND(gelu_activation, NULL)
#define SOFTMAX KIND(softmax_activation, NULL)
/* The rig fills parameters itself. */
#define HALF KIND(constant_init, &half_value)

static const double half_value = 0.5;
static const int64_t width = WIDTH;
static const struct variant norm_tanh = TANH;
static const struct dense_config hidden = {WIDTH, TANH, HALF, HALF},
                                 scores = {CLASSES, SOFTMAX, HALF, HALF};
static const struct dense_config broad = {400 * WIDTH, TANH, HALF, HALF};
#define STATISTICS(...)                                                        \
    {                                                                          \
        .axes.word = "auto", .epsilon = 1e-3, .alpha = 0.1, .weight = true,    \
        .bias = true, .update = "auto", __VA_ARGS__                            \
    }
static const struct batchnorm_config linear = STATISTICS(),
                                     rectified =
                                         STATISTICS(.nonlinearity =
                                                        KIND(rectify_activation,
                                                             NULL)),
                                     fixed = STATISTICS(.nonlinearity = TANH);
static const struct dense_config straight = {WIDTH, {0}, HALF, HALF},
                                 odd_scores = {CLASSES, GELU, HALF, HALF};
static const struct nonlinearity_config gelu = {GELU}, bend = {TANH};
static const struct elemwisesum_config sum = {{&half_value, 1}, {0}};
static const struct elemwisemerge_config product = {"mul", {0}};
static const struct dropout_config half = {.p = 0.5, .rescale = true};

#define FROM(...)                                                              \
    .incoming.at = (const char *const[]){__VA_ARGS__},                         \
    .incoming.count =                                                          \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)
#define LAYER(type, called, settings, trained, ...)                            \
    {                                                                          \
        .ops = &(type), .name = (called), .config = (settings),                \
        .trainable = (trained), .learning_rate_scale = 1, __VA_ARGS__          \
    }
#define INPUT LAYER(fake_input_ops, "input", &width, true, )
#define DENSE(called, ...)                                                     \
    LAYER(dense_layer, called, &hidden, true, __VA_ARGS__)
#define NORM(called, ...) LAYER(fake_norm_ops, called, NULL, true, __VA_ARGS__)
#define TANH_NORM(called) LAYER(fake_norm_ops, called, &norm_tanh, true, )
#define DROP              LAYER(dropout_layer, "drop", &half, true, )
#define BATCHNORM(called, settings, trained, ...)                              \
    LAYER(batchnorm_layer, called, &(settings), trained, __VA_ARGS__)
#define SCORES LAYER(dense_layer, "scores", &scores, true, )

static const struct graph_entry plain[] = {
    INPUT, DENSE("a", ), DROP, DENSE("b", ), SCORES,
};

static const struct graph_entry input_sums[] = {INPUT, NORM("n", ), SCORES};

static const struct graph_entry two[] = {
    INPUT, DENSE("a", ), TANH_NORM("m"), NORM("n", ), DROP, SCORES,
};

/* a -> drop -> m, and a -> b; their sum is scored. */
static const struct graph_entry branch[] = {
    INPUT,
    DENSE("a", ),
    DROP,
    TANH_NORM("m"),
    DENSE("b", FROM("a")),
    LAYER(fake_sum_ops, "sum", NULL, true, FROM("m", "b", "m")),
    SCORES,
};

static const struct graph_entry inputs[] = {
    INPUT,
    DENSE("a", ),
    DENSE("b", FROM("input")),
    NORM("n", FROM("a", "b", "input")),
    NORM("m", FROM("b", "n")),
    SCORES,
};

static const struct graph_entry frozen[] = {
    INPUT,
    DENSE("a", ),
    LAYER(fake_norm_ops, "n", NULL, false, ),
    LAYER(dense_layer, "b", &hidden, false, ),
    SCORES,
};

/* What the batch normalization of the program makes of a residual block, a
 * frozen layer and statistics of two branches. */
static const struct graph_entry batchnorm[] = {
    INPUT,
    DENSE("a", ),
    BATCHNORM("m", rectified, true, ),
    DENSE("b", ),
    BATCHNORM("n", linear, true, ),
    LAYER(fake_sum_ops, "sum", NULL, true, FROM("n", "a")),
    BATCHNORM("f", fixed, false, ),
    DROP,
    BATCHNORM("o", linear, true, FROM("f")),
    LAYER(fake_sum_ops, "all", NULL, true, FROM("drop", "o")),
    SCORES,
};

/* Outputs in the place of inputs, and nonlinearities of which z is kept. */
static const struct graph_entry places[] = {
    INPUT,
    LAYER(dense_layer, "a", &straight, true, ),
    LAYER(dense_layer, "b", &straight, true, ),
    LAYER(elemwisesum_layer, "sum", &sum, true, FROM("b", "a")),
    LAYER(nonlinearity_layer, "gelu", &gelu, true, ),
    DROP,
    LAYER(dense_layer, "c", &straight, true, ),
    LAYER(elemwisemerge_layer, "product", &product, true, FROM("c", "drop")),
    LAYER(nonlinearity_layer, "tanh", &bend, true, ),
    LAYER(dense_layer, "scores", &odd_scores, true, ),
};

#define NET(called, entries)                                                   \
    {                                                                          \
        called, entries, sizeof(entries) / sizeof *(entries)                   \
    }
const struct rig_net rig_nets[] = {
    NET("without sums", plain),
    NET("sums of the input", input_sums),
    NET("sums two in a row", two),
    NET("sums in a branch", branch),
    NET("sums of several inputs", inputs),
    NET("frozen sums", frozen),
    NET("batch normalization", batchnorm),
    NET("outputs in the place of inputs", places),
    {0},
};

static const struct graph_entry wide[] = {
    INPUT,
    LAYER(dense_layer, "a", &broad, true, ),
    NORM("n", ),
    SCORES,
};

const struct rig_net rig_wide = NET("wide", wide);

const struct rig_net *rig_net(const char *name)
{
    const struct rig_net *net = rig_nets;

    while (net->name && strcmp(net->name, name) != 0)
        net++;
    cr_assert_not_null(net->name, "no net %s", name);
    return net;
}

static void fill_set(struct rig *r)
{
    const struct rng_key key = rng_key(5, "rig");
    float *pixels = mem_take(RIG_SAMPLES * WIDTH, sizeof *pixels);

    r->set = (struct dataset){
        .count = RIG_SAMPLES,
        .shape = SHAPE(WIDTH),
        .pixel = PIXEL_F32,
        .pixels = pixels,
        .target = {.kind = TARGET_CLASS, .width = CLASSES},
        .labels = mem_take(RIG_SAMPLES, sizeof *r->set.labels),
    };
    cr_assert(pixels && r->set.labels);
    for (int64_t i = 0; i < RIG_SAMPLES * WIDTH; i++)
        pixels[i] = (float)rng_unit(key, (uint64_t)i);
    for (int64_t i = 0; i < RIG_SAMPLES; i++) {
        r->ids[i] = i;
        r->set.labels[i] = (int32_t)(i * i % CLASSES);
    }
    r->mean = 0.5;
    r->std = 0.3;
    r->norm = (struct normalization){1, &r->mean, &r->std};
}

static enum status no_fault(void *context, int64_t entry, const char *key,
                            const char *why)
{
    (void)context;
    cr_assert_fail("entry %d, %s: %s", (int)entry, key ? key : "-", why);
    return ERR_CONFIG;
}

static const double rig_class_weights[] = {0.5, 2, 1.375, 0.25, 3, 1, 4, 2};
static_assert(ARRAY_LEN(rig_class_weights) >= CLASSES, "of every class");

static bool rig_has_weights(const struct rig_net *net)
{
    return net >= rig_nets && net < rig_nets + ARRAY_LEN(rig_nets) &&
           (net - rig_nets) % 2 == 1;
}

void rig_open(struct rig *r, const struct rig_net *net)
{
    const struct graph_request request = {
        .entries = net->entries, .count = net->count, .seed = 3};
    const struct graph_reporter reporter = {no_fault, NULL};
    static const double momentum[2] = {0.1, 0.9}; /* its configuration */
    struct err e = {0};

    *r = (struct rig){
        .config =
            {
                .batch_size = BATCH,
                .slices = SLICES,
                .penalty = {.l2 = 0.01},
                .loss = loss_default(TARGET_CLASS),
                .update = {defaults_find(update_kinds, "momentum"), momentum},
            },
    };
    if (rig_has_weights(net))
        r->class_weights = rig_class_weights;
    fill_set(r);
    cr_assert_eq(graph_build(&r->g, &r->arena, &request, &reporter, &e), OK);
    metric_columns_of(&r->columns, TARGET_CLASS,
                      &(struct variant_list){NULL, 0}, false);
    cr_assert_eq(state_new(&r->state, &r->g, update_of(r->config.update),
                           &r->columns, &e),
                 OK);
    for (int64_t i = 0; i < r->g.param_count; i++) {
        const struct param *p = &r->g.params[i];
        const struct rng_key key = rng_key(9, p->name);
        for (int64_t k = 0; k < p->count; k++)
            r->state.params[p->offset + k] =
                (real)(2 * rng_unit(key, (uint64_t)k) - 1);
    }
    for (int64_t i = r->g.param_count; i < r->g.tensor_count; i++)
        for (int64_t k = 0; k < r->g.params[i].count; k++)
            r->state.params[r->g.params[i].offset + k] =
                (real)r->g.params[i].value;
}

void rig_close(struct rig *r)
{
    state_free(&r->state);
    dataset_free(&r->set);
    arena_free(&r->arena);
}

struct step_batch rig_batch(const struct rig *r, int64_t first, int64_t count)
{
    return (struct step_batch){
        .set = &r->set,
        .norm = &r->norm,
        .ids = r->ids + first,
        .count = count,
        .epoch = 1,
        .learning_rate = 0.1,
        .momentum = update_momentum(r->config.update),
        .class_weights = r->class_weights,
    };
}

double rig_train(struct rig *r, const struct exchange *x)
{
    static const int64_t counts[] = {BATCH, BATCH, 3};
    int64_t first = 0;
    struct step *step;
    struct err e = {0};
    double loss = 0;

    cr_assert_eq(step_new(&step, &r->config, &r->g, x, &e), OK);
    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        const struct step_batch batch = rig_batch(r, first, counts[i]);
        const struct step_result result = step_run(step, &r->state, &batch);
        cr_assert(result.finite);
        loss = result.data_loss;
        first += counts[i];
    }
    step_free(step);
    return loss;
}

static bool same(const real *a, const real *b, int64_t count)
{
    return memcmp(a, b, (size_t)count * sizeof *a) == 0;
}

bool rig_same(const struct rig *a, const struct rig *b)
{
    return same(a->state.params, b->state.params, a->g.weight_size) &&
           same(a->state.slots[0], b->state.slots[0], a->g.param_size);
}
