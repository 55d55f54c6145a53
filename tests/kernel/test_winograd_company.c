/*
 * Winograd convolutions in company: samples beside others, threads beside
 * others.  The bits are those of each alone.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "conv/conv.h"
#include "support/naive_conv.h"
#include "tensor/bfloat16.h"

static struct conv_plan plan_of(const struct kernels *kern,
                                const struct conv *c, int64_t m)
{
    struct conv wished = *c;
    char name[16];

    snprintf(name, sizeof name, "winograd%d", (int)m);
    wished.wish = conv_find(name);
    cr_assert_not_null(wished.wish);
    return conv_plan(kern, &wished);
}

/* Of which tiles of 3x3 outputs and more take turns with the filters. */
static struct conv very_wide(void)
{
    return conv_square(300, 280, 7, 3, 1);
}

enum { THREADS = 3 };

static void check_crew(const struct kernels *kern, const struct conv_case *k,
                       int64_t m, struct pool *pool)
{
    const struct conv_plan plan = plan_of(kern, &k->conv, m);
    const int64_t bytes = conv_work(&plan, false);
    real *work = take_reals(THREADS * bytes / (int64_t)sizeof(real));
    real *alone = take_reals(k->y_count), *shared = take_reals(k->y_count);
    struct conv_call call = {
        .samples = 1,
        .x = k->x,
        .weight = k->weight,
        .y = alone,
        .work = work,
    };

    conv_forward(&plan, &call);
    call.y = shared;
    call.crew = (struct crew){pool, (size_t)bytes};
    conv_forward(&plan, &call);
    cr_expect_eq(first_difference(shared, alone, k->y_count), -1,
                 "F(%d)%s: a crew computes other bits", (int)m,
                 kern->bfloat16 ? ", bfloat16" : "");
    free(work);
    free(alone);
    free(shared);
}

Test(winograd_company, a_crew_takes_turns)
{
    const struct kernels *portable = kernels_of(CPU_PORTABLE);
    const struct kernels *rounding = kernels_bfloat16(kernels_best());
    const struct conv c = very_wide();
    struct conv_case *k = conv_case_new(&c, 1, 12);
    struct pool *pool;
    struct err e = {0};

    cr_assert_eq(pool_new(&pool, THREADS, &e), OK);
    for (int64_t m = 3; m <= 6; m++)
        check_crew(portable, k, m, pool);
    if (rounding->bfloat16)
        for (int64_t m = 3; m <= 4; m++)
            check_crew(rounding, k, m, pool);
    pool_free(pool);
    conv_case_free(k);
}

static void check_company(const struct conv *c)
{
    struct conv_case *k = conv_case_new(c, 7, 4);
    const int64_t in = k->x_count / k->samples, out = k->y_count / k->samples;

    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        if (!kern)
            continue;
        const struct conv_plan plan = plan_of(kern, c, 4);
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
                         cpu_name(kern->level), (long long)n);
        }
        free(work);
        free(together);
        free(alone);
    }
    conv_case_free(k);
}

Test(winograd_company, bits_of_a_sample_do_not_depend_on_its_company)
{
    const struct conv narrow = conv_square(20, 50, 11, 3, 1);
    const struct conv large = conv_square(20, 36, 11, 7, 3);
    const struct conv wide = very_wide();

    check_company(&narrow);
    check_company(&large);
    check_company(&wide);
}
