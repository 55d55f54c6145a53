/*
 * The choice of an algorithm, and all passes through it.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "conv/conv.h"
#include "support/naive_conv.h"
#include "tensor/gemm.h"

static void expect_pass(const struct kernels *kern, const struct conv *c,
                        enum conv_pass pass, const struct conv_ops *want)
{
    const struct conv_plan p = conv_plan(kern, c);

    cr_expect_eq(p.task[pass].ops, want,
                 "%s, pass %d, %lldx%lldx%lld, filters of %lld: %s",
                 cpu_name(kern->level), pass, (long long)c->channels,
                 (long long)c->window.y.in, (long long)c->window.x.in,
                 (long long)c->window.y.kernel, p.task[pass].ops->name);
}

static void expect_choice(const struct kernels *kern, const struct conv *c,
                          const struct conv_ops *want)
{
    for (int pass = CONV_FORWARD; pass < CONV_PASSES; pass++)
        expect_pass(kern, c, (enum conv_pass)pass, want);
}

/* Cases that leave no doubt. */
static void check_choices(const struct kernels *kern)
{
    const struct conv large = conv_square(96, 96, 22, 3, 0);
    const struct conv thirds = conv_square(96, 96, 11, 3, 0);
    const struct conv five = conv_square(96, 96, 24, 5, 0);
    /* Our products lose to the BLAS's only without AVX2. */
    const struct conv_ops *plain =
        kern->blas_cost < 0.9 ? &conv_im2col : &conv_direct;
    struct conv strided = large, dilated = large, grouped = large;

    strided.window.y.stride = 2;
    strided.window.y.out = 10;
    dilated.window.x.dilation = 2;
    dilated.window.x.out = 18;
    grouped.groups = 2;
    expect_choice(kern, &large, &conv_winograd4);
    expect_choice(kern, &thirds, &conv_winograd3);
    expect_choice(kern, &five, &conv_winograd2);
    expect_choice(kern, &strided, plain);
    expect_choice(kern, &dilated, plain);
    expect_choice(kern, &grouped, plain);
}

Test(conv, choice)
{
    for (int level = 0; level < CPU_LEVELS; level++)
        if (cpu_has((enum cpu_level)level))
            check_choices(kernels_of((enum cpu_level)level));
}

/* Three channels fill no vector: their gradient is the BLAS's on every level,
 * the forward pass, whose vectors hold filters, is not. */
Test(conv, passes_are_chosen_for_one_by_one)
{
    struct conv c = conv_square(3, 64, 64, 7, 3);

    c.window.y.stride = c.window.x.stride = 2;
    c.window.y.out = c.window.x.out = 32;
    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        if (!kern)
            continue;
        expect_pass(kern, &c, CONV_DATA, &conv_im2col);
        if (kern->lanes >= 8)
            expect_pass(kern, &c, CONV_FORWARD, &conv_direct);
    }
}

Test(conv, wishes)
{
    struct conv c = conv_square(1, 4, 28, 3, 1);

    for (int i = 1; conv_words[i]; i++) {
        c.wish = conv_find(conv_words[i]);
        if (conv_fits(c.wish, &c))
            expect_choice(kernels_best(), &c, c.wish);
    }
    /* What a wish does not fit is chosen for. */
    c = conv_square(96, 96, 24, 5, 0);
    c.wish = &conv_winograd4;
    expect_choice(kernels_best(), &c, &conv_winograd2);
    c.wish = &conv_depthwise;
    expect_choice(kernels_best(), &c, &conv_winograd2);
}

Test(conv, names)
{
    cr_expect_str_eq(conv_words[0], "auto");
    cr_expect_null(conv_find("auto"));
    cr_expect_null(conv_find("unknown"));
    cr_expect_null(conv_find(NULL));
    for (int i = 1; conv_words[i]; i++) {
        cr_assert_not_null(conv_find(conv_words[i]), "%s", conv_words[i]);
        cr_expect_str_eq(conv_find(conv_words[i])->name, conv_words[i]);
    }
    cr_expect_eq(conv_find("winograd4"), &conv_winograd4);
}

static const char *name_of(const struct conv *c)
{
    return c->wish ? c->wish->name : "auto";
}

static void expect_small(const struct conv_case *k, const char *what,
                         double error)
{
    char text[160];

    conv_case_print(k, text);
    /* That of the largest Winograd tiles; see test_winograd.c. */
    cr_expect_lt(error, 300 * REAL_EPSILON, "%s %s, %s: error %.3g", what,
                 name_of(&k->conv), text, error);
}

static void check_bias_gradient(const struct conv_case *k, const real *grad)
{
    const int64_t outputs = window_outputs(&k->conv.window);

    for (int64_t o = 0; o < k->conv.filters; o++) {
        double want = 1, scale = 1;
        for (int64_t n = 0; n < k->samples; n++)
            for (int64_t i = 0; i < outputs; i++) {
                const int64_t row = n * k->conv.filters + o;
                want += (double)k->dy[row * outputs + i];
                scale += fabs((double)k->dy[row * outputs + i]);
            }
        cr_expect_float_eq((double)grad[o], want, 100 * REAL_EPSILON * scale,
                           "bias gradient %lld: got %.9g want %.9g",
                           (long long)o, (double)grad[o], want);
    }
}

