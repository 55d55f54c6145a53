/* Checked products and strict numbers. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <string.h>

#include "base/num.h"

Test(num, products_and_sums_that_fit)
{
    int64_t out;

    cr_assert(num_mul(3037000499, 3037000499, &out));
    cr_assert_eq(out, INT64_C(9223372030926249001));
    cr_assert(!num_mul(3037000500, 3037000500, &out));
    cr_assert(num_mul(INT64_MAX, 0, &out) && out == 0);
    cr_assert(num_add(INT64_MAX - 1, 1, &out) && out == INT64_MAX);
    cr_assert(!num_add(INT64_MAX, 1, &out));
}

Test(num, division_rounded_up)
{
    cr_assert_eq(num_ceil_div(0, 3), 0);
    cr_assert_eq(num_ceil_div(3, 3), 1);
    cr_assert_eq(num_ceil_div(4, 3), 2);
    cr_assert_eq(num_ceil_div(INT64_MAX, 2), INT64_C(1) << 62);
}

/* Values, not pointers, cross the process border of a parameterized test. */
struct int_case {
    char text[32];
    bool valid;
    int64_t want;
};

ParameterizedTestParameters(num, parse_int)
{
    static struct int_case cases[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"+7", true, 7},
        {"-12", true, -12},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {"+-1", false, 0},
        {"007", false, 0},
        {" 1", false, 0},
        {"1 ", false, 0},
        {"1.0", false, 0},
        {"1e3", false, 0},
        {"0x10", false, 0},
        {"\n1", false, 0},
    };
    return cr_make_param_array(struct int_case, cases, ARRAY_LEN(cases));
}

ParameterizedTest(struct int_case *c, num, parse_int)
{
    int64_t got = 0;
    const bool valid = num_parse_int(c->text, &got);

    cr_assert_eq(valid, c->valid, "'%s': valid %d", c->text, valid);
    cr_assert_eq(got, c->want, "'%s': got %lld", c->text, (long long)got);
}

struct real_case {
    char text[32];
    bool valid;
    double want;
};

ParameterizedTestParameters(num, parse_real)
{
    static struct real_case cases[] = {
        {"0", true, 0.0},
        {"-1.5", true, -1.5},
        {"+2", true, 2.0},
        {".5", true, 0.5},
        {"5.", true, 5.0},
        {"1e3", true, 1000.0},
        {"1E-2", true, 0.01},
        {"1.7976931348623157e308", true, 0x1.fffffffffffffp1023},
        {"1e309", false, 0.0},
        {"", false, 0.0},
        {".", false, 0.0},
        {"e5", false, 0.0},
        {"1e", false, 0.0},
        {"1e+", false, 0.0},
        {"inf", false, 0.0},
        {"nan", false, 0.0},
        {"-infinity", false, 0.0},
        {"0x1p3", false, 0.0},
        {" 1", false, 0.0},
        {"1 ", false, 0.0},
        {"1,5", false, 0.0},
        {"--1", false, 0.0},
        {"1_000", false, 0.0},
        {"1e5.5", false, 0.0},
    };
    return cr_make_param_array(struct real_case, cases, ARRAY_LEN(cases));
}

ParameterizedTest(struct real_case *c, num, parse_real)
{
    double got = 0.0;
    const bool valid = num_parse_real(c->text, &got);

    cr_assert_eq(valid, c->valid, "'%s': valid %d", c->text, valid);
    cr_assert(got == c->want, "'%s': got %.17g want %.17g", c->text, got,
              c->want);
}
