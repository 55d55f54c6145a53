/* batchnorm against its definition, in double precision and index by index. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/num.h"
#include "layer/config.h"
#include "support/naive_norm.h"
#include "support/trial.h"

#define AUTO                                                                   \
    {                                                                          \
        .word = "auto"                                                         \
    }
#define PLAIN                                                                  \
    .epsilon = 1e-5, .alpha = 0.1, .weight = true, .bias = true,               \
    .update = "auto"

/* Differences in units of what is `usual`. */
static void compare(const char *what, const char *name, const real *got,
                    const double *want, int64_t count, double tolerance)
{
    for (int64_t i = 0; i < count; i++)
        cr_assert(fabs((double)got[i] - want[i]) <=
                      tolerance * fmax(1, fabs(want[i])),
                  "%s: %s[%ld]: got %.9g want %.9g", what, name, (long)i,
                  (double)got[i], want[i]);
}

static const struct batchnorm_config *config_of(const struct trial *t)
{
    return t->layer.config;
}

static void compare_gradients(const char *what, const struct trial *t,
                              const struct naive_norm *w, double tolerance)
{
    const struct batchnorm_config *c = config_of(t);
    const double sums = tolerance * sqrt((double)w->values);

    compare(what, "dx", t->dx, w->dx, t->in_count, tolerance);
    if (c->weight)
        compare(what, "dweight", t->grad[0], w->dweight, w->channels, sums);
    if (c->bias)
        compare(what, "dbias", t->grad[c->weight], w->dbias, w->channels, sums);
}

/* mean and var before the batch, in turn into those after it. */
static void update_running(const struct batchnorm_config *c,
                           const struct naive_norm *w, double *mean,
                           double *var)
{
    const double n = (double)w->values;

    for (int64_t i = 0; w->values > 1 && i < w->channels; i++) {
        mean[i] = (1 - c->alpha) * mean[i] + c->alpha * w->mean[i];
        var[i] = (1 - c->alpha) * var[i] + c->alpha * w->var[i] * n / (n - 1);
    }
}

static double *doubles(const real *from, int64_t count)
{
    double *to = mem_take((size_t)count, sizeof *to);

    cr_assert_not_null(to);
    for (int64_t i = 0; i < count; i++)
        to[i] = (double)from[i];
    return to;
}

/* One batch in slices, training and then inference with what it left. */
static void check(const char *what, struct trial *t, unsigned reduced)
{
    const struct batchnorm_config *c = config_of(t);
    const bool of_batch = t->layer.spec.sums[FORWARD] > 0;
    const int64_t channels = naive_norm_channels(t->in[0], reduced);
    const double tolerance = 4e-6;
    double *mean = doubles(t->buffer[0], channels);
    double *var = doubles(t->buffer[1], channels);
    struct naive_norm w = {0}, later = {0};

    naive_norm(t, reduced, of_batch, &w);
    trial_forward(t, true);
    compare(what, "y", t->y, w.y, t->in_count, tolerance);
    trial_backward(t, true);
    compare_gradients(what, t, &w, tolerance);
    if (of_batch)
        update_running(c, &w, mean, var);
    compare(what, "running_mean", t->buffer[0], mean, channels, 1e-6);
    compare(what, "running_var", t->buffer[1], var, channels, 1e-6);
    naive_norm(t, reduced, false, &later);
    trial_forward(t, false);
    compare(what, "y of inference", t->y, later.y, t->in_count, tolerance);
    naive_norm_free(&w);
    naive_norm_free(&later);
    mem_free(mean);
    mem_free(var);
}

struct scene {
    const char *what;
    struct batchnorm_config config;
    struct shape in;
    int64_t batch;
    unsigned reduced; /* axes of a sample, as bits */
};

#define LIST(...)                                                              \
    {                                                                          \
        .list = {                                                              \
            (const int64_t[]){__VA_ARGS__},                                    \
            sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t)           \
        }                                                                      \
    }
