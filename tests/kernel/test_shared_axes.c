/* Layers with numbers that are shared along axes, against their definitions,
 * over shapes and all sets of axes. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "layer/config.h"
#include "support/naive.h"
#include "support/trial.h"

enum { MOST_AXES = 3, SETS = 1 << MOST_AXES };

static const struct shape shapes[] = {
    {1, {1}},       {1, {5}},        {1, {67}},       {2, {3, 1}},
    {2, {4, 21}},   {3, {1, 1, 1}},  {3, {3, 1, 9}},  {3, {5, 7, 1}},
    {3, {1, 6, 5}}, {3, {4, 13, 7}}, {3, {2, 9, 33}},
};

/* A case: the axes of `in` in `left_out` are shared. */
struct sharing {
    struct shape in;
    bool left_out[MOST_AXES];
    int64_t batch;
};

/* One element: value and derivatives of f(x, number). */
struct point {
    double y, dx, dnumber;
};

typedef struct point point_fn(double x, double number);

static struct point bias_point(double x, double number)
{
    return (struct point){x + number, 1, 1};
}

static struct point scale_point(double x, double number)
{
    return (struct point){x * number, number, x};
}

static struct point prelu_point(double x, double number)
{
    return x > 0 ? (struct point){x, 1, 0}
                 : (struct point){number * x, number, x};
}

static const struct shared_layer {
    const char *type;
    point_fn *point;
} layers[] = {
    {"bias", bias_point},
    {"scale", scale_point},
    {"prelu", prelu_point},
};

/* All these layers' configs begin with the axes. */
union config {
    struct int_list_or_word shared_axes;
    struct bias_config bias;
    struct scale_config scale;
    struct prelu_config prelu;
};

static void compare(const struct shared_layer *layer, const struct sharing *s,
                    struct trial *t)
{
    const int64_t width = shape_count(s->in);
    struct naive_sum *y = mem_take((size_t)t->in_count, sizeof *y);
    struct naive_sum *dx = mem_take((size_t)t->in_count, sizeof *dx);
    struct naive_sum *grad = mem_take((size_t)width, sizeof *grad);
    int64_t numbers = 1;

    cr_assert(y && dx && grad);
    for (int64_t k = 0; k < s->in.axes; k++)
        numbers *= s->left_out[k] ? 1 : s->in.dim[k];
    cr_assert_eq(t->param_size[0], numbers, "%s: %ld numbers", layer->type,
                 (long)t->param_size[0]);
    for (int64_t i = 0; i < t->in_count; i++) {
        const int64_t k =
            naive_number(s->in.dim, s->in.axes, s->left_out, i % width);
        const struct point p =
            layer->point((double)t->x[i], (double)t->param[0][k]);
        naive_add(&y[i], p.y);
        naive_add(&dx[i], (double)t->dy[i] * p.dx);
        naive_add(&grad[k], (double)t->dy[i] * p.dnumber);
    }
    naive_check("y", t->y, y, t->in_count);
    naive_check("dx", t->dx, dx, t->in_count);
    naive_check("grad", t->grad[0], grad, numbers);
    mem_free(y);
    mem_free(dx);
    mem_free(grad);
}

static void check(const struct shared_layer *layer, const struct sharing *s)
{
    union config config = {{0}};
    int64_t at[MOST_AXES];
    struct trial t;

    for (int64_t k = 0; k < s->in.axes; k++)
        if (s->left_out[k]) /* counted from either end */
            at[config.shared_axes.list.count++] =
                k % 2 ? k - s->in.axes : k + 1;
    config.shared_axes.list.at = at;
    cr_assert_eq(trial_open(&t, layer->type, &config, s->in, s->batch), OK,
                 "%s: %s", layer->type, t.layer.spec.why);
    trial_fill(&t, 5);
    trial_forward(&t, false);
    real *inference = mem_take((size_t)t.out_count, sizeof *inference);
    cr_assert_not_null(inference);
    memcpy(inference, t.y, (size_t)t.out_count * sizeof *inference);
    trial_forward(&t, true);
    cr_assert_eq(
        memcmp(inference, t.y, (size_t)t.out_count * sizeof *inference), 0,
        "%s: inference", layer->type);
    trial_backward(&t, true);
    compare(layer, s, &t);
    mem_free(inference);
    trial_close(&t);
}

static void check_sets(const struct shared_layer *layer, struct shape in,
                       int64_t batch)
{
    for (int set = 0; set < 1 << in.axes; set++) {
        struct sharing s = {.in = in, .batch = batch};
        for (int64_t k = 0; k < in.axes; k++)
            s.left_out[k] = set >> k & 1;
        check(layer, &s);
    }
}

Test(shared_axes, all_sets_of_axes)
{
    for (size_t i = 0; i < ARRAY_LEN(layers); i++)
        for (size_t k = 0; k < ARRAY_LEN(shapes); k++) {
            check_sets(&layers[i], shapes[k], 1);
            check_sets(&layers[i], shapes[k], 3);
        }
}

static int64_t numbers_of(const char *type, const char *word, struct shape in)
{
    const union config config = {{.word = word}};
    struct trial t;

    cr_assert_eq(trial_open(&t, type, &config, in, 1), OK);
    const int64_t numbers = t.param_size[0];
    cr_assert(shape_equal(t.layer.spec.params[0].shape, SHAPE(numbers)));
    trial_close(&t);
    return numbers;
}

Test(shared_axes, words)
{
    for (size_t i = 0; i < ARRAY_LEN(layers); i++) {
        const char *type = layers[i].type;
        cr_assert_eq(numbers_of(type, "auto", SHAPE(3, 4, 5)), 3);
        cr_assert_eq(numbers_of(type, "auto", SHAPE(7)), 7);
        cr_assert_eq(numbers_of(type, "all", SHAPE(3, 4, 5)), 1);
        cr_assert_eq(numbers_of(type, "all", SHAPE(7)), 1);
    }
}

static void expect_refusal(const int64_t *at, int64_t count, const char *why)
{
    const union config config = {{.list = {at, count}}};

    for (size_t i = 0; i < ARRAY_LEN(layers); i++) {
        struct trial t;
        cr_assert_eq(trial_open(&t, layers[i].type, &config, SHAPE(2, 3, 4), 1),
                     ERR_CONFIG);
        cr_assert_str_eq(t.layer.spec.why, why);
        cr_assert_str_eq(t.layer.spec.why_key, "shared_axes");
    }
}

Test(shared_axes, refusals)
{
    expect_refusal((const int64_t[]){1, 4}, 2,
                   "there is no axis 4; the input has 0 (the batch) to 3");
    expect_refusal((const int64_t[]){-5}, 1,
                   "there is no axis -5; the input has 0 (the batch) to 3");
    expect_refusal((const int64_t[]){2, -2}, 2, "axis -2 is named twice");
    expect_refusal((const int64_t[]){0, 2}, 2,
                   "axis 0 is the batch; name axes of a sample, 1 to 3");
    expect_refusal((const int64_t[]){-4}, 1,
                   "axis 0 is the batch; name axes of a sample, 1 to 3");
}
