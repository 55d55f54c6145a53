/* transposedconv2d against its definition, on random shapes. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "layer/config.h"
#include "support/naive.h"
#include "support/trial.h"

static const struct variant some = {.kind = &(const struct kind){0}};

/* What the tensors of a trial should be. */
struct answer {
    struct naive_sum *y, *dx, *weight, *bias;
};

static struct naive_sum *take(int64_t count)
{
    struct naive_sum *sums = calloc((size_t)count + 1, sizeof *sums);

    cr_assert_not_null(sums);
    return sums;
}

/* What pixel `in` of a sample's channel c adds to output channel o. */
static void spread(const struct trial *t, const struct answer *a, int64_t n,
                   const int64_t at[2], int64_t in, struct pair crop)
{
    const struct transposedconv2d_config *c = t->layer.config;
    const struct shape from = t->in[0], to = t->layer.spec.out;
    const int64_t per_group = to.dim[0] / c->num_groups;
    const int64_t pixel =
        (n * from.dim[0] + at[0]) * from.dim[1] * from.dim[2] + in;

    for (int64_t u = 0; u < c->filter_size.y; u++)
        for (int64_t v = 0; v < c->filter_size.x; v++) {
            const int64_t i = in / from.dim[2] * c->stride.y + u - crop.y;
            const int64_t j = in % from.dim[2] * c->stride.x + v - crop.x;
            if (i < 0 || i >= to.dim[1] || j < 0 || j >= to.dim[2])
                continue;
            const int64_t y =
                ((n * to.dim[0] + at[1]) * to.dim[1] + i) * to.dim[2] + j;
            const int64_t w =
                ((at[0] * per_group + at[1] % per_group) * c->filter_size.y +
                 u) *
                    c->filter_size.x +
                v;
            const double x = (double)t->x[pixel], dy = (double)t->dy[y];
            naive_add(&a->y[y], x * (double)t->param[0][w]);
            naive_add(&a->dx[pixel], dy * (double)t->param[0][w]);
            naive_add(&a->weight[w], dy * x);
        }
}

static void answer_sample(const struct trial *t, const struct answer *a,
                          int64_t n, struct pair crop)
{
    const struct transposedconv2d_config *c = t->layer.config;
    const struct shape from = t->in[0], to = t->layer.spec.out;
    const int64_t pixels = to.dim[1] * to.dim[2];

    for (int64_t i = 0; i < from.dim[0]; i++)
        for (int64_t o = 0; o < to.dim[0]; o++)
            for (int64_t p = 0; p < from.dim[1] * from.dim[2]; p++)
                if (i / (from.dim[0] / c->num_groups) ==
                    o / (to.dim[0] / c->num_groups))
                    spread(t, a, n, (const int64_t[]){i, o}, p, crop);
    for (int64_t o = 0; c->b.kind && o < to.dim[0] * pixels; o++) {
        const int64_t b = c->untie_biases ? o : o / pixels;
        naive_add(&a->y[n * to.dim[0] * pixels + o], (double)t->param[1][b]);
        naive_add(&a->bias[b], (double)t->dy[n * to.dim[0] * pixels + o]);
    }
}

static void compare(struct trial *t, const char *what, struct pair crop)
{
    const struct answer a = {take(t->out_count), take(t->in_count),
                             take(t->param_size[0]), take(t->param_size[1])};

    for (int64_t n = 0; n < t->batch; n++)
        answer_sample(t, &a, n, crop);
    trial_forward(t, false);
    naive_check(what, t->y, a.y, t->out_count);
    trial_forward(t, true);
    naive_check(what, t->y, a.y, t->out_count);
    trial_backward(t, true);
    naive_check(what, t->dx, a.dx, t->in_count);
    naive_check(what, t->grad[0], a.weight, t->param_size[0]);
    naive_check(what, t->grad[1], a.bias, t->param_size[1]);
    free(a.y);
    free(a.dx);
    free(a.weight);
    free(a.bias);
}

/* Lasagne's sizes. */
static int64_t extent(int64_t in, int64_t stride, int64_t crop, int64_t filter)
{
    return (in - 1) * stride - 2 * crop + filter;
}

