/* Another program, between pipes. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/child.h"
#include "base/interrupt.h"

/* As the program does: of a reader that has gone write(2) tells. */
TestSuite(child, .init = interrupt_begin);

/* How often a line is in a text of lines. */
static int count_lines(const char *text, const char *line)
{
    const size_t length = strlen(line);
    int count = 0;

    for (const char *at = text; *at; at += *at == '\n') {
        const size_t n = strcspn(at, "\n");
        count += n == length && memcmp(at, line, n) == 0;
        at += n;
    }
    return count;
}

/* Its environment is ours but for what is set; ours stays as it is. */
Test(child, has_an_environment_of_its_own)
{
    static const char *const args[] = {"env", NULL};
    static const char *const settings[] = {"CHILD_A=1", "CHILD_B=", NULL};
    static const struct {
        const char *line;
        int count;
    } cases[] = {{"CHILD_A=1", 1},       {"CHILD_A=ours", 0}, {"CHILD_B=", 1},
                 {"CHILD_AB=longer", 1}, {"CHILD_=short", 1}, {"CHILD_C=c", 1}};
    const struct filter env = {args, "coreutils", settings};
    struct text out = {0};
    struct err e = {0};

    cr_assert_eq(setenv("CHILD_A", "ours", 1), 0);
    cr_assert_eq(setenv("CHILD_AB", "longer", 1), 0);
    cr_assert_eq(setenv("CHILD_", "short", 1), 0);
    cr_assert_eq(setenv("CHILD_C", "c", 1), 0);
    cr_assert_eq(unsetenv("CHILD_B"), 0);
    cr_assert_eq(filter_run(&env, "", 0, &out, &e), OK, "%s", e.text);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        cr_expect_eq(count_lines(text_string(&out), cases[i].line),
                     cases[i].count, "%s", cases[i].line);
    cr_expect_str_eq(getenv("CHILD_A"), "ours");
    cr_expect_null(getenv("CHILD_B"));
    text_free(&out);
}

/* More than the pipes hold, in both directions at once. */
Test(child, gives_back_all_that_it_is_given)
{
    enum { LENGTH = 3000000 };
    static const char *const args[] = {"cat", NULL};
    char *input = mem_take(LENGTH, 1);
    struct child c;
    struct err e = {0};

    cr_assert(input);
    for (size_t i = 0; i < LENGTH; i++)
        input[i] = (char)('a' + i % 23);
    cr_assert_eq(child_run(args, input, LENGTH, &c, &e), OK, "%s", e.text);
    cr_expect_eq(c.code, 0);
    cr_assert_eq(c.out.length, LENGTH);
    cr_expect_eq(memcmp(c.out.at, input, LENGTH), 0);
    child_free(&c);
    mem_free(input);
}

/* A program need not read its input. */
Test(child, may_leave_its_input)
{
    enum { LENGTH = 1000000 };
    static const char *const args[] = {"echo", "done", NULL};
    char *input = mem_take(LENGTH, 1);
    struct child c;
    struct err e = {0};

    cr_assert(input);
    cr_assert_eq(child_run(args, input, LENGTH, &c, &e), OK, "%s", e.text);
    cr_expect_eq(c.code, 0);
    cr_expect_str_eq(text_string(&c.out), "done\n");
    child_free(&c);
    mem_free(input);
}