static void check(const struct kernels *kern, const struct conv *c,
                  uint64_t seed)
{
    struct conv_case *k = conv_case_new(c, 3, seed);
    const struct conv_plan plan = conv_plan(kern, c);
    const int64_t forward = conv_work(&plan, false);
    const int64_t backward = conv_work(&plan, true);
    real *work = take_reals((forward > backward ? forward : backward) /
                            (int64_t)sizeof(real));
    real *y = take_reals(k->y_count), *dx = take_reals(k->x_count);
    real *grad = take_reals(k->weight_count);
    real *bias_grad = take_reals(c->filters);
    const struct conv_call call = {
        .samples = k->samples,
        .x = k->x,
        .weight = k->weight,
        .bias = k->biased ? k->bias : NULL,
        .rectify = k->rectify,
        .y = y,
        .dy = k->dy,
        .dx = dx,
        .weight_grad = grad,
        .bias_grad = bias_grad,
        .work = work,
    };

    for (int64_t i = 0; i < k->weight_count; i++)
        grad[i] = k->weight_start[i];
    for (int64_t i = 0; i < c->filters; i++)
        bias_grad[i] = 1;
    conv_forward(&plan, &call);
    conv_backward(&plan, &call);
    expect_small(k, "forward", relative_error(y, k->y, k->y_count));
    expect_small(k, "dx", relative_error(dx, k->dx, k->x_count));
    expect_small(k, "weight gradient",
                 relative_error(grad, k->weight_grad, k->weight_count));
    check_bias_gradient(k, bias_grad);
    free(work);
    free(y);
    free(dx);
    free(grad);
    free(bias_grad);
    conv_case_free(k);
}

/* One gradient without the other is the same gradient. */
static void check_alone(const struct kernels *kern, const struct conv *c,
                        uint64_t seed)
{
    const struct conv_plan plan = conv_plan(kern, c);
    struct conv_case *k = conv_case_new(c, 3, seed);
    real *work = take_reals(conv_work(&plan, true) / (int64_t)sizeof(real));
    real *dx = take_reals(k->x_count), *grad = take_reals(k->weight_count);
    struct conv_call call = {
        .samples = k->samples,
        .x = k->x,
        .weight = k->weight,
        .dy = k->dy,
        .dx = dx,
        .work = work,
    };

    for (int64_t i = 0; i < k->weight_count; i++)
        grad[i] = k->weight_start[i];
    conv_backward(&plan, &call);
    call.dx = NULL;
    call.weight_grad = grad;
    conv_backward(&plan, &call);
    expect_small(k, "dx alone", relative_error(dx, k->dx, k->x_count));
    expect_small(k, "weight gradient alone",
                 relative_error(grad, k->weight_grad, k->weight_count));
    free(work);
    free(dx);
    free(grad);
    conv_case_free(k);
}

/* A sample's y has the same bits alone and among others. */
static void check_company(const struct kernels *kern, const struct conv *c)
{
    const struct conv_plan plan = conv_plan(kern, c);
    enum { SAMPLES = 5 };
    struct conv_case *k = conv_case_new(c, SAMPLES, 4);
    const int64_t in = k->x_count / SAMPLES, out = k->y_count / SAMPLES;
    real *work = take_reals(conv_work(&plan, false) / (int64_t)sizeof(real));
    real *together = take_reals(k->y_count), *alone = take_reals(out);
    struct conv_call call = {
        .samples = SAMPLES,
        .x = k->x,
        .weight = k->weight,
        .y = together,
        .work = work,
    };
    char text[160];

    conv_case_print(k, text);
    conv_forward(&plan, &call);
    for (int64_t n = 0; n < SAMPLES; n++) {
        call.samples = 1;
        call.x = k->x + n * in;
        call.y = alone;
        conv_forward(&plan, &call);
        cr_expect_eq(first_difference(alone, together + n * out, out), -1,
                     "%s, %s, %s: sample %lld differs from itself alone",
                     cpu_name(kern->level), name_of(c), text, (long long)n);
    }
    free(work);
    free(together);
    free(alone);
    conv_case_free(k);
}

/* Where a window holds nothing but zeros, y without a bias is zero and not a
 * rounding error, whatever stands in its neighbourhood. */
