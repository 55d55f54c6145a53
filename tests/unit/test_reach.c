/* How far samples reach, and which are of another scale. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "data/reach.h"

Test(reach, of_a_sample)
{
    static const unsigned char flat[] = {7, 7, 7}, some[] = {3, 0, 9};
    static const float below[] = {-4, 1, 2}, holes[] = {NAN, -3, 2},
                       lost[] = {NAN, NAN}, one[] = {NAN, 5}, zero[] = {0, 0};

    cr_expect_eq(reach_of_sample(PIXEL_U8, flat, 3), 0);
    cr_expect_eq(reach_of_sample(PIXEL_U8, flat, 1), 7);
    cr_expect_eq(reach_of_sample(PIXEL_U8, some, 3), 9);
    cr_expect_eq(reach_of_sample(PIXEL_F32, below, 3), 4);
    cr_expect_eq(reach_of_sample(PIXEL_F32, below, 1), 4);
    cr_expect_eq(reach_of_sample(PIXEL_F32, holes, 3), 3);
    cr_expect_eq(reach_of_sample(PIXEL_F32, lost, 2), 0);
    cr_expect_eq(reach_of_sample(PIXEL_F32, one, 2), 0);
    cr_expect_eq(reach_of_sample(PIXEL_F32, zero, 2), 0);
}

static void expect_reach(int count, int silent, double low, double high)
{
    float *of = calloc((size_t)count, sizeof *of);

    cr_assert_not_null(of);
    for (int i = 0; i < count; i++) /* falling, silent ones first */
        of[i] = i < silent ? 0 : (float)(count - i);
    const struct reach r = reach_of(of, count);
    cr_expect_eq(r.low, low, "%d: low %g", count, r.low);
    cr_expect_eq(r.high, high, "%d: high %g", count, r.high);
    free(of);
}

/* One of each hundred may be lower than low; those that say nothing are none.
 */
Test(reach, of_many_samples)
{
    expect_reach(1, 0, 1, 1);
    expect_reach(99, 0, 1, 99);
    expect_reach(100, 0, 2, 100);
    expect_reach(250, 0, 3, 250);
    expect_reach(250, 151, 1, 99);
    expect_reach(5, 5, 0, 0);
    cr_expect_eq(reach_of(NULL, 0).high, 0);
}

Test(reach, apart_are_those_that_lie_apart)
{
    const struct reach bytes = {200, 255}, unit = {0.5, 1}, wide = {0.1, 255},
                       none = {0, 0};

    cr_expect(reach_apart(bytes, unit));
    cr_expect(reach_apart(unit, bytes));
    cr_expect_not(reach_apart(wide, unit));
    cr_expect_not(reach_apart(bytes, wide));
    cr_expect_not(reach_apart(none, bytes));
    cr_expect_not(reach_apart(bytes, none));
    cr_expect_not(reach_apart((struct reach){1, 20}, bytes));
    cr_expect(reach_apart((struct reach){1, 19.5}, bytes));
}
