/*
 * criterion.h - the part of Criterion that the tests of numbers use, in one
 * process, where Criterion's sandbox cannot run: under an emulator.
 *
 * Tests register before main and run in any order.  A failed assertion ends the
 * program, a failed expectation is counted.
 */
#ifndef PLAIN_CRITERION_H
#define PLAIN_CRITERION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct plain_test {
    const char *suite, *name;
    void (*run)(void);
    struct plain_test *next;
};

void plain_register(struct plain_test *t);

/* plain_check - report a condition that does not hold. */
void plain_check(bool holds, bool fatal, const char *where, const char *fmt,
                 ...) __attribute__((format(printf, 4, 5)));

#define Test(s, n)                                                             \
    static void plain_##s##_##n(void);                                         \
    __attribute__((constructor)) static void plain_register_##s##_##n(void)    \
    {                                                                          \
        static struct plain_test t = {#s, #n, plain_##s##_##n, NULL};          \
        plain_register(&t);                                                    \
    }                                                                          \
    static void plain_##s##_##n(void)

#define PLAIN_TEXT(x) #x
#define PLAIN_LINE(x) PLAIN_TEXT(x)
#define PLAIN_WHERE   __FILE__ ":" PLAIN_LINE(__LINE__)
#define cr_expect(c, ...)                                                      \
    plain_check((c), false, PLAIN_WHERE ": " #c, " " __VA_ARGS__)
#define cr_assert(c, ...)                                                      \
    plain_check((c), true, PLAIN_WHERE ": " #c, " " __VA_ARGS__)
#define cr_expect_not(c, ...)        cr_expect(!(c), __VA_ARGS__)
#define cr_assert_not(c, ...)        cr_assert(!(c), __VA_ARGS__)
#define cr_expect_eq(a, b, ...)      cr_expect((a) == (b), __VA_ARGS__)
#define cr_assert_eq(a, b, ...)      cr_assert((a) == (b), __VA_ARGS__)
#define cr_expect_lt(a, b, ...)      cr_expect((a) < (b), __VA_ARGS__)
#define cr_assert_lt(a, b, ...)      cr_assert((a) < (b), __VA_ARGS__)
#define cr_assert_leq(a, b, ...)     cr_assert((a) <= (b), __VA_ARGS__)
#define cr_assert_gt(a, b, ...)      cr_assert((a) > (b), __VA_ARGS__)
#define cr_expect_null(p, ...)       cr_expect(!(p), __VA_ARGS__)
#define cr_assert_null(p, ...)       cr_assert(!(p), __VA_ARGS__)
#define cr_assert_not_null(p, ...)   cr_assert((p) != NULL, __VA_ARGS__)
#define cr_expect_str_eq(a, b, ...)  cr_expect(!strcmp((a), (b)), __VA_ARGS__)
#define cr_assert_str_eq(a, b, ...)  cr_assert(!strcmp((a), (b)), __VA_ARGS__)
#define cr_expect_str_neq(a, b, ...) cr_expect(strcmp((a), (b)), __VA_ARGS__)
#define cr_log_warn(...)             (void)fprintf(stderr, __VA_ARGS__)
#define cr_assert_fail(...)          cr_assert(false, __VA_ARGS__)
#define cr_expect_float_eq(a, b, tolerance, ...)                               \
    cr_expect((a) - (b) <= (tolerance) && (b) - (a) <= (tolerance), __VA_ARGS__)

#endif
