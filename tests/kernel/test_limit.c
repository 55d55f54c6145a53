/*
 * What the processor's limit and its shares are computed from: multiply-adds
 * that are done, every one of them, and multiply-adds that are counted.
 */
#include <criterion/criterion.h>

#include "support/naive_conv.h"
#include "tensor/bfloat16.h"

/* Dyadic fractions of few digits: the sums are exact in any order. */
static double sum_by_hand(int64_t numbers, int64_t rounds)
{
    double all = 0;

    for (int64_t i = 0; i < numbers; i++) {
        double sum = (double)i;
        for (int64_t k = 0; k < rounds; k++)
            sum = sum * 0.5 + 0.25;
        all += sum;
    }
    return all;
}

Test(limit, every_multiply_add_is_done)
{
    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        for (int64_t rounds = 0; kern && rounds < 6; rounds++) {
            const double want =
                sum_by_hand(KERNEL_CHAINS * kern->lanes, rounds);
            const double got = (double)kern->chains(rounds, 0.5, 0.25);
            cr_expect_eq(got, want, "%s, %lld rounds: got %g, want %g",
                         cpu_name(kern->level), (long long)rounds, got, want);
        }
    }
}

#ifndef REAL_DOUBLE
Test(limit, every_pair_is_added)
{
    const struct kernels *kern = kernels_bfloat16(NULL);
    double first = 0;

    cr_assert(!kern->native == !kern->pairs.chains);
    for (int64_t i = 0; i < KERNEL_PAIR_CHAINS; i++)
        first += (double)(i * kern->lanes);
    for (int64_t rounds = 0; kern->native && rounds < 6; rounds++) {
        const double want =
            first + (double)(rounds * KERNEL_PAIR_CHAINS * kern->lanes) * 2 *
                        0.5 * 0.25;
        const double got = (double)kern->pairs.chains(rounds, 0.5, 0.25);
        cr_expect_eq(got, want, "%lld rounds: got %g, want %g",
                     (long long)rounds, got, want);
    }
}
#endif

static void expect_macs(struct conv c, const struct conv_ops *ops, double want)
{
    c.wish = ops;
    const struct conv_plan p = conv_plan(kernels_of(CPU_PORTABLE), &c);

    for (int pass = 0; pass < CONV_PASSES; pass++) {
        const double got = conv_macs(&p.task[pass]);
        cr_expect_eq(p.task[pass].ops, ops, "%s, not %s", ops->name,
                     p.task[pass].ops->name);
        cr_expect_eq(got, want, "%s, pass %d: got %g, want %g", ops->name, pass,
                     got, want);
    }
}

/* 5 channels and 6 filters, neither a whole vector: 16 products a tile of 2x2
 * where the definition has 36, in passes of all kinds. */
Test(limit, multiply_adds_are_the_algorithms)
{
    const struct conv c = conv_square(5, 6, 10, 3, 0);
    struct conv halves = conv_square(4, 6, 10, 3, 1);

    expect_macs(c, &conv_naive, 5 * 6 * 9 * 8 * 8);
    expect_macs(c, &conv_direct, 5 * 6 * 9 * 8 * 8);
    expect_macs(c, &conv_im2col, 5 * 6 * 9 * 8 * 8);
    expect_macs(c, &conv_winograd2, 5 * 6 * 16 * 4 * 4);
    expect_macs(c, &conv_winograd4, 5 * 6 * 36 * 2 * 2);
    /* 11 = 6 + 5, 22 = 6 + 6 + 5 + 5; 11 = 4 + 4 + 3, 5 = 3 + 3; filters of
     * five: 10 = 4 + 3 + 3 */
    expect_macs(conv_square(5, 6, 13, 3, 0), &conv_winograd6,
                5 * 6 * (8 + 7) * (8 + 7));
    expect_macs(conv_square(5, 6, 24, 3, 0), &conv_winograd6,
                5 * 6 * (8 + 8 + 7 + 7) * (8 + 8 + 7 + 7));
    expect_macs(conv_three(5, 6, 11, 8), &conv_winograd4,
                5 * 6 * (6 + 6 + 5) * (6 + 6));
    expect_macs(conv_three(5, 6, 8, 5), &conv_winograd4,
                5 * 6 * (6 + 6) * (5 + 5));
    expect_macs(conv_square(5, 6, 14, 5, 0), &conv_winograd4,
                5 * 6 * (8 + 7 + 7) * (8 + 7 + 7));
    expect_macs(conv_square(5, 6, 9, 3, 0), &conv_winograd2,
                5 * 6 * 16 * 4 * 4);
    expect_macs(conv_square(5, 6, 10, 1, 0), &conv_direct, 5 * 6 * 10 * 10);
    halves.groups = 2;
    expect_macs(halves, &conv_direct, 2 * 2 * 3 * 9 * 10 * 10);
}
