/*
 * The choice of an algorithm, and all passes through it.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "support/naive_conv.h"
#include "tensor/conv.h"

static enum conv_algorithm choice(const struct conv *c)
{
    return conv_choose(kernels_best(), c);
}

static void expect_choice(const struct conv *c, enum conv_algorithm want)
{
    cr_expect_eq(choice(c), want, "%lldx%lldx%lld, filters of %lld: %s",
                 (long long)c->channels, (long long)c->window.y.in,
                 (long long)c->window.x.in, (long long)c->window.y.kernel,
                 conv_algorithm_name(choice(c)));
}

/* Cases that leave no doubt whatever the vectors. */
Test(conv, choice)
{
    const struct conv large = conv_square(96, 96, 22, 3, 0);
    const struct conv thirds = conv_square(96, 96, 8, 3, 0);
    const struct conv first = conv_square(1, 32, 28, 3, 1);
    const struct conv five = conv_square(96, 96, 24, 5, 0);
    struct conv strided = large, dilated = large, grouped = large;

    strided.window.y.stride = 2;
    dilated.window.x.dilation = 2;
    grouped.groups = 2;
    expect_choice(&large, CONV_WINOGRAD4);
    expect_choice(&thirds, CONV_WINOGRAD3);
    expect_choice(&first, CONV_DIRECT);
    expect_choice(&five, CONV_WINOGRAD2);
    expect_choice(&strided, CONV_DIRECT);
    expect_choice(&dilated, CONV_DIRECT);
    expect_choice(&grouped, CONV_DIRECT);
}

Test(conv, names)
{
    cr_expect_str_eq(conv_algorithm_name(CONV_DIRECT), "direct");
    cr_expect_str_eq(conv_algorithm_name(CONV_WINOGRAD4), "winograd4");
    cr_expect_str_eq(conv_algorithm_name(CONV_ALGORITHMS), "unknown");
}

static void expect_small(const struct conv_case *k, const char *what,
                         double error)
{
    char text[160];

    conv_case_print(k, text);
    /* That of the largest Winograd tiles; see test_winograd.c. */
    cr_expect_lt(error, 300 * REAL_EPSILON, "%s %s, %s: error %.3g", what,
                 conv_algorithm_name(choice(&k->conv)), text, error);
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
    const int64_t forward = conv_work(kern, c, CONV_FORWARD);
    const int64_t backward = conv_work(kern, c, CONV_BACKWARD);
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
    conv_forward(kern, c, &call);
    conv_backward(kern, c, &call);
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

static void check_levels(const struct conv *c, uint64_t seed)
{
    for (int level = 0; level < CPU_LEVELS; level++)
        if (cpu_has((enum cpu_level)level))
            check(kernels_of((enum cpu_level)level), c, seed);
}

Test(conv, all_passes)
{
    const struct conv cases[] = {
        conv_square(1, 32, 28, 3, 1),  conv_square(20, 50, 12, 5, 0),
        conv_square(64, 64, 4, 3, 0),  conv_square(96, 50, 8, 3, 0),
        conv_square(48, 64, 18, 3, 1),
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_levels(&cases[i], 2 * i);
}

Test(conv, depthwise)
{
    struct conv c = conv_square(37, 37, 11, 3, 1);
    struct conv strided = conv_square(8, 8, 9, 5, 0);

    c.groups = 37;
    cr_expect_eq(choice(&c), CONV_DEPTHWISE);
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
