/* conv2d against its definition, over geometries. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "layer/config.h"
#include "support/naive.h"
#include "support/trial.h"

/* A geometry. */
struct geometry {
    int64_t channels, height, width, batch;
    struct conv2d_config config;
};

static const struct variant some = {.kind = &(const struct kind){0}};

static struct geometry plain(int64_t channels, int64_t side, int64_t filters,
                             int64_t size)
{
    return (struct geometry){
        .channels = channels,
        .height = side,
        .width = side,
        .batch = 3,
        .config = {.num_filters = filters,
                   .filter_size = {size, size},
                   .stride = {1, 1},
                   .dilation = {1, 1},
                   .num_groups = 1,
                   .b = some},
    };
}

static void describe(const struct geometry *g, char text[static 160])
{
    const struct conv2d_config *c = &g->config;

    snprintf(text, 160,
             "%ldx%ldx%ldx%ld filters %ld of %ldx%ld stride %ldx%ld pad "
             "%ldx%ld %s dilation %ldx%ld groups %ld%s%s",
             (long)g->batch, (long)g->channels, (long)g->height, (long)g->width,
             (long)c->num_filters, (long)c->filter_size.y,
             (long)c->filter_size.x, (long)c->stride.y, (long)c->stride.x,
             (long)c->pad.pair.y, (long)c->pad.pair.x,
             c->pad.word ? c->pad.word : "", (long)c->dilation.y,
             (long)c->dilation.x, (long)c->num_groups,
             c->b.kind ? "" : " no bias", c->untie_biases ? " untied" : "");
}

static struct naive_axis axis_of(const struct geometry *g, bool rows)
{
    const struct conv2d_config *c = &g->config;
    struct naive_axis a = {
        .in = rows ? g->height : g->width,
        .kernel = rows ? c->filter_size.y : c->filter_size.x,
        .stride = rows ? c->stride.y : c->stride.x,
        .dilation = rows ? c->dilation.y : c->dilation.x,
        .pad = rows ? c->pad.pair.y : c->pad.pair.x,
    };
    const int64_t reach = a.dilation * (a.kernel - 1);
    const char *word = c->pad.word ? c->pad.word : "";
    int64_t after = a.pad;

    if (strcmp(word, "full") == 0)
        a.pad = after = reach;
    if (strcmp(word, "same") == 0) {
        a.pad = reach / 2;
        after = reach - a.pad;
    }
    a.out = naive_count(a, after);
    return a;
}

static struct naive_sum *take_sums(int64_t count)
{
    struct naive_sum *sums = mem_take((size_t)count + 1, sizeof *sums);

    cr_assert_not_null(sums);
    return sums;
}

static void compare(struct trial *t, const struct geometry *g, const char *text)
{
    const bool biased = g->config.b.kind != NULL;
    struct naive_conv c = {
        g->batch,
        g->channels,
        g->config.num_filters,
        g->config.num_groups,
        axis_of(g, true),
        axis_of(g, false),
        t->x,
        t->param[0],
        biased ? t->param[1] : NULL,
        t->dy,
        take_sums(t->out_count),
        take_sums(t->in_count),
        take_sums(t->param_size[0]),
        take_sums(t->param_size[1]),
        g->config.untie_biases,
    };
    char what[200];

    cr_assert_eq(c.y.out, t->layer.spec.out.dim[1], "%s: rows", text);
    cr_assert_eq(c.x.out, t->layer.spec.out.dim[2], "%s: columns", text);
    naive_conv(&c);
    trial_forward(t, false);
    snprintf(what, sizeof what, "%s: y of inference", text);
    naive_check(what, t->y, c.output, t->out_count);
    trial_forward(t, true);
    snprintf(what, sizeof what, "%s: y", text);
    naive_check(what, t->y, c.output, t->out_count);
    trial_backward(t, true);
    snprintf(what, sizeof what, "%s: dx", text);
    naive_check(what, t->dx, c.dx, t->in_count);
    snprintf(what, sizeof what, "%s: weight gradient", text);
    naive_check(what, t->grad[0], c.dweight, t->param_size[0]);
    snprintf(what, sizeof what, "%s: bias gradient", text);
    naive_check(what, t->grad[1], c.dbias, t->param_size[1]);
    mem_free(c.output);
    mem_free(c.dx);
    mem_free(c.dweight);
    mem_free(c.dbias);
}

/* By the algorithms whose error the terms bound. */
static void check(struct geometry g)
{
    static const struct conv_ops *const sums[] = {&conv_direct, &conv_im2col,
                                                  &conv_naive};
    const struct shape in = SHAPE(g.channels, g.height, g.width);
    char text[160];

    describe(&g, text);
    for (size_t i = 0; i < ARRAY_LEN(sums); i++) {
        struct trial t;
        cr_assert_eq(
            trial_open_as(&t, "conv2d", &g.config, in, g.batch, sums[i]), OK,
            "%s: %s", text, t.layer.spec.why);
        trial_fill(&t, 1);
        compare(&t, &g, text);
        trial_close(&t);
    }
}

