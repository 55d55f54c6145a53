/*
 * Winograd convolutions in bfloat16, on every instruction set: exact where all
 * numbers are of few bits, and within what winograd.h promises elsewhere.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "conv/conv.h"
#include "support/naive_conv.h"
#include "tensor/bfloat16.h"

#ifndef REAL_DOUBLE

static const struct kernels *table_of(int level)
{
    const struct kernels *kern = kernels_of((enum cpu_level)level);

    return kern ? kernels_bfloat16(kern) : NULL;
}

static struct conv wished(const struct conv *c, const char *name)
{
    struct conv w = *c;

    w.wish = conv_find(name);
    return w;
}

struct results {
    real *y, *dx, *weight_grad;
};

static struct results take_results(const struct conv_case *k)
{
    return (struct results){take_reals(k->y_count), take_reals(k->x_count),
                            take_reals(k->weight_count)};
}

static void free_results(struct results *r)
{
    free(r->y);
    free(r->dx);
    free(r->weight_grad);
}

static void compute(const struct kernels *kern, const struct conv_case *k,
                    const char *name, struct results *r)
{
    const struct conv c = wished(&k->conv, name);
    const struct conv_plan plan = conv_plan(kern, &c);
    real *forward_work =
        take_reals(conv_work(&plan, false) / (int64_t)sizeof(real));
    real *work = take_reals(conv_work(&plan, true) / (int64_t)sizeof(real));
    struct conv_call call = {
        .samples = k->samples,
        .x = k->x,
        .weight = k->weight,
        .bias = k->biased ? k->bias : NULL,
        .rectify = k->rectify,
        .y = r->y,
        .dy = k->dy,
        .dx = r->dx,
        .weight_grad = r->weight_grad,
        .work = forward_work,
    };

    cr_assert_eq(plan.task[CONV_FORWARD].ops, c.wish);
    for (int64_t i = 0; i < k->weight_count; i++)
        r->weight_grad[i] = k->weight_start[i];
    conv_forward(&plan, &call);
    call.work = work;
    conv_backward(&plan, &call);
    free(forward_work);
    free(work);
}

/* Few bits: images of -1, 0 and 1, filters of -4, 0 and 4, of which the
 * transforms of F(2x2, 3x3) make no more than 8 bits. */
static void make_exact(struct conv_case *k)
{
    for (int64_t i = 0; i < k->x_count; i++)
        k->x[i] = (real)lrint(fmax(-1, fmin(1, (double)k->x[i])));
    for (int64_t i = 0; i < k->y_count; i++)
        k->dy[i] = (real)lrint(fmax(-1, fmin(1, (double)k->dy[i])));
    for (int64_t i = 0; i < k->weight_count; i++) {
        k->weight[i] = 4 * (real)lrint(fmax(-1, fmin(1, (double)k->weight[i])));
        k->weight_start[i] = 0;
    }
    k->biased = k->rectify = false;
}

static int64_t inexact(const real *a, const real *b, int64_t count)
{
    int64_t wrong = 0;

    for (int64_t i = 0; i < count; i++)
        wrong += !(fabs((double)a[i] - (double)b[i]) <= 0);
    return wrong;
}

/* The same sums by the loops that are the definition; all are integers. */
static void check_exact(const struct conv *c, int64_t samples)
{
    struct conv_case *k = conv_case_new(c, samples, 5);
    struct results want = take_results(k), got = take_results(k);

    make_exact(k);
    compute(kernels_of(CPU_PORTABLE), k, "naive", &want);
    for (int level = 0; level < CPU_LEVELS; level++) {
        if (!table_of(level))
            continue;
        compute(table_of(level), k, "winograd2", &got);
        const int64_t wrong =
            inexact(got.y, want.y, k->y_count) +
            inexact(got.dx, want.dx, k->x_count) +
            inexact(got.weight_grad, want.weight_grad, k->weight_count);
        cr_expect_eq(wrong, 0, "%s, %lld to %lld channels: %lld wrong",
                     cpu_name((enum cpu_level)level), (long long)c->channels,
                     (long long)c->filters, (long long)wrong);
    }
    free_results(&want);
    free_results(&got);
    conv_case_free(k);
}

Test(winograd_bfloat16, numbers_of_few_bits_are_exact)
{
    static const int64_t channels[] = {1, 3, 16, 20, 33};

    for (int i = 0; i < 5; i++)
        for (int j = 0; j < 5; j++) {
            const struct conv c =
                conv_square(channels[i], channels[j], 5 + 2 * i + j, 3, j % 3);
            check_exact(&c, 1 + i);
        }
}

/* Filters so wide that some of their lanes are computed at a time. */
Test(winograd_bfloat16, wide_filters_take_turns)
{
    const struct conv c = conv_square(300, 530, 6, 3, 1);
    const struct conv w = wished(&c, "winograd2");
    const struct conv_plan p = conv_plan(table_of(CPU_PORTABLE), &w);

    cr_assert(conv_laid(&p, false) > 0 && conv_unlaid(&p, false) == 0);
    check_exact(&c, 2);
}

static double relative_rms(const real *got, const double *want, int64_t count)
{
    double error = 0, square = 0;

    for (int64_t i = 0; i < count; i++) {
        const double off = (double)got[i] - want[i];
        error += off * off;
        square += want[i] * want[i];
    }
    return sqrt(error / square);
}

/* What winograd.h promises of each tile, for numbers of unit variance. */
static const struct promise {
    const char *name;
    int64_t r;
    double largest, rms;
} promises[] = {
    {"winograd2", 3, 3e-2, 5e-3},
    {"winograd3", 3, 6e-2, 8e-3},
    {"winograd4", 3, 1.2e-1, 1.3e-2},
    {"winograd2", 5, 1e-1, 1.6e-2},
};