#define RECTIFY .nonlinearity = {.kind = &rectify_activation.kind}
#define IMAGE(c, h, w)                                                         \
    {                                                                          \
        3,                                                                     \
        {                                                                      \
            (c), (h), (w)                                                      \
        }                                                                      \
    }
#define VECTOR(n)                                                              \
    {                                                                          \
        1,                                                                     \
        {                                                                      \
            (n)                                                                \
        }                                                                      \
    }

static const struct scene scenes[] = {
    {"image", {.axes = AUTO, PLAIN}, IMAGE(3, 5, 7), 4, 6},
    {"image, rectify", {.axes = AUTO, PLAIN, RECTIFY}, IMAGE(5, 9, 11), 3, 6},
    {"large", {.axes = AUTO, PLAIN, RECTIFY}, IMAGE(2, 33, 35), 5, 6},
    {"whole vectors", {.axes = AUTO, PLAIN, RECTIFY}, IMAGE(4, 16, 16), 9, 6},
    {"one row", {.axes = AUTO, PLAIN}, IMAGE(2, 1, 19), 3, 6},
    {"one channel", {.axes = AUTO, PLAIN}, IMAGE(1, 6, 6), 2, 6},
    {"one pixel", {.axes = AUTO, PLAIN, RECTIFY}, IMAGE(37, 1, 1), 6, 6},
    {"one sample", {.axes = AUTO, PLAIN}, IMAGE(3, 4, 4), 1, 6},
    {"one value", {.axes = AUTO, PLAIN}, VECTOR(7), 1, 0},
    {"one value, rectify", {.axes = AUTO, PLAIN, RECTIFY}, VECTOR(33), 1, 0},
    {"features", {.axes = AUTO, PLAIN}, VECTOR(67), 9, 0},
    {"features, rectify", {.axes = AUTO, PLAIN, RECTIFY}, VECTOR(200), 33, 0},
    {"one feature", {.axes = AUTO, PLAIN}, VECTOR(1), 21, 0},
    {"two samples", {.axes = AUTO, PLAIN, RECTIFY}, VECTOR(31), 2, 0},
    {"pixels", {.axes = LIST(0), PLAIN}, IMAGE(2, 3, 5), 6, 0},
    {"of all channels", {.axes = LIST(0, 1), PLAIN}, IMAGE(6, 3, 5), 4, 1},
    {"scattered", {.axes = LIST(2, 0), PLAIN, RECTIFY}, IMAGE(5, 4, 3), 4, 2},
    {"columns", {.axes = LIST(-2, 0, 1), PLAIN}, IMAGE(2, 4, 18), 3, 3},
    {"all", {.axes = LIST(0, 1, 2, 3), PLAIN}, IMAGE(2, 4, 3), 3, 7},
    {"all features", {.axes = LIST(0, -1), PLAIN}, VECTOR(11), 3, 1},
    {"fixed weight",
     {.axes = AUTO,
      .epsilon = 1e-3,
      .alpha = 0.3,
      .bias = true,
      .update = "true"},
     IMAGE(3, 4, 4),
     3,
     6},
    {"fixed bias",
     {.axes = AUTO,
      .epsilon = 1e-3,
      .alpha = 1,
      .weight = true,
      .update = "true"},
     IMAGE(3, 4, 4),
     3,
     6},
    {"fixed both",
     {.axes = AUTO, .epsilon = 1e-3, .alpha = 0, .update = "true", RECTIFY},
     VECTOR(20),
     5,
     0},
    {"no update",
     {.axes = AUTO,
      .epsilon = 1e-5,
      .alpha = 0.1,
      .weight = true,
      .bias = true,
      .update = "false",
      RECTIFY},
     IMAGE(5, 7, 3),
     4,
     6},
    {"no update, one value",
     {.axes = LIST(0, 2),
      .epsilon = 1e-5,
      .alpha = 0.1,
      .weight = true,
      .bias = true,
      .update = "false"},
     IMAGE(5, 1, 3),
     1,
     2},
};

