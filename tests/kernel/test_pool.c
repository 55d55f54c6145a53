/*
 * Pooling in pairs on every instruction set, against the definition.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/naive_conv.h"
#include "tensor/kernels.h"

struct answer {
    real value;
    unsigned char tap;
};

/* The first maximum of a window, or its last NaN. */
static struct answer maximum(const struct pool_pairs *p, const real *x,
                             int64_t plane, int64_t i, int64_t j)
{
    struct answer a = {0};

    for (int tap = 0; tap < 4; tap++) {
        const int64_t row = plane * p->in_h + 2 * i + tap / 2;
        const real v = x[row * p->in_w + 2 * j + tap % 2];
        if (tap == 0 || v > a.value || isnan(v))
            a = (struct answer){v, (unsigned char)tap};
    }
    return a;
}

static bool same(real a, real b)
{
    return isnan(a) ? isnan(b) : memcmp(&a, &b, sizeof a) == 0;
}

/* Output o of a pass over x, and where its gradient went. */
static bool output_is_right(const struct pool_pairs *p, const real *x, real y,
                            unsigned char index, int64_t o)
{
    const int64_t plane = o / (p->out_h * p->out_w);
    const int64_t i = o / p->out_w % p->out_h, j = o % p->out_w;
    const struct answer a = maximum(p, x, plane, i, j);

    return same(y, a.value) && index == a.tap;
}

static bool gradient_is_right(const struct pool_pairs *p, const real *dx,
                              real dy, unsigned char index, int64_t o)
{
    const int64_t plane = o / (p->out_h * p->out_w);
    const int64_t i = o / p->out_w % p->out_h, j = o % p->out_w;
    bool right = true;

    for (int tap = 0; tap < 4; tap++) {
        const int64_t row = plane * p->in_h + 2 * i + tap / 2;
        const real got = dx[row * p->in_w + 2 * j + tap % 2];
        right = right && got == (tap == index ? dy : 0);
    }
    return right;
}

static void check(const struct kernels *kern, const struct pool_pairs *p)
{
    const int64_t in = p->planes * p->in_h * p->in_w;
    const int64_t out = p->planes * p->out_h * p->out_w;
    real *x = take_reals(in), *y = take_reals(out), *dx = take_reals(in);
    real *dy = take_reals(out);
    unsigned char *index = malloc((size_t)out);
    int64_t wrong = 0;

    cr_assert_not_null(index);
    fill_normal(x, in, (uint64_t)in);
    fill_normal(dy, out, 7);
    for (int64_t i = 0; i < in; i++)
        x[i] = i % 11 == 3 ? (real)NAN : (real)round((double)x[i]); /* ties */
    kern->pool_pairs(p, x, y, index);
    kern->spread_pairs(p, dy, index, dx);
    for (int64_t o = 0; o < out; o++)
        wrong += !output_is_right(p, x, y[o], index[o], o) ||
                 !gradient_is_right(p, dx, dy[o], index[o], o);
    cr_expect_eq(wrong, 0, "%s %lldx%lldx%lld: %lld outputs wrong",
                 cpu_name(kern->level), (long long)p->planes,
                 (long long)p->in_h, (long long)p->in_w, (long long)wrong);
    free(x);
    free(y);
    free(dx);
    free(dy);
    free(index);
}

Test(pool_pairs, agree_with_the_definition)
{
    for (int level = 0; level < CPU_LEVELS; level++) {
        const struct kernels *kern = kernels_of((enum cpu_level)level);
        for (int64_t width = 2; kern && width < 70; width++) {
            const struct pool_pairs p = {
                .planes = 3,
                .in_h = 2 + width % 5,
                .in_w = width,
                .out_h = (2 + width % 5) / 2,
                .out_w = width / 2,
            };
            check(kern, &p);
        }
    }
}
