/*
 * Weights that are laid out once, in any order of their parts, give the bits of
 * those that a call lays out itself, and are all that it reads of them.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "conv/conv.h"
#include "support/naive_conv.h"
#include "tensor/gemm.h"

/* What the passes of a convolution leave. */
struct results {
    real *y, *dx, *grad;
};

static struct results take_results(const struct conv_case *k)
{
    const struct results r = {
        .y = take_reals(k->y_count),
        .dx = take_reals(k->x_count),
        .grad = take_reals(k->weight_count),
    };

    for (int64_t i = 0; i < k->weight_count; i++)
        r.grad[i] = k->weight_start[i];
    return r;
}

static void free_results(struct results *r)
{
    free(r->y);
    free(r->dx);
    free(r->grad);
}

/* The scratch that is left where the weights are laid out. */
static real *take_work(const struct conv_plan *p, bool backward, bool laid)
{
    const int64_t reals = conv_work(p, backward) / (int64_t)sizeof(real);

    return take_reals(reals - (laid ? conv_unlaid(p, backward) : 0));
}

static real *lay(const struct conv_plan *p, bool backward,
                 const struct conv_case *k)
{
    const int64_t reals = conv_laid(p, backward);
    real *work = take_work(p, backward, true);
    const struct conv_call call = {
        .samples = 1,
        .weight = k->weight,
        .work = work,
        .laid = take_reals(reals),
    };

    for (int64_t i = 0; i < reals; i++)
        call.laid[i] = (real)NAN;
    for (int64_t part = LAY_PARTS - 1; reals > 0 && part >= 0; part--)
        conv_lay(p, backward, &call, part);
    free(work);
    return call.laid;
}

static void run(const struct conv_plan *p, bool backward,
                const struct conv_case *k, const struct results *r,
                bool is_laid)
{
    const bool lays = is_laid && conv_laid(p, backward) > 0;
    real *laid = lays ? lay(p, backward, k) : NULL;
    real *work = take_work(p, backward, lays);
    struct conv_call call = {
        .samples = k->samples,
        .x = k->x,
        .weight = lays ? NULL : k->weight,
        .bias = k->bias,
        .y = r->y,
        .dy = k->dy,
        .dx = r->dx,
        .weight_grad = r->grad,
        .work = work,
        .laid = laid,
    };

    if (backward)
        conv_backward(p, &call);
    else
        conv_forward(p, &call);
    free(work);
    free(laid);
}

static void expect_same(const struct conv_plan *p, const char *what,
                        const real *got, const real *want, int64_t count)
{
    const struct conv_task *t = &p->task[CONV_FORWARD];

    cr_expect_eq(first_difference(got, want, count), -1,
                 "%s, %s: %s differs by laid out weights",
                 cpu_name(t->kern->level), t->ops->name, what);
}

/* Returns whether any weights were laid out. */
static bool check(const struct kernels *kern, const struct conv *c,
                  const struct conv_case *k)
{
    const struct conv_plan p = conv_plan(kern, c);
    struct results want = take_results(k), got = take_results(k);

    for (int backward = 0; backward < 2; backward++) {
        run(&p, backward, k, &want, false);
        run(&p, backward, k, &got, true);
    }
    expect_same(&p, "y", got.y, want.y, k->y_count);
    expect_same(&p, "dx", got.dx, want.dx, k->x_count);
    expect_same(&p, "weight gradient", got.grad, want.grad, k->weight_count);
    free_results(&want);
    free_results(&got);
    return conv_laid(&p, false) > 0 || conv_laid(&p, true) > 0;
}

/* By every algorithm on every level, but for the one that never lays out; how
 * many laid out weights. */
static int check_levels(const struct conv *c)
{
    struct conv_case *k = conv_case_new(c, 3, 1);
    struct conv wished = *c;
    int count = 0;

    for (int level = 0; level < CPU_LEVELS; level++)
        for (int i = 0; conv_words[i]; i++) {
            const struct kernels *kern = kernels_of((enum cpu_level)level);
            wished.wish = conv_find(conv_words[i]);
            if (kern && wished.wish != &conv_naive &&
                (!wished.wish || conv_fits(wished.wish, c)))
                count += check(kern, &wished, k);
        }
    conv_case_free(k);
    return count;
}

Test(conv_laid, bits_are_the_same)
{
    struct conv grouped = conv_square(12, 18, 10, 3, 1);
    struct conv strided = conv_square(8, 12, 15, 3, 1);
    const struct conv cases[] = {
        conv_square(20, 50, 12, 5, 2),  conv_square(72, 40, 9, 3, 1),
        conv_square(1, 150, 13, 3, 0),  conv_square(7, 30, 6, 1, 0),
        conv_square(300, 280, 7, 3, 1), conv_square(24, 20, 11, 7, 3),
    };

    cr_assert_null(gemm_open());
    grouped.groups = 3;
    strided.window.y.stride = strided.window.x.stride = 2;
    strided.window.y.out = strided.window.x.out = 8;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_geq(check_levels(&cases[i]), 2, "case %zu", i);
    cr_expect_geq(check_levels(&grouped), 2);
    cr_expect_geq(check_levels(&strided), 2);
}