static void check(const struct transposedconv2d_config *c, struct shape in,
                  int64_t batch, struct pair crop)
{
    char what[200];

    snprintf(what, sizeof what,
             "%ld x %ldx%ldx%ld, %ld of %ldx%ld, stride %ldx%ld, crop %ldx%ld, "
             "groups %ld",
             (long)batch, (long)in.dim[0], (long)in.dim[1], (long)in.dim[2],
             (long)c->num_filters, (long)c->filter_size.y,
             (long)c->filter_size.x, (long)c->stride.y, (long)c->stride.x,
             (long)crop.y, (long)crop.x, (long)c->num_groups);
    for (int i = 0; conv_words[i]; i++) {
        struct trial t;
        cr_assert_eq(trial_open_as(&t, "transposedconv2d", c, in, batch,
                                   conv_find(conv_words[i])),
                     OK, "%s: %s", what, t.layer.spec.why);
        const struct shape out = t.layer.spec.out;
        if (c->output_size.y == 0) {
            cr_assert_eq(
                out.dim[1],
                extent(in.dim[1], c->stride.y, crop.y, c->filter_size.y), "%s",
                what);
            cr_assert_eq(
                out.dim[2],
                extent(in.dim[2], c->stride.x, crop.x, c->filter_size.x), "%s",
                what);
        }
        cr_assert_eq(t.layer.spec.macs, shape_count(in) * c->num_filters /
                                            c->num_groups * c->filter_size.y *
                                            c->filter_size.x);
        trial_fill(&t, 5);
        compare(&t, what, crop);
        trial_close(&t);
    }
}

static int64_t draw(uint64_t *used, int64_t low, int64_t high)
{
    return low + (int64_t)rng_below(rng_key(5, "transposedconv2d"), (*used)++,
                                    (uint64_t)(high - low + 1));
}

static struct pair draw_pair(uint64_t *used, int64_t low, int64_t high)
{
    const int64_t y = draw(used, low, high);

    return (struct pair){y, draw(used, low, high)};
}

Test(transposedconv2d, random_shapes)
{
    static const int64_t groups[] = {1, 1, 2, 3};
    uint64_t used = 0;
    int64_t checked = 0;

    while (checked < 60) {
        const int64_t g = groups[draw(&used, 0, 3)];
        struct transposedconv2d_config c = {
            .num_filters = g * draw(&used, 1, 4),
            .filter_size = draw_pair(&used, 1, 5),
            .stride = draw_pair(&used, 1, 3),
            .num_groups = g,
            .untie_biases = draw(&used, 0, 3) == 0,
            .b = draw(&used, 0, 3) > 0 ? some : (struct variant){0},
        };
        const struct shape in =
            SHAPE(g * draw(&used, 1, 4), draw(&used, 1, 6), draw(&used, 1, 7));
        c.crop.pair = draw_pair(&used, 0, 2);
        const int64_t rows =
            extent(in.dim[1], c.stride.y, c.crop.pair.y, c.filter_size.y);
        const int64_t columns =
            extent(in.dim[2], c.stride.x, c.crop.pair.x, c.filter_size.x);
        if (rows < 1 || columns < 1)
            continue;
        if (draw(&used, 0, 1) == 1)
            c.output_size =
                (struct pair){rows + draw(&used, 0, c.stride.y - 1),
                              columns + draw(&used, 0, c.stride.x - 1)};
        check(&c, in, draw(&used, 1, 3), c.crop.pair);
        checked++;
    }
}

Test(transposedconv2d, depthwise)
{
    const struct transposedconv2d_config c = {
        .num_filters = 19,
        .filter_size = {3, 4},
        .stride = {2, 2},
        .crop = {.pair = {1, 1}},
        .num_groups = 19,
        .b = some,
    };

    check(&c, SHAPE(19, 5, 4), 2, c.crop.pair);
}

Test(transposedconv2d, words_for_crop)
{
    struct transposedconv2d_config c = {
        .num_filters = 2,
        .filter_size = {3, 4},
        .stride = {2, 1},
        .num_groups = 1,
        .b = some,
    };

    c.crop.word = "valid";
    check(&c, SHAPE(2, 5, 6), 1, (struct pair){0, 0});
    c.crop.word = "same";
    check(&c, SHAPE(2, 5, 6), 1, (struct pair){1, 2});
    c.crop.word = "full";
    check(&c, SHAPE(2, 5, 6), 1, (struct pair){2, 3});
}

