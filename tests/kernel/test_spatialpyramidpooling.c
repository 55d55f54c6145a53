/* spatialpyramidpooling against its definition. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "layer/config.h"
#include "support/naive.h"
#include "support/trial.h"

struct pyramid {
    int64_t levels[3], count;
    bool fast, average;
};

static struct spatialpyramidpooling_config config_of(const struct pyramid *p)
{
    return (struct spatialpyramidpooling_config){
        .pool_dims = {p->levels, p->count},
        .mode = p->average ? "average" : "max",
        .implementation = p->fast ? "fast" : "kaiming",
    };
}

/* Is pixel i of n in bin b of p? */
static bool is_in(const struct pyramid *y, int64_t i, int64_t n, int64_t b,
                  int64_t p)
{
    if (y->fast)
        return i >= b * (n / p) && i < b * (n / p) + (n + p - 1) / p;
    return i >= (int64_t)floor((double)(b * n) / (double)p) &&
           i < (int64_t)ceil((double)((b + 1) * n) / (double)p);
}

static void add(struct naive_sum *s, double term)
{
    s->value += term;
    s->size += fabs(term);
    s->terms += 2;
}

/* Output o of a plane: bin (b / p, b % p) of a level. */
static void expect_bin(const struct trial *t, const struct pyramid *y,
                       const int64_t at[3], int64_t o,
                       struct naive_sum *sums[2])
{
    const int64_t h = t->in[0].dim[1], w = t->in[0].dim[2];
    const int64_t plane = at[0], p = at[1], b = at[2];
    const real *x = t->x + plane * h * w;
    int64_t cells = 0, best = -1;

    for (int64_t i = 0; i < h * w; i++)
        if (is_in(y, i / w, h, b / p, p) && is_in(y, i % w, w, b % p, p)) {
            cells++;
            best = best < 0 || x[i] > x[best] ? i : best;
        }
    if (!y->average) {
        sums[0][o].value = (double)x[best];
        add(&sums[1][plane * h * w + best], (double)t->dy[o]);
        return;
    }
    for (int64_t i = 0; i < h * w; i++)
        if (is_in(y, i / w, h, b / p, p) && is_in(y, i % w, w, b % p, p)) {
            add(&sums[0][o], (double)x[i] / (double)cells);
            add(&sums[1][plane * h * w + i], (double)t->dy[o] / (double)cells);
        }
}

static void check(const struct pyramid *y, struct shape in, int64_t batch)
{
    const struct spatialpyramidpooling_config c = config_of(y);
    char what[160];
    struct trial t;
    int64_t o = 0;

    snprintf(what, sizeof what, "%ld x %ldx%ldx%ld, %ld, %ld, %ld %s %s",
             (long)batch, (long)in.dim[0], (long)in.dim[1], (long)in.dim[2],
             (long)y->levels[0], (long)y->levels[1], (long)y->levels[2], c.mode,
             c.implementation);
    cr_assert_eq(trial_open(&t, "spatialpyramidpooling", &c, in, batch), OK,
                 "%s: %s", what, t.layer.spec.why);
    trial_fill(&t, 5);
    struct naive_sum *sums[2] = {calloc((size_t)t.out_count, sizeof **sums),
                                 calloc((size_t)t.in_count, sizeof **sums)};
    cr_assert(sums[0] && sums[1]);
    for (int64_t plane = 0; plane < batch * in.dim[0]; plane++)
        for (int64_t l = 0; l < y->count; l++)
            for (int64_t b = 0; b < y->levels[l] * y->levels[l]; b++)
                expect_bin(&t, y, (const int64_t[]){plane, y->levels[l], b},
                           o++, sums);
    cr_assert_eq(o, t.out_count, "%s", what);
    trial_forward(&t, false);
    naive_check(what, t.y, sums[0], t.out_count);
    trial_forward(&t, true);
    naive_check(what, t.y, sums[0], t.out_count);
    trial_backward(&t, true);
    naive_check(what, t.dx, sums[1], t.in_count);
    free(sums[0]);
    free(sums[1]);
    trial_close(&t);
}

static int64_t draw(uint64_t *used, int64_t low, int64_t high)
{
    return low + (int64_t)rng_below(rng_key(5, "pyramid"), (*used)++,
                                    (uint64_t)(high - low + 1));
}

Test(spatialpyramidpooling, random_shapes)
{
    uint64_t used = 0;

    for (int i = 0; i < 120; i++) {
        struct pyramid y = {.count = draw(&used, 1, 3)};
        for (int64_t l = 0; l < y.count; l++)
            y.levels[l] = draw(&used, 1, 5);
        y.average = draw(&used, 0, 1) == 1;
        const int64_t channels = draw(&used, 1, 18);
        const int64_t height = draw(&used, 1, 13), width = draw(&used, 1, 14);
        check(&y, SHAPE(channels, height, width), draw(&used, 1, 3));
    }
}

/* Bins of more cells than a byte counts, beside smaller ones. */
Test(spatialpyramidpooling, wide_bins)
{
    const struct pyramid y = {.levels = {4, 2, 1}, .count = 3};

    check(&y, SHAPE(3, 33, 35), 3);
}

Test(spatialpyramidpooling, fast)
{
    struct pyramid y = {.levels = {4, 2, 1}, .count = 3, .fast = true};

    check(&y, SHAPE(3, 10, 8), 2);
    y.average = true;
    check(&y, SHAPE(5, 8, 14), 2);
    y = (struct pyramid){.levels = {5}, .count = 1, .fast = true};
    check(&y, SHAPE(5, 10, 10), 2);
}

Test(spatialpyramidpooling, refusals)
{
    const struct pyramid y = {.levels = {1, 4}, .count = 2, .fast = true};
    const struct spatialpyramidpooling_config c = config_of(&y);
    static const int64_t sides[] = {3, 7};
    struct trial t;

    for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
        char want[80];
        snprintf(want, sizeof want,
                 "fast does not divide its %ldx8 input into 4x4 bins",
                 (long)sides[i]);
        cr_assert_eq(trial_open(&t, "spatialpyramidpooling", &c,
                                SHAPE(2, sides[i], 8), 1),
                     ERR_CONFIG);
        cr_assert_str_eq(t.layer.spec.why, want);
        cr_assert_str_eq(t.layer.spec.why_key, "implementation");
    }
    cr_assert_eq(trial_open(&t, "spatialpyramidpooling", &c, SHAPE(9), 1),
                 ERR_CONFIG);
}