static void open(struct trial *t, const struct scene *s, uint64_t seed)
{
    cr_assert_eq(trial_open(t, "batchnorm", &s->config, s->in, s->batch), OK,
                 "%s: %s", s->what, t->layer.spec.why);
    trial_fill(t, seed);
}

Test(batchnorm, definition)
{
    for (size_t i = 0; i < ARRAY_LEN(scenes); i++)
        for (int64_t slice = 1; slice <= scenes[i].batch; slice += 2) {
            struct trial t;
            open(&t, &scenes[i], i);
            t.slice = slice;
            check(scenes[i].what, &t, scenes[i].reduced);
            trial_close(&t);
        }
}

/* A mean of a thousand deviations: far from the running mean, and near it. */
Test(batchnorm, large_means)
{
    static const struct scene image = {
        "far", {.axes = AUTO, PLAIN, RECTIFY}, IMAGE(3, 17, 19), 8, 6};
    static const struct scene vector = {
        "far", {.axes = AUTO, PLAIN, RECTIFY}, VECTOR(40), 64, 0};
    const struct scene *const far[] = {&image, &vector};

    for (size_t k = 0; k < ARRAY_LEN(far); k++)
        for (int near = 0; near < 2; near++) {
            struct naive_norm w = {0};
            struct trial t;
            open(&t, far[k], 5);
            for (int64_t i = 0; i < t.in_count; i++)
                t.x[i] = 777 + t.x[i];
            for (int64_t c = 0; near && c < far[k]->in.dim[0]; c++)
                t.buffer[0][c] = (real)777.3;
            t.slice = 3;
            naive_norm(&t, far[k]->reduced, true, &w);
            trial_forward(&t, true);
            for (int64_t c = 0; c < w.channels; c++) {
                const double over_std = t.sums[FORWARD][w.channels + c];
                const double var = 1 / (over_std * over_std) - 1e-5;
                cr_assert_lt(fabs(var / w.var[c] - 1), 1e-9,
                             "variance of channel %d: %.12g, not %.12g", (int)c,
                             var, w.var[c]);
                cr_assert_lt(fabs(t.sums[FORWARD][c] - w.mean[c]), 1e-9);
            }
            compare("far", "y", t.y, w.y, t.in_count, 1e-6);
            trial_backward(&t, true);
            compare_gradients("far", &t, &w, 4e-6);
            naive_norm_free(&w);
            trial_close(&t);
        }
}

/* Where rounding could make a variance negative there is none. */
Test(batchnorm, constants_have_no_variance)
{
    static const struct scene flat = {
        "flat", {.axes = AUTO, PLAIN}, IMAGE(2, 5, 5), 4, 6};
    struct trial t;

    open(&t, &flat, 3);
    for (int64_t i = 0; i < t.in_count; i++)
        t.x[i] = (real)0.1 + (real)(i / 25 % 2);
    trial_forward(&t, true);
    for (int64_t i = 0; i < t.in_count; i++)
        cr_assert_float_eq((double)t.y[i], (double)t.param[1][i / 25 % 2],
                           1e-6);
    trial_close(&t);
}

Test(batchnorm, one_value_leaves_the_bias)
{
    static const struct scene one = {
        "one", {.axes = AUTO, PLAIN}, VECTOR(9), 1, 0};
    struct trial t;

    open(&t, &one, 3);
    real mean[9], var[9];
    memcpy(mean, t.buffer[0], sizeof mean);
    memcpy(var, t.buffer[1], sizeof var);
    trial_forward(&t, true);
    trial_backward(&t, true);
    for (int64_t i = 0; i < 9; i++) {
        cr_assert_eq(t.y[i], t.param[1][i]);
        cr_assert_eq(t.dx[i], 0);
        cr_assert_eq(t.grad[0][i], 0);
        cr_assert_eq(t.grad[1][i], t.dy[i]);
    }
    cr_assert_eq(memcmp(mean, t.buffer[0], sizeof mean), 0);
    cr_assert_eq(memcmp(var, t.buffer[1], sizeof var), 0);
    trial_close(&t);
}