Test(conv2d, sizes_pads_strides)
{
    for (int64_t size = 1; size <= 5; size++)
        for (int64_t stride = 1; stride <= 3; stride++)
            for (int64_t pad = 0; pad <= 2; pad++) {
                struct geometry g = plain(3, 7, 4, size);
                g.width = 10;
                g.config.stride = (struct pair){stride, 4 - stride};
                g.config.pad.pair = (struct pair){pad, 2 - pad};
                check(g);
            }
}

Test(conv2d, words_for_pad)
{
    static const char *const words[] = {"valid", "same", "full"};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        for (int64_t size = 1; size <= 4; size++)
            for (int64_t stride = 1; stride <= 3; stride++) {
                struct geometry g = plain(2, 9, 3, size);
                g.width = 6;
                g.config.pad.word = words[i];
                g.config.stride = (struct pair){stride, 1};
                g.config.dilation = (struct pair){1, 1 + (size == 2)};
                check(g);
            }
}

Test(conv2d, same_keeps_the_size_over_the_stride)
{
    for (int64_t size = 1; size <= 6; size++)
        for (int64_t stride = 1; stride <= 4; stride++) {
            struct geometry g = plain(1, 11, 1, size);
            struct trial t;
            g.config.pad.word = "same";
            g.config.stride = (struct pair){stride, stride};
            cr_assert_eq(
                trial_open(&t, "conv2d", &g.config, SHAPE(1, 11, 11), 1), OK);
            cr_assert_eq(t.layer.spec.out.dim[1], (11 + stride - 1) / stride,
                         "size %ld stride %ld", (long)size, (long)stride);
            trial_close(&t);
        }
}

Test(conv2d, dilation)
{
    for (int64_t dilation = 1; dilation <= 4; dilation++)
        for (int64_t stride = 1; stride <= 2; stride++) {
            struct geometry g = plain(2, 11, 3, 3);
            g.width = 12;
            g.config.dilation = (struct pair){dilation, 5 - dilation};
            g.config.stride = (struct pair){stride, 2};
            g.config.pad.pair = (struct pair){stride, dilation};
            check(g);
        }
}

Test(conv2d, groups)
{
    static const int64_t groups[] = {1, 2, 3, 6};

    for (size_t i = 0; i < ARRAY_LEN(groups); i++)
        for (int64_t size = 1; size <= 3; size += 2) {
            struct geometry g = plain(6, 8, 12, size);
            g.config.num_groups = groups[i];
            check(g);
            g.config.untie_biases = true;
            check(g);
        }
}

/* Images of more than one block of columns, blocks of more than one image, and
 * a last block that is not full; pointwise filters, which need no columns. */
Test(conv2d, blocks)
{
    static const int64_t sides[] = {3, 4, 6, 22, 24, 30, 47};

    for (size_t i = 0; i < 2 * ARRAY_LEN(sides); i++) {
        struct geometry g = plain(2, sides[i / 2], 3, i % 2 ? 1 : 3);
        g.batch = g.height < 6 ? 2 * 512 + 5 : g.height == 6 ? 70 : 2;
        check(g);
    }
    struct geometry wide = plain(130, 14, 4, 5);
    check(wide);
    wide.batch = 1;
    check(wide);
}

Test(conv2d, filter_of_the_size_of_the_input)
{
    struct geometry g = plain(3, 5, 4, 5);

    check(g);
    g.config.stride = (struct pair){2, 2};
    check(g);
    g = plain(1, 1, 1, 1);
    g.batch = 1;
    check(g);
}

/* Windows that meet padding only. */
Test(conv2d, pad_wider_than_the_filter)
{
    struct geometry g = plain(2, 3, 2, 2);

    g.config.pad.pair = (struct pair){4, 3};
    check(g);
    g.config.stride = (struct pair){3, 2};
    check(g);
}

static void expect_refusal(struct geometry g, const char *key, const char *why)
{
    struct trial t;

    cr_assert_eq(trial_open(&t, "conv2d", &g.config,
                            SHAPE(g.channels, g.height, g.width), 1),
                 ERR_CONFIG);
    cr_assert_str_eq(t.layer.spec.why, why);
    if (key)
        cr_assert_str_eq(t.layer.spec.why_key, key);
    else
        cr_assert_null(t.layer.spec.why_key);
}

