/* McNemar's test and calibration against values worked out elsewhere: the
 * binomial sums in exact fractions, the tail of chi square by integration. */
#include <criterion/criterion.h>
#include <math.h>

#include "metric/calibration.h"
#include "metric/mcnemar.h"

Test(mcnemar, few_samples_are_counted_exactly)
{
    static const struct {
        int64_t a, b;
        double p;
    } cases[] = {
        {0, 0, 1},
        {1, 0, 1},
        {5, 15, 0.04138946533203125},
        {15, 5, 0.04138946533203125},
        {2, 9, 0.0654296875},
        {12, 12, 1},
        {0, 24, 0x1p-23},
        {11, 13, 0.8388197422027588},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct mcnemar m = mcnemar_of(cases[i].a, cases[i].b);
        cr_expect(m.exact && isnan(m.statistic));
        cr_expect_float_eq(m.p, cases[i].p, 1e-15, "case %zu: %.17g", i, m.p);
    }
}

Test(mcnemar, more_are_compared_with_chi_square)
{
    static const struct {
        int64_t a, b;
        double x, p;
    } cases[] = {
        {10, 30, 9.025, 0.002663119259138334},
        {13, 12, 0, 1},
        {86, 150, 16.81779661016949, 4.114562281345597e-05},
        {20, 20, 0, 1},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct mcnemar m = mcnemar_of(cases[i].a, cases[i].b);
        cr_expect(!m.exact);
        cr_expect_float_eq(m.statistic, cases[i].x, 1e-13, "case %zu", i);
        cr_expect_float_eq(m.p / cases[i].p, 1, 1e-9, "case %zu: %.17g", i,
                           m.p);
    }
}

/* Every bound of a bin belongs to the bin below it. */
Test(calibration, bins_hold_their_upper_bound)
{
    for (int m = 0; m <= CALIBRATION_BINS; m++) {
        const double p = (double)m / CALIBRATION_BINS;
        const struct score scores[] = {
            {.probability = p, .right = true},
            {.probability = nextafter(p, 2)},
        };
        const struct metric_rows of = {.rows = m == CALIBRATION_BINS ? 1 : 2,
                                       .scores = scores};
        struct calibration c = {0};
        calibration_add(&c, &of);
        const int below = m > 0 ? m - 1 : 0;
        cr_expect_eq(c.bins[below].right, 1, "bound %d", m);
        if (m < CALIBRATION_BINS)
            cr_expect_eq(c.bins[m].samples, m > 0 ? 1 : 2, "bound %d", m);
    }
}

/* By hand: (|2 - 1.9| + |1 - 1.5|) / 4. */
Test(calibration, error)
{
    static const struct score scores[] = {
        {.probability = 0.95, .right = true},
        {.probability = 0.75},
        {.probability = 0.95, .right = true},
        {.probability = 0.75, .right = true},
    };
    const struct metric_rows of = {.rows = 4, .scores = scores};
    struct calibration c = {0};

    calibration_add(&c, &of);
    cr_expect_float_eq(calibration_error(&c), 0.15, 1e-15);
}
