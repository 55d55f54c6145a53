/* Two samples in one: whom, how much of whom, and what of it. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "base/compiler.h"
#include "support/augmenting.h"

enum { DRAWS = 20000 };

static struct augment_mix mix_of(const struct augmenting *a, int64_t id,
                                 uint64_t epoch, int64_t count)
{
    const struct augment_sample of = {a->bytes, a->floats, id, epoch};

    return augment_draw_mix(a->augment, &of, count);
}

/* Beta(a, a) has mean 1/2, variance 1 / (4 (2 a + 1)) and, from the mean, the
 * fourth moment 3 / (16 (2 a + 1) (2 a + 3)). */
static void check_beta(double alpha)
{
    double first = 0, second = 0, fourth = 0;
    struct augmenting a;
    char yaml[80];

    snprintf(yaml, sizeof yaml, "[{mixup: %g}]", alpha);
    augmenting_open(&a, yaml, SHAPE(2), false);
    for (int64_t id = 0; id < DRAWS; id++) {
        const struct augment_mix m = mix_of(&a, id, 1, 10);
        const double from = m.share - 0.5;
        cr_assert(m.share >= 0 && m.share <= 1, "%g", m.share);
        first += from / DRAWS;
        second += from * from / DRAWS;
        fourth += from * from * from * from / DRAWS;
    }
    const double variance = 1 / (4 * (2 * alpha + 1));
    const double want = 3 / (16 * (2 * alpha + 1) * (2 * alpha + 3));
    cr_assert_lt(fabs(first), 5 * sqrt(variance / DRAWS), "%g: %g", alpha,
                 first);
    cr_assert_lt(fabs(second - variance),
                 5 * sqrt((want - variance * variance) / DRAWS) + 1e-12,
                 "%g: %g, expected %g", alpha, second, variance);
    cr_assert_lt(fabs(fourth - want), 0.05 * want, "%g: %g, expected %g", alpha,
                 fourth, want);
    augmenting_close(&a);
}

Test(augment_mix, beta)
{
    static const double alphas[] = {0.01, 0.2, 0.5, 1, 1.5, 4, 50};

    for (size_t i = 0; i < ARRAY_LEN(alphas); i++)
        check_beta(alphas[i]);
}

/* Of 1 both shares are alike: every tenth of them comes up as often. */
Test(augment_mix, beta_of_one_is_uniform)
{
    int seen[10] = {0};
    struct augmenting a;

    augmenting_open(&a, "[{mixup: 1}]", SHAPE(2), false);
    for (int64_t id = 0; id < DRAWS; id++) {
        const int tenth = (int)(mix_of(&a, id, 1, 10).share * 10);
        seen[tenth > 9 ? 9 : tenth]++;
    }
    for (int i = 0; i < 10; i++)
        cr_assert_lt(fabs(seen[i] - DRAWS / 10.0), 5 * sqrt(DRAWS * 0.09));
    augmenting_close(&a);
}

/* Everybody may be anybody's partner, and is in another epoch another one's. */
Test(augment_mix, partners)
{
    enum { SAMPLES = 20 };
    int seen[SAMPLES] = {0}, same = 0;
    struct augmenting a;

    augmenting_open(&a, "[mixup]", SHAPE(2), false);
    for (int64_t id = 0; id < DRAWS; id++) {
        const int64_t partner = mix_of(&a, id, 1, SAMPLES).partner;
        cr_assert(partner >= 0 && partner < SAMPLES);
        seen[partner]++;
        same += mix_of(&a, id, 2, SAMPLES).partner == partner;
    }
    for (int i = 0; i < SAMPLES; i++)
        cr_assert_lt(fabs(seen[i] - (double)DRAWS / SAMPLES),
                     5 * sqrt((double)DRAWS / SAMPLES));
    cr_assert_lt(fabs(same - (double)DRAWS / SAMPLES),
                 5 * sqrt((double)DRAWS / SAMPLES));
    augmenting_close(&a);
}

Test(augment_mix, seldom)
{
    int alone = 0;
    struct augmenting a;

    augmenting_open(&a, "[{mixup: {p: 0.25}}]", SHAPE(2), false);
    for (int64_t id = 0; id < 4000; id++)
        alone += mix_of(&a, id, 1, 5).partner < 0;
    cr_assert_lt(abs(alone - 3000), 5 * 28);
    augmenting_close(&a);
}

/* x + share (other - x), for every value. */
Test(augment_mix, mean)
{
    struct augmenting a;
    real other[105];

    augmenting_open(&a, "[mixup]", SHAPE(3, 5, 7), true);
    augmenting_run(&a, 1, 1);
    for (int i = 0; i < 105; i++)
        other[i] = (real)(i * 2);
    augment_join(a.augment, &(struct augment_mix){1, 0.3, 0, 0, 0, 0}, other,
                 a.x);
    for (int i = 0; i < 105; i++)
        cr_assert_lt(
            fabs((double)a.x[i] - (0.7 * augmenting_raw(&a, i) + 0.3 * 2 * i)),
            1e-4);
    augmenting_close(&a);
}

/* The box, in all channels, and its share of the picture; sides as long as the
 * share asks for where the border does not cut them. */
Test(augment_mix, box)
{
    struct augmenting a;
    real other[3 * 20 * 16];
    int whole = 0;

    augmenting_open(&a, "[cutmix]", SHAPE(3, 20, 16), true);
    for (int i = 0; i < 960; i++)
        other[i] = -1;
    for (int64_t id = 0; id < 300; id++) {
        const struct augment_mix m = mix_of(&a, id, 3, 9);
        if (m.partner < 0)
            continue;
        cr_assert(m.top >= 0 && m.left >= 0 && m.height > 0 && m.width > 0);
        cr_assert(m.top + m.height <= 20 && m.left + m.width <= 16);
        cr_assert_float_eq(m.share, (double)(m.height * m.width) / 320, 1e-12);
        augmenting_run(&a, id, 3);
        augment_join(a.augment, &m, other, a.x);
        for (int64_t i = 0; i < a.count; i++) {
            const int64_t y = i / 16 % 20, x = i % 16;
            const bool in = y >= m.top && y < m.top + m.height && x >= m.left &&
                            x < m.left + m.width;
            cr_assert_eq((double)a.x[i], in ? -1 : augmenting_raw(&a, i));
        }
        const bool inside = m.top > 0 && m.left > 0 && m.top + m.height < 20 &&
                            m.left + m.width < 16;
        const double side = (double)m.height / 20 * 16;
        if (inside)
            cr_assert_lt(fabs((double)m.width - side), 1.0);
        whole += inside;
    }
    cr_assert_gt(whole, 20);
    augmenting_close(&a);
}