Test(conv2d, refusals)
{
    struct geometry g = plain(1, 3, 1, 5);

    expect_refusal(g, NULL, "filter 5x5 does not fit its 3x3 input (pad 0)");
    g.config.filter_size.x = 1;
    g.config.stride = (struct pair){9, 9};
    g.config.pad.pair = (struct pair){0, 2};
    expect_refusal(g, NULL, "filter 5x1 does not fit its 3x3 input (pad 0x2)");
    g = plain(1, 4, 1, 3);
    g.config.dilation = (struct pair){2, 2};
    expect_refusal(g, NULL,
                   "filter 3x3 with dilation 2 does not fit its 4x4 "
                   "input (pad 0)");
    g = plain(4, 4, 6, 3);
    g.config.num_groups = 3;
    expect_refusal(g, "num_groups", "3 does not divide the 4 input channels");
    g.config.num_groups = 4;
    expect_refusal(g, "num_groups",
                   "4 does not divide num_filters, which is 6");
    g = plain(1 << 24, 4096, 1 << 20, 3);
    expect_refusal(g, NULL, "is too large to compute");

    struct trial t;
    cr_assert_eq(trial_open(&t, "conv2d", &g.config, SHAPE(64), 1), ERR_CONFIG);
    cr_assert_str_eq(t.layer.spec.why, "takes images (channels, rows, "
                                       "columns), its input has 1 axis");
}

Test(conv2d, declares)
{
    struct geometry g = plain(4, 8, 6, 3);
    struct trial t;

    g.config.num_groups = 2;
    cr_assert_eq(trial_open(&t, "conv2d", &g.config, SHAPE(4, 8, 8), 1), OK);
    const struct layer_spec *spec = &t.layer.spec;
    cr_assert_eq(spec->param_count, 2);
    cr_assert_str_eq(spec->params[0].name, "weight");
    cr_assert(shape_equal(spec->params[0].shape, SHAPE(6, 2, 3, 3)));
    cr_assert(spec->params[0].regularizable);
    cr_assert_str_eq(spec->params[1].name, "bias");
    cr_assert(!spec->params[1].regularizable);
    cr_assert_eq(spec->macs, 6 * 6 * 6 * 2 * 9);
    const struct layer_window w = t.layer.ops->window(&g.config);
    cr_assert_eq(w.kind, WINDOW_CONV);
    trial_close(&t);
    g.config.untie_biases = true;
    cr_assert_eq(trial_open(&t, "conv2d", &g.config, SHAPE(4, 8, 7), 1), OK);
    cr_assert(shape_equal(t.layer.spec.params[1].shape, SHAPE(6, 6, 5)));
    trial_close(&t);
}

Test(conv2d, window_of_pad_same)
{
    struct geometry g = plain(1, 8, 1, 4);

    g.config.pad.word = "same";
    g.config.filter_size.x = 3;
    const struct layer_window even = layer_find("conv2d")->window(&g.config);
    cr_assert(even.lopsided);
    cr_assert_eq(even.pad.y, 1);
    cr_assert_eq(even.pad.x, 1);
    g.config.filter_size.y = 5;
    const struct layer_window odd = layer_find("conv2d")->window(&g.config);
    cr_assert(!odd.lopsided);
    cr_assert_eq(odd.pad.y, 2);
}

/* A gradient towards x that nobody wants changes nothing else. */
Test(conv2d, without_dx)
{
    const struct geometry g = plain(3, 9, 4, 3);
    struct trial t;

    cr_assert_eq(trial_open(&t, "conv2d", &g.config, SHAPE(3, 9, 9), 3), OK);
    trial_fill(&t, 2);
    trial_forward(&t, true);
    trial_backward(&t, true);
    const real with = t.grad[0][5];
    trial_fill(&t, 2);
    trial_forward(&t, true);
    trial_backward(&t, false);
    cr_assert_eq(t.grad[0][5], with);
    cr_assert(t.dx[0] != t.dx[0], "dx was written");
    trial_close(&t);
}

/* In inference the bits of a sample are its own business. */
static void check_company(int64_t channels, int64_t side)
{
    enum { BATCH = 200 };
    const struct geometry g = plain(channels, side, 13, 3);
    struct trial t;

    cr_assert_eq(
        trial_open(&t, "conv2d", &g.config, SHAPE(channels, side, side), BATCH),
        OK);
    trial_fill(&t, 3);
    trial_forward(&t, false);
    const size_t bytes = (size_t)t.out_count * sizeof(real);
    real *whole = mem_take(bytes, 1);
    cr_assert_not_null(whole);
    memcpy(whole, t.y, bytes);
    memset(t.y, 0xff, bytes);
    for (int64_t first = 0, n = 1; first < BATCH; first += n, n += 3) {
        n = n < BATCH - first ? n : BATCH - first;
        trial_forward_part(&t, false, first, n);
    }
    cr_assert_eq(memcmp(whole, t.y, bytes), 0, "%ld channels, side %ld",
                 (long)channels, (long)side);
    mem_free(whole);
    trial_close(&t);
}

Test(conv2d, bits_do_not_depend_on_company)
{
    static const int64_t sides[] = {3, 4, 7, 12, 24};

    for (size_t i = 0; i < ARRAY_LEN(sides); i++)
        check_company(7, sides[i]);
    check_company(96, 9);
    check_company(1, 28);
}
