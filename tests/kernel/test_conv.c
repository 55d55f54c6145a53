/*
 * All passes of a convolution, through every algorithm.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "conv/conv.h"
#include "support/naive_conv.h"
#include "tensor/gemm.h"

static const char *name_of(const struct conv *c)
{
    return c->wish ? c->wish->name : "auto";
}

static void expect_small(const struct conv_case *k, const char *what,
                         const struct conv_task *t, double error)
{
    char text[160];

    conv_case_print(k, text);
    cr_expect_lt(error, conv_tolerance(t), "%s %s, %s: error %.3g", what,
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
    expect_small(k, "forward", &plan.task[CONV_FORWARD],
                 relative_error(y, k->y, k->y_count));
    expect_small(k, "dx", &plan.task[CONV_DATA],
                 relative_error(dx, k->dx, k->x_count));
    expect_small(k, "weight gradient", &plan.task[CONV_WEIGHTS],
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
    expect_small(k, "dx alone", &plan.task[CONV_DATA],
                 relative_error(dx, k->dx, k->x_count));
    expect_small(k, "weight gradient alone", &plan.task[CONV_WEIGHTS],
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

/* Islands of a few cells in a sea of zeros, by an algorithm. */
static real *islands(const struct kernels *kern, const struct conv *c,
                     int64_t *count)
{
    struct conv_case *k = conv_case_new(c, 2, 3);
    const struct conv_plan plan = conv_plan(kern, c);
    real *work = take_reals(conv_work(&plan, false) / (int64_t)sizeof(real));
    real *y = take_reals(k->y_count);
    struct conv_call call = {
        .samples = k->samples,
        .x = k->x,
        .weight = k->weight,
        .y = y,
        .work = work,
    };

    const int64_t apart = c->window.y.kernel > 3 ? 151 : 23;
    for (int64_t i = 0; i < k->x_count; i++)
        if (i % window_inputs(&c->window) % apart > 2)
            k->x[i] = 0;
    conv_forward(&plan, &call);
    *count = k->y_count;
    free(work);
    conv_case_free(k);
    return y;
}

/* Where a window holds nothing but zeros, y without a bias is zero and not a
 * rounding error, whatever stands in its neighbourhood; want: the islands by
 * definition. */
static void check_empty_windows(const struct kernels *kern,
                                const struct conv *c, const real *want)
{
    int64_t wrong = 0, empty = 0, count;
    real *y = islands(kern, c, &count);

    for (int64_t i = 0; i < count; i++) {
        empty += want[i] == 0;
        wrong += (want[i] == 0) != (y[i] == 0);
    }
    cr_expect(empty > 0 && wrong == 0,
              "%s, %s: %lld of %lld empty windows are not zero",
              cpu_name(kern->level), name_of(c), (long long)wrong,
              (long long)empty);
    free(y);
}

/* By every algorithm on every level. */
static void check_levels(const struct conv *c, uint64_t seed)
{
    struct conv wished = *c;
    int64_t count;

    cr_assert_null(gemm_open());
    wished.wish = &conv_naive;
    real *want = islands(kernels_of(CPU_PORTABLE), &wished, &count);
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
            check_empty_windows(kern, &wished, want);
        }
    free(want);
}

Test(conv, all_passes)
{
    const struct conv cases[] = {
        conv_square(1, 32, 28, 3, 1), conv_square(20, 50, 12, 5, 0),
        conv_square(64, 64, 4, 3, 0), conv_square(96, 50, 8, 3, 0),
        conv_square(4, 6, 9, 4, 2),   conv_square(3, 5, 27, 3, 0),
        conv_square(5, 18, 13, 7, 3),
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_levels(&cases[i], 2 * i);
}

/* Its own columns, in one block and in several; pixels that are whole vectors
 * and that are not. */
Test(conv, pointwise)
{
    const struct conv cases[] = {
        conv_square(16, 24, 5, 1, 0),
        conv_square(7, 3, 26, 1, 0),
        conv_square(7, 3, 6, 1, 1),
        conv_square(5, 9, 4, 1, 0),
    };
    struct conv grouped = conv_square(12, 18, 7, 1, 0);

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_levels(&cases[i], i);
    grouped.groups = 3;
    check_levels(&grouped, 1);
    check_levels(&grouped, 3);
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
