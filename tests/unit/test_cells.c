/* Tables: alignment by type, numbers, text from anywhere. */
#include <criterion/criterion.h>
#include <math.h>

#include "term/table.h"

Test(table, keeps_numbers_as_written)
{
    static const char *const titles[] = {"x"};
    struct table t = {.columns = 1, .titles = titles, .decimals = -1};
    struct text got = {0};

    table_put(&t, "%s", "1e-20");
    table_put(&t, "%s", "0.5");
    table_print(&got, &t);
    cr_assert_str_eq(text_string(&got), "    x\n-----\n1e-20\n  0.5\n",
                     "got\n%s", text_string(&got));
    text_free(&got);
}

/* Decimal points are aligned; a cell without one ends where they stand; what
 * looks like a number in a column of words is left as it is. */
Test(table, aligns_by_type)
{
    static const char *const titles[] = {"n", "real", "text"};
    static const struct {
        const char *n;
        double real;
        const char *text;
    } rows[] = {
        {"1", NAN, "\033[31ma\033[0m"},
        {"22", 1.5, "bcd"},
        {"-3", 100, "1.5"},
    };
    struct table t = {.columns = 3, .titles = titles, .decimals = 2};
    struct text got = {0};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        table_put(&t, "%s", rows[i].n);
        table_real(&t, rows[i].real);
        text_puts(&t.cells, rows[i].text);
        table_end(&t);
    }
    table_print(&got, &t);
    cr_assert_str_eq(text_string(&got),
                     "  n    real  text\n"
                     "---  ------  ------\n"
                     "  1  nan     \033[31ma\033[0m\n"
                     " 22    1.50  bcd\n"
                     " -3  100.00  1.5\n",
                     "got\n%s", text_string(&got));
    text_free(&got);
}

/* What a file brings into a table is shown, whatever it is; so are titles. */
Test(table, shows_foreign_text)
{
    static const char *const titles[] = {"a\tb"};
    struct table t = {.columns = 1, .titles = titles};
    struct text got = {0};

    table_put(&t, "%s", "\033[31m\n\xff");
    table_put(&t, "%s", "caf\xc3\xa9");
    table_print(&got, &t);
    cr_assert_str_eq(text_string(&got),
                     "a\\x09b\n----------------\n\\x1b[31m\\x0a\\xff\n"
                     "caf\xc3\xa9\n",
                     "got\n%s", text_string(&got));
    text_free(&got);
}