static void check_empty_windows(const struct kernels *kern,
                                const struct conv *c)
{
    struct conv_case *k = conv_case_new(c, 2, 3);
    const struct conv definition = {c->window, c->channels, c->filters,
                                    c->groups, &conv_naive, false};
    const struct conv_plan plan = conv_plan(kern, c);
    const struct conv_plan naive = conv_plan(kern, &definition);
    real *work = take_reals(conv_work(&plan, false) / (int64_t)sizeof(real));
    real *y = take_reals(k->y_count), *want = take_reals(k->y_count);
    struct conv_call call = {
        .samples = k->samples,
        .x = k->x,
        .weight = k->weight,
        .y = y,
        .work = work,
    };
    int64_t wrong = 0, empty = 0;

    /* Islands of a few cells in a sea of zeros. */
    for (int64_t i = 0; i < k->x_count; i++)
        if (i % window_inputs(&c->window) % 23 > 2)
            k->x[i] = 0;
    conv_forward(&plan, &call);
    call.y = want;
    conv_forward(&naive, &call);
    for (int64_t i = 0; i < k->y_count; i++) {
        empty += want[i] == 0;
        wrong += (want[i] == 0) != (y[i] == 0);
    }
    cr_expect(empty == 0 ? c->window.y.kernel > 3 : wrong == 0,
              "%s, %s: %lld of %lld empty windows are not zero",
              cpu_name(kern->level), name_of(c), (long long)wrong,
              (long long)empty);
    free(work);
    free(y);
    free(want);
    conv_case_free(k);
}

/* By every algorithm on every level. */
static void check_levels(const struct conv *c, uint64_t seed)
{
    struct conv wished = *c;

    cr_assert_null(gemm_open());
    for (int level = 0; level < CPU_LEVELS; level++)
        for (int i = 0; conv_words[i]; i++) {
            const struct kernels *kern = kernels_of((enum cpu_level)level);
            wished.wish = conv_find(conv_words[i]);
            if (!kern || (wished.wish && !conv_fits(wished.wish, c)) ||
                (wished.wish == &conv_naive && level > 0)) /* has no levels */
                continue;
            check(kern, &wished, seed);
            check_alone(kern, &wished, seed);
            check_company(kern, &wished);
            check_empty_windows(kern, &wished);
        }
}

Test(conv, all_passes)
{
    const struct conv cases[] = {
        conv_square(1, 32, 28, 3, 1), conv_square(20, 50, 12, 5, 0),
        conv_square(64, 64, 4, 3, 0), conv_square(96, 50, 8, 3, 0),
        conv_square(4, 6, 9, 4, 2),   conv_square(3, 5, 27, 3, 0),
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_levels(&cases[i], 2 * i);
}

/* Its own columns, in one block and in several. */
Test(conv, pointwise)
{
    const struct conv cases[] = {
        conv_square(16, 24, 5, 1, 0),
        conv_square(7, 3, 26, 1, 0),
        conv_square(7, 3, 6, 1, 1),
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_levels(&cases[i], i);
}

Test(conv, strides_dilations_groups)
{
    struct conv strided = conv_square(8, 12, 15, 3, 1);
    struct conv dilated = conv_square(8, 12, 15, 3, 1);
    struct conv grouped = conv_square(12, 18, 10, 3, 1);

    strided.window.y.stride = 2;
    strided.window.y.out = 8;
    strided.window.x.stride = 3;
    strided.window.x.out = 5;
    dilated.window.y.dilation = 3;
    dilated.window.y.out = 11;
    grouped.groups = 3;
    check_levels(&strided, 1);
    check_levels(&dilated, 4);
    check_levels(&grouped, 8);
}

Test(conv, depthwise)
{
    struct conv c = conv_square(37, 37, 11, 3, 1);
    struct conv strided = conv_square(8, 8, 9, 5, 0);

    c.groups = 37;
    expect_choice(kernels_best(), &c, &conv_depthwise);
    check_levels(&c, 1);
    check_levels(&c, 4);
    strided.groups = 8;
    strided.window.y.stride = 2;
    strided.window.y.pad = 3;
    strided.window.y.out = axis_count(&strided.window.y, 5);
    strided.window.x.dilation = 2;
    strided.window.x.out = axis_count(&strided.window.x, 0);
    check_levels(&strided, 2);
}

/* Steps that leave out cells, or that the taps are a multiple of, so that some
 * cells belong to no tap; images of one row. */
Test(conv, depthwise_gaps)
{
    const struct axis gaps = {
        .in = 11, .kernel = 2, .stride = 3, .dilation = 1, .pad = 4};
    const struct axis even = {
        .in = 10, .kernel = 3, .stride = 2, .dilation = 2, .pad = 1};
    const struct axis lone = {.in = 1, .kernel = 1, .stride = 1, .dilation = 1};
    const struct axis axes[] = {gaps, even, lone};
    struct conv c = {.channels = 5, .filters = 5, .groups = 5};

    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 2; j++) {
            c.window.y = axes[i];
            c.window.y.out = axis_count(&axes[i], 2 * axes[i].pad);
            c.window.x = axes[j];
            c.window.x.out = axis_count(&axes[j], 2 * axes[j].pad);
            check_levels(&c, (uint64_t)(3 * i + j));
        }
}
