/* r2, rmse and mae of every output alone, by hand. */
#include <criterion/criterion.h>
#include <math.h>

#include "base/arena.h"
#include "metric/metric.h"

/* Targets 1, 2, 6 (mean 3, spread 14) with residuals 1, 0, -2; 5, 5, 5, which
 * never vary, with 0, 3, 0. */
Test(residuals, of_each_output)
{
    static const float targets[] = {1, 5, 2, 5, 6, 5};
    static const real y[] = {2, 5, 2, 8, 4, 5};
    static const int64_t ids[] = {0, 1, 2};
    const struct metric_rows rows = {
        .rows = 3, .width = 2, .y = y, .targets = targets, .ids = ids};
    struct arena a = {0};

    for (int i = 0; metric_kinds[i]; i++) {
        const struct variant of = {metric_kinds[i], NULL};
        if (!metric_takes(of, TARGET_REAL) || !metric_of(of)->of_outputs)
            continue;
        struct metric m = metric_new(of, 2, 3, &a);
        cr_assert_not(a.failed);
        metric_add(&m, &rows);
        const struct residuals first = residuals_of(&m, 0);
        const struct residuals second = residuals_of(&m, 1);
        cr_expect_float_eq(first.r2, 1 - 5.0 / 14, 1e-15);
        cr_expect_float_eq(first.rmse, sqrt(5.0 / 3), 1e-15);
        cr_expect_float_eq(first.mae, 1, 1e-15);
        cr_expect(isnan(second.r2));
        cr_expect_float_eq(second.rmse, sqrt(3), 1e-15);
        cr_expect_float_eq(second.mae, 1, 1e-15);
    }
    arena_free(&a);
}
