/* Ticks are round, within their range, few enough, and their labels read back.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "figure/ticks.h"

/* Is it 1, 2 or 5 times a power of ten?  By its decimal digits. */
static bool is_round(double step)
{
    char digits[40];

    snprintf(digits, sizeof digits, "%.6e", step);
    return strncmp(digits, "1.000000e", 9) == 0 ||
           strncmp(digits, "2.000000e", 9) == 0 ||
           strncmp(digits, "5.000000e", 9) == 0;
}

static void expect_good(double low, double high, int64_t most, bool whole)
{
    const struct ticks t = ticks_find(low, high, most, whole);
    const double slack = 1e-6 * (high - low);
    char label[TICK_BYTES], before[TICK_BYTES] = "";

    cr_assert(t.count >= 0 && t.count <= most, "[%g, %g]: %d of %d", low, high,
              (int)t.count, (int)most);
    cr_assert(t.count == 0 || is_round(t.step), "a step of %g", t.step);
    cr_assert(!whole || t.count == 0 || t.step == floor(t.step));
    for (int64_t i = 0; i < t.count; i++) {
        const double v = tick_value(&t, i);
        char *end;
        cr_assert(v >= low - slack && v <= high + slack, "%g in [%g, %g]", v,
                  low, high);
        tick_label(&t, i, label);
        cr_assert_str_neq(label, before, "[%.17g, %.17g]", low, high);
        cr_assert_float_eq(strtod(label, &end), v, 1e-3 * t.step,
                           "\"%s\" of %.17g, step %g", label, v, t.step);
        cr_assert(*end == '\0' && label[0] != '+');
        memcpy(before, label, sizeof before);
    }
}

Test(ticks, many_ranges)
{
    const struct rng_key key = rng_key(1, "ticks");

    for (uint64_t i = 0; i < 20000; i++) {
        const double size = pow(10, (double)rng_below(key, 4 * i, 24) - 12);
        const double from = (double)rng_below(key, 4 * i + 1, 2001) - 1000;
        const double wide = (double)rng_below(key, 4 * i + 2, 999) + 1;
        const int64_t most = (int64_t)rng_below(key, 4 * i + 3, 12) + 1;
        expect_good(from * size, (from + wide) * size, most, i % 3 == 0);
    }
}

static void expect_labels(double low, double high, int64_t most, bool whole,
                          const char *want)
{
    const struct ticks t = ticks_find(low, high, most, whole);
    char got[400] = "", label[TICK_BYTES];

    for (int64_t i = 0; i < t.count; i++) {
        tick_label(&t, i, label);
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s",
                 i > 0 ? " " : "", label);
    }
    cr_assert_str_eq(got, want);
}

Test(ticks, labels)
{
    expect_labels(0, 1, 6, false, "0.0 0.2 0.4 0.6 0.8 1.0");
    expect_labels(0, 1, 1, false, "0");
    expect_labels(-0.31, 0.29, 9, false, "-0.3 -0.2 -0.1 0.0 0.1 0.2");
    expect_labels(1, 60, 7, true, "10 20 30 40 50 60");
    expect_labels(1, 3, 9, true, "1 2 3");
    expect_labels(0.5, 1.5, 5, true, "1");
    expect_labels(0, 3e-7, 4, false, "0 1e-7 2e-7 3e-7");
    expect_labels(0, 2e9, 5, false, "0 5e8 1.0e9 1.5e9 2.0e9");
    expect_labels(990, 1010, 3, false, "990 1000 1010");
    expect_labels(1, 1, 5, false, "");
    expect_labels(2, 1, 5, false, "");
    expect_labels((double)NAN, 1, 5, false, "");
    expect_labels(0, (double)INFINITY, 5, false, "");
    expect_labels(0, 1, 0, false, "");
    expect_labels(-1.7e308, 1.7e308, 3, false, "-1e308 0 1e308");
}
