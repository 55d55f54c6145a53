/* The interval of an accuracy. */
#include <criterion/criterion.h>
#include <math.h>

#include "metric/metric.h"

/* The end points p solve |share - p| = z * sqrt(p (1 - p) / n), which is how
 * the interval is defined. */
Test(metric, interval_of_accuracy_solves_its_equation)
{
    static const double counts[][2] = {
        {0, 10}, {10, 10}, {1, 1}, {7, 20}, {9912, 10000}};
    const struct metric_ops *accuracy = &accuracy_metric;

    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        const double n = counts[i][1], share = counts[i][0] / n;
        double interval[2];
        accuracy->interval(share, n, interval);
        cr_assert(interval[0] <= share && share <= interval[1]);
        for (int end = 0; end < 2; end++) {
            const double p = interval[end];
            const double off = 1.959963984540054 * sqrt(p * (1 - p) / n);
            /* Double rounding, magnified by the root near 0 and 1. */
            cr_assert_float_eq(fabs(share - p), off, 1e-8,
                               "%g of %g, end %d: %g against %g", counts[i][0],
                               n, end, fabs(share - p), off);
        }
    }
}
