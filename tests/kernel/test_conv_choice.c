/*
 * The choice of an algorithm.
 */
#include <criterion/criterion.h>

#include "conv/conv.h"
#include "support/naive_conv.h"

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
    const struct {
        int64_t in, kernel;
        const struct conv_ops *want;
    } tiles[] = {
        {20, 3, &conv_winograd6}, {12, 3, &conv_winograd5},
        {9, 3, &conv_winograd4},  {6, 3, &conv_winograd4},
        {5, 3, &conv_winograd3},  {24, 5, &conv_winograd4},
        {6, 5, &conv_winograd2},  {22, 7, &conv_winograd2},
    };
    /* Our products lose to the BLAS's only without AVX2. */
    const struct conv_ops *plain =
        kern->blas_cost < 0.9 ? &conv_im2col : &conv_direct;
    struct conv strided = large, dilated = large, grouped = large;

    strided.window.y.stride = 2;
    strided.window.y.out = 10;
    dilated.window.x.dilation = 2;
    dilated.window.x.out = 18;
    grouped.groups = 2;
    for (size_t i = 0; i < sizeof tiles / sizeof *tiles; i++) {
        const struct conv c =
            conv_square(96, 96, tiles[i].in, tiles[i].kernel, 0);
        expect_choice(kern, &c, tiles[i].want);
    }
    expect_choice(kern, &strided, plain);
    expect_choice(kern, &dilated, plain);
    expect_choice(kern, &grouped, plain);
}

Test(conv_choice, no_doubt)
{
    for (int level = 0; level < CPU_LEVELS; level++)
        if (cpu_has((enum cpu_level)level))
            check_choices(kernels_of((enum cpu_level)level));
}

/* Three channels fill no vector: their gradient is the BLAS's on every level
 * where a layer puts it out, the forward pass, whose vectors hold filters, is
 * not; where it does not, all passes take blocked images. */
Test(conv_choice, passes_are_chosen_for_one_by_one)
{
    struct conv c = conv_square(3, 64, 64, 7, 3), transposed;

    c.window.y.stride = c.window.x.stride = 2;
    c.window.y.out = c.window.x.out = 32;
    transposed = c;
    transposed.transposed = true;
    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        if (!kern)
            continue;
        expect_pass(kern, &transposed, CONV_DATA, &conv_im2col);
        if (kern->lanes < 8)
            continue;
        expect_pass(kern, &transposed, CONV_FORWARD, &conv_direct);
        expect_choice(kern, &c, &conv_direct);
    }
}

/* Filters of one tap need no columns. */
Test(conv_choice, filters_of_one_tap)
{
    const struct conv c = conv_square(64, 64, 14, 1, 0);

    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        if (kern && kern->lanes >= 8)
            expect_choice(kern, &c, &conv_direct);
    }
}

Test(conv_choice, wishes)
{
    struct conv c = conv_square(1, 4, 28, 3, 1);

    for (int i = 1; conv_words[i]; i++) {
        c.wish = conv_find(conv_words[i]);
        if (conv_fits(c.wish, &c))
            expect_choice(kernels_best(), &c, c.wish);
    }
    /* What a wish does not fit is chosen for. */
    c = conv_square(96, 96, 24, 5, 0);
    c.wish = &conv_winograd6;
    expect_choice(kernels_best(), &c, &conv_winograd4);
    c.wish = &conv_depthwise;
    expect_choice(kernels_best(), &c, &conv_winograd4);
}

Test(conv_choice, names)
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

Test(conv_choice, depthwise_has_no_rival)
{
    struct conv depthwise = conv_square(37, 37, 11, 3, 1);

    depthwise.groups = 37;
    expect_choice(kernels_best(), &depthwise, &conv_depthwise);
}