static void expect(const struct kernels *kern, const struct promise *p,
                   const char *what, double error, double most)
{
    cr_expect(error <= most, "%s, %s %lld, %s: %.3g, at most %.3g",
              cpu_name(kern->level), p->name, (long long)p->r, what, error,
              most);
}

static void expect_promise(const struct kernels *kern,
                           const struct conv_case *k, const struct promise *p)
{
    struct results r = take_results(k);
    const struct {
        const char *what;
        const real *got;
        const double *want;
        int64_t count, worse;
    } all[] = {
        {"y", r.y, k->y, k->y_count, 1},
        {"dx", r.dx, k->dx, k->x_count, 2},
        {"weights", r.weight_grad, k->weight_grad, k->weight_count, 2},
    };

    compute(kern, k, p->name, &r);
    for (int i = 0; i < 3; i++) {
        const double worse = (double)all[i].worse;
        expect(kern, p, all[i].what,
               relative_error(all[i].got, all[i].want, all[i].count),
               worse * p->largest);
        expect(kern, p, "rms",
               relative_rms(all[i].got, all[i].want, all[i].count),
               worse * p->rms);
    }
    free_results(&r);
}

Test(winograd_bfloat16, promised_errors)
{
    const struct conv cases[] = {
        conv_square(96, 96, 22, 3, 0), conv_square(128, 128, 6, 3, 0),
        conv_square(32, 32, 28, 3, 1), conv_square(96, 96, 14, 5, 2),
        conv_square(20, 50, 12, 5, 0), conv_three(64, 48, 22, 11),
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct conv_case *k = conv_case_new(&cases[i], 4, 2 * i + 1);
        for (int level = 0; level < CPU_LEVELS; level++)
            for (size_t j = 0; j < sizeof promises / sizeof *promises; j++)
                if (table_of(level) &&
                    promises[j].r == cases[i].window.y.kernel)
                    expect_promise(table_of(level), k, &promises[j]);
        conv_case_free(k);
    }
}

/* Tiles of 4 outputs, of 3 and of both along each axis. */
Test(winograd_bfloat16, fours_and_threes)
{
    static const int64_t outputs[] = {1, 3, 4, 5, 6, 7, 9, 10, 11};
    const struct promise *four = &promises[2];

    for (int i = 0; i < 9; i++)
        for (int j = 0; j < 9; j++) {
            const struct conv c = conv_three(33, 20, outputs[i], outputs[j]);
            struct conv_case *k =
                conv_case_new(&c, 1 + (i + j) % 4, (uint64_t)(9 * i + j));
            for (int level = 0; level < CPU_LEVELS; level++)
                if (table_of(level))
                    expect_promise(table_of(level), k, four);
            conv_case_free(k);
        }
}

/* In any company, and in parts of any size: tiles of two sizes along y. */
Test(winograd_bfloat16, bits_of_a_sample_are_its_own)
{
    const struct conv three = conv_three(20, 50, 11, 8);
    const struct conv c = wished(&three, "winograd4");
    struct conv_case *k = conv_case_new(&c, 7, 4);
    const int64_t in = k->x_count / k->samples, out = k->y_count / k->samples;

    for (int level = 0; level < CPU_LEVELS; level++) {
        if (!table_of(level))
            continue;
        const struct conv_plan plan = conv_plan(table_of(level), &c);
        real *work =
            take_reals(conv_work(&plan, false) / (int64_t)sizeof(real));
        real *together = take_reals(k->y_count), *alone = take_reals(out);
        struct conv_call call = {
            .samples = 7,
            .x = k->x,
            .weight = k->weight,
            .y = together,
            .work = work,
        };
        conv_forward(&plan, &call);
        for (int64_t n = 0; n < 7; n++) {
            call.samples = 1;
            call.x = k->x + n * in;
            call.y = alone;
            conv_forward(&plan, &call);
            cr_expect_eq(first_difference(alone, together + n * out, out), -1,
                         "%s: sample %lld of 7 differs from itself alone",
                         cpu_name((enum cpu_level)level), (long long)n);
        }
        free(work);
        free(together);
        free(alone);
    }
    conv_case_free(k);
}

/* Larger tiles are neither chosen nor taken when they are named. */
Test(winograd_bfloat16, tiles_have_six_inputs_at_most)
{
    static const struct {
        const char *name;
        int64_t kernel;
        bool suits;
    } rows[] = {
        {"winograd2", 3, true},  {"winograd3", 3, true},
        {"winograd4", 3, true},  {"winograd5", 3, false},
        {"winograd6", 3, false}, {"winograd2", 5, true},
        {"winograd4", 5, false}, {"im2col", 5, true},
    };

    for (int level = 0; level < CPU_LEVELS; level++)
        for (size_t i = 0; table_of(level) && i < sizeof rows / sizeof *rows;
             i++) {
            const struct conv square =
                conv_square(64, 64, 24, rows[i].kernel, 0);
            const struct conv c = wished(&square, rows[i].name);
            const struct conv_plan plan = conv_plan(table_of(level), &c);
            const struct conv_ops *ops = plan.task[CONV_FORWARD].ops;
            cr_expect_eq(conv_suits(table_of(level), c.wish, &c),
                         rows[i].suits);
            cr_expect_eq(ops == c.wish, rows[i].suits);
            cr_expect(ops->tile + rows[i].kernel - 1 <= 6);
        }
}

#endif
