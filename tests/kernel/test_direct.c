/*
 * Direct convolutions against the definition, on every instruction set.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "conv/conv.h"
#include "support/naive_conv.h"

static struct conv_plan plan_of(const struct kernels *kern,
                                const struct conv *c)
{
    struct conv wished = *c;

    wished.wish = &conv_direct;
    return conv_plan(kern, &wished);
}

/* Elements whose error exceeds two roundings per term; `scale` has the sum of
 * the terms' magnitudes. */
static int64_t count_wrong(const real *got, const double *want,
                           const double *scale, int64_t count, int64_t terms)
{
    int64_t wrong = 0;

    for (int64_t i = 0; i < count; i++) {
        const double most =
            2 * REAL_EPSILON * (double)(terms + 2) * (scale[i] + 4);
        wrong += !(fabs((double)got[i] - want[i]) <= most);
    }
    return wrong;
}

static void expect(const struct kernels *kern, const struct conv_case *k,
                   const char *what, int64_t wrong)
{
    char text[160];

    conv_case_print(k, text);
    cr_expect_eq(wrong, 0, "%s %s, %s: %lld elements wrong",
                 cpu_name(kern->level), what, text, (long long)wrong);
}

static void check_forward(const struct kernels *kern, const struct conv_case *k)
{
    const struct conv_plan plan = plan_of(kern, &k->conv);
    real *work = take_reals(conv_work(&plan, false) / (int64_t)sizeof(real));
    real *y = take_reals(k->y_count);
    const struct conv_call call = {
        .samples = k->samples,
        .x = k->x,
        .weight = k->weight,
        .bias = k->biased ? k->bias : NULL,
        .rectify = k->rectify,
        .y = y,
        .work = work,
    };

    conv_forward(&plan, &call);
    expect(kern, k, "forward",
           count_wrong(y, k->y, k->y_scale, k->y_count,
                       k->weight_count / k->conv.filters));
    free(work);
    free(y);
}

static void check_backward(const struct kernels *kern,
                           const struct conv_case *k)
{
    const struct conv_plan plan = plan_of(kern, &k->conv);
    real *work = take_reals(conv_work(&plan, true) / (int64_t)sizeof(real));
    real *dx = take_reals(k->x_count);
    real *grad = take_reals(k->weight_count);
    const struct conv_call call = {
        .samples = k->samples,
        .x = k->x,
        .weight = k->weight,
        .dy = k->dy,
        .dx = dx,
        .weight_grad = grad,
        .work = work,
    };

    for (int64_t i = 0; i < k->weight_count; i++)
        grad[i] = k->weight_start[i];
    conv_backward(&plan, &call);
    expect(kern, k, "dx",
           count_wrong(dx, k->dx, k->dx_scale, k->x_count,
                       k->conv.filters * window_taps(&k->conv.window)));
    expect(kern, k, "weight gradient",
           count_wrong(grad, k->weight_grad, k->weight_scale, k->weight_count,
                       k->y_count / k->conv.filters));
    free(work);
    free(dx);
    free(grad);
}

static void check(const struct conv *c, int64_t samples, uint64_t seed)
{
    struct conv_case *k = conv_case_new(c, samples, seed);

    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        if (!kern)
            continue;
        check_forward(kern, k);
        check_backward(kern, k);
    }
    conv_case_free(k);
}

Test(direct, square_images)
{
    static const int64_t channels[] = {1, 3, 20, 32}, kernels[] = {1, 2, 3, 5};
    uint64_t seed = 0;

    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++)
            for (int64_t pad = 0; pad <= 2; pad++, seed++) {
                const struct conv c = conv_square(
                    channels[i], channels[(i + j) % 4], 7, kernels[j], pad);
                check(&c, 1 + (int64_t)(seed % 3), seed);
            }
}

/* First layers, and LeNet's second. */
Test(direct, real_layers)
{
    const struct conv first = conv_square(1, 96, 28, 5, 0);
    const struct conv padded = conv_square(3, 50, 27, 3, 1);
    const struct conv second = conv_square(20, 50, 12, 5, 0);
    const struct conv whole = conv_square(5, 17, 6, 6, 0);

    check(&first, 2, 0);
    check(&padded, 1, 1);
    check(&second, 5, 2);
    check(&whole, 3, 4);
}

/* An axis over `in` cells with `before` and `after` cells of padding. */
static struct axis axis_of(int64_t in, int64_t kernel, int64_t stride,
                           int64_t dilation, int64_t before, int64_t after)
{
    struct axis a = {
        .in = in,
        .kernel = kernel,
        .stride = stride,
        .dilation = dilation,
        .pad = before,
    };

    a.out = axis_count(&a, before + after);
    return a;
}

Test(direct, strides_dilations_groups)
{
    const struct {
        struct window window;
        int64_t channels, filters, groups;
    } cases[] = {
        {{axis_of(9, 3, 2, 1, 0, 0), axis_of(10, 3, 2, 1, 0, 0)}, 4, 6, 1},
        {{axis_of(9, 3, 2, 1, 1, 1), axis_of(8, 2, 3, 1, 1, 0)}, 4, 6, 2},
        {{axis_of(11, 3, 1, 2, 2, 2), axis_of(9, 2, 1, 3, 0, 3)}, 3, 9, 3},
        {{axis_of(7, 1, 2, 1, 0, 0), axis_of(8, 1, 2, 1, 0, 0)}, 5, 4, 1},
        {{axis_of(6, 4, 1, 1, 1, 2), axis_of(5, 2, 1, 1, 0, 1)}, 8, 8, 8},
        {{axis_of(2, 5, 1, 1, 4, 4), axis_of(3, 5, 2, 1, 4, 4)}, 2, 3, 1},
        {{axis_of(3, 2, 5, 1, 0, 0), axis_of(4, 2, 3, 1, 3, 3)}, 2, 3, 1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct conv c = {.window = cases[i].window,
                               .channels = cases[i].channels,
                               .filters = cases[i].filters,
                               .groups = cases[i].groups};
        check(&c, 2, i);
    }
}

Test(direct, bits_of_a_sample_do_not_depend_on_its_company)
{
    const struct conv c = conv_square(3, 20, 13, 5, 2);
    struct conv_case *k = conv_case_new(&c, 5, 4);
    const int64_t in = k->x_count / k->samples, out = k->y_count / k->samples;

    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        if (!kern)
            continue;
        const struct conv_plan plan = plan_of(kern, &c);
        real *work =
            take_reals(conv_work(&plan, false) / (int64_t)sizeof(real));
        real *together = take_reals(k->y_count), *alone = take_reals(out);
        struct conv_call call = {
            .samples = 5,
            .x = k->x,
            .weight = k->weight,
            .y = together,
            .work = work,
        };
        conv_forward(&plan, &call);
        for (int64_t n = 0; n < 5; n++) {
            call.samples = 1;
            call.x = k->x + n * in;
            call.y = alone;
            conv_forward(&plan, &call);
            cr_expect_eq(first_difference(alone, together + n * out, out), -1,
                         "%s: sample %lld of 5 differs from itself alone",
                         cpu_name(kern->level), (long long)n);
        }
        free(work);
        free(together);
        free(alone);
    }
    conv_case_free(k);
}