Test(batchnorm, what_it_declares)
{
    static const struct scene image = {
        "image", {.axes = AUTO, PLAIN}, IMAGE(3, 5, 7), 2, 6};
    struct trial t;

    open(&t, &image, 1);
    const struct layer_spec *spec = &t.layer.spec;
    cr_assert(shape_equal(spec->out, SHAPE(3, 5, 7)));
    cr_assert_eq(spec->param_count, 2);
    cr_assert_str_eq(spec->params[0].name, "weight");
    cr_assert_str_eq(spec->params[1].name, "bias");
    cr_assert(spec->params[0].regularizable && !spec->params[1].regularizable);
    cr_assert_eq(spec->buffer_count, 2);
    cr_assert_str_eq(spec->buffers[0].name, "running_mean");
    cr_assert_str_eq(spec->buffers[1].name, "running_var");
    cr_assert_eq(spec->buffers[0].value, 0);
    cr_assert_eq(spec->buffers[1].value, 1);
    for (int64_t i = 0; i < 2; i++) {
        real start;
        init_fill(spec->params[i].init, rng_key(1, "x"), SHAPE(1), &start);
        cr_assert_eq(start, (real)(1 - i));
        cr_assert(shape_equal(spec->params[i].shape, SHAPE(3)));
        cr_assert(shape_equal(spec->buffers[i].shape, SHAPE(3)));
    }
    trial_close(&t);
}

/* Frozen, it trains with the running statistics, unless it is told not to. */
Test(batchnorm, frozen)
{
    static const struct {
        const char *update;
        bool frozen, sums;
    } cases[] = {
        {"auto", false, true}, {"auto", true, false},  {"true", false, true},
        {"true", true, true},  {"false", true, false}, {"false", false, false},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct batchnorm_config config = {
            .axes = AUTO, .epsilon = 1, .update = cases[i].update};
        struct layer_spec spec = {.frozen = cases[i].frozen};
        const struct shape in = SHAPE(4, 2, 2);
        cr_assert_eq(layer_find("batchnorm")->infer(&config, &in, 1, &spec),
                     OK);
        for (int d = 0; d < DIRECTIONS; d++)
            cr_assert_eq(spec.sums[d], cases[i].sums ? 8 : 0, "%s, %d",
                         cases[i].update, cases[i].frozen);
    }
}

/* A sample's bits in inference are its own. */
Test(batchnorm, bits_do_not_depend_on_company)
{
    for (size_t i = 0; i < ARRAY_LEN(scenes); i++) {
        struct trial t;
        open(&t, &scenes[i], i);
        trial_forward(&t, false);
        const size_t bytes = (size_t)t.out_count * sizeof(real);
        real *whole = mem_take(bytes, 1);
        cr_assert_not_null(whole);
        memcpy(whole, t.y, bytes);
        memset(t.y, 0xff, bytes);
        for (int64_t n = 0; n < t.batch; n++)
            trial_forward_part(&t, false, n, 1);
        cr_assert_eq(memcmp(whole, t.y, bytes), 0, "%s", scenes[i].what);
        mem_free(whole);
        trial_close(&t);
    }
}

/* A NaN takes its channel along, and no other. */
Test(batchnorm, nan_travels)
{
    static const struct scene image = {
        "image", {.axes = AUTO, PLAIN, RECTIFY}, IMAGE(3, 5, 7), 3, 6};
    struct trial t;

    open(&t, &image, 1);
    t.x[35 + 3] = (real)NAN;
    trial_forward(&t, true);
    for (int64_t i = 0; i < t.out_count; i++)
        cr_assert_eq(isnan(t.y[i]) != 0, i / 35 % 3 == 1, "y[%d]", (int)i);
    trial_close(&t);
}
