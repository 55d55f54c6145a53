/*
 * main.c - runs what the tests registered; exit status 1 when anything failed.
 */
#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static struct plain_test *tests;
static long failures;

void plain_register(struct plain_test *t)
{
    t->next = tests;
    tests = t;
}

void plain_check(bool holds, bool fatal, const char *where, const char *fmt,
                 ...)
{
    va_list args;

    if (holds)
        return;
    failures++;
    va_start(args, fmt);
    printf("FAIL %s:", where);
    vprintf(fmt, args);
    putchar('\n');
    va_end(args);
    if (fatal)
        exit(1);
}

int main(void)
{
    long count = 0;

    for (const struct plain_test *t = tests; t; t = t->next, count++) {
        printf("%s::%s\n", t->suite, t->name);
        fflush(stdout);
        t->run();
    }
    printf("%ld tests, %ld failures\n", count, failures);
    return count == 0 || failures > 0;
}