/* In inference the bits of a sample are its own business, by any algorithm. */
static void check_company(const struct conv_ops *algorithm, int64_t side,
                          int64_t stride)
{
    enum { BATCH = 40, CHANNELS = 7 };
    const struct transposedconv2d_config c = {
        .num_filters = CHANNELS,
        .filter_size = {3, 3},
        .stride = {stride, stride},
        .num_groups = algorithm == &conv_depthwise ? CHANNELS : 1,
        .b = some,
    };
    struct trial t;

    cr_assert_eq(trial_open_as(&t, "transposedconv2d", &c,
                               SHAPE(CHANNELS, side, side), BATCH, algorithm),
                 OK);
    trial_fill(&t, 3);
    trial_forward(&t, false);
    const size_t bytes = (size_t)t.out_count * sizeof(real);
    real *whole = malloc(bytes);
    cr_assert_not_null(whole);
    memcpy(whole, t.y, bytes);
    memset(t.y, 0xff, bytes);
    for (int64_t first = 0, n = 1; first < BATCH; first += n, n += 3) {
        n = n < BATCH - first ? n : BATCH - first;
        trial_forward_part(&t, false, first, n);
    }
    cr_assert_eq(memcmp(whole, t.y, bytes), 0, "%s, side %ld, stride %ld",
                 algorithm ? algorithm->name : "auto", (long)side,
                 (long)stride);
    free(whole);
    trial_close(&t);
}

Test(transposedconv2d, bits_do_not_depend_on_company)
{
    static const int64_t sides[] = {1, 3, 7, 12};

    for (int a = 0; conv_words[a]; a++)
        for (size_t i = 0; i < ARRAY_LEN(sides); i++)
            for (int64_t stride = 1; stride <= 2; stride++)
                check_company(conv_find(conv_words[a]), sides[i], stride);
}

/* What no pixel reaches is the bias, exactly, and zero inputs give exact
 * zeros, so a rectifier without bias passes no gradient there. */
Test(transposedconv2d, zeros_stay_zeros)
{
    const struct transposedconv2d_config c = {
        .num_filters = 5,
        .filter_size = {3, 3},
        .stride = {1, 1},
        .num_groups = 1,
    };
    struct trial t;

    for (int a = 0; conv_words[a]; a++) {
        cr_assert_eq(trial_open_as(&t, "transposedconv2d", &c, SHAPE(6, 12, 12),
                                   1, conv_find(conv_words[a])),
                     OK);
        trial_fill(&t, 3);
        for (int64_t i = 0; i < t.in_count; i++)
            t.x[i] = i % 12 < 6 ? 0 : t.x[i];
        trial_forward(&t, false);
        for (int64_t i = 0; i < t.out_count; i++)
            cr_assert(i % 14 >= 6 || t.y[i] == 0, "%s: y[%ld] = %g",
                      conv_words[a], (long)i, (double)t.y[i]);
        trial_close(&t);
    }
}

static void expect_refusal(const struct transposedconv2d_config *c,
                           const char *key, const char *why)
{
    struct trial t;

    cr_assert_eq(trial_open(&t, "transposedconv2d", c, SHAPE(4, 3, 3), 1),
                 ERR_CONFIG);
    cr_assert_str_eq(t.layer.spec.why, why);
    cr_assert_str_eq(t.layer.spec.why_key, key);
}

Test(transposedconv2d, refusals)
{
    struct transposedconv2d_config c = {
        .num_filters = 6,
        .filter_size = {2, 3},
        .stride = {2, 2},
        .num_groups = 1,
    };

    c.crop.pair = (struct pair){3, 1};
    expect_refusal(&c, "crop",
                   "leaves nothing of the output: filter 2x3, 3x1 "
                   "pixels cut off");
    c.crop.pair = (struct pair){0, 0};
    c.output_size = (struct pair){8, 7};
    expect_refusal(&c, "output_size",
                   "8x7 is not possible, the least is 6x7, the most 7x8");
    c.output_size = (struct pair){6, 6};
    expect_refusal(&c, "output_size",
                   "6x6 is not possible, the least is 6x7, the most 7x8");
    c.output_size = (struct pair){0, 0};
    c.num_groups = 3;
    expect_refusal(&c, "num_groups", "3 does not divide the 4 input channels");
    c.num_groups = 4;
    expect_refusal(&c, "num_groups",
                   "4 does not divide num_filters, which is 6");
}

Test(transposedconv2d, declares)
{
    const struct transposedconv2d_config c = {
        .num_filters = 6,
        .filter_size = {2, 3},
        .stride = {2, 1},
        .num_groups = 2,
        .b = some,
    };
    struct trial t;

    cr_assert_eq(trial_open(&t, "transposedconv2d", &c, SHAPE(4, 3, 3), 1), OK);
    cr_assert(shape_equal(t.layer.spec.params[0].shape, SHAPE(4, 3, 2, 3)));
    cr_assert(shape_equal(t.layer.spec.params[1].shape, SHAPE(6)));
    const struct layer_window w = t.layer.ops->window(&c);
    cr_assert_eq(w.kind, WINDOW_CONV);
    cr_assert_eq(w.spread.y, 2);
    cr_assert_eq(w.spread.x, 1);
    trial_close(&t);
}
