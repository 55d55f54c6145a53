/* Rows of the epoch table: colours, odd numbers, regression. */
#include <criterion/criterion.h>
#include <math.h>

#include "command/epochs.h"

#define CYAN  "\033[36m"
#define GREEN "\033[32m"
#define END   "\033[0m"

/* Regression: the column is gone, the others stand where they stood. */
Test(epoch_table, without_accuracy)
{
    const struct history_row row = {
        .epoch = 1, .train_loss = 2, .valid_loss = 1, .dur = 9.5};
    struct text got = {0};

    epoch_table_head(&got, (struct epoch_style){TARGET_REAL, false, false});
    epoch_table_row(&got, &row, 1,
                    (struct epoch_style){TARGET_REAL, false, false});
    cr_assert_str_eq(text_string(&got),
                     "  epoch    train loss    valid loss    train/val  dur\n"
                     "-------  ------------  ------------  -----------  "
                     "------\n"
                     "      1       2.00000       1.00000      2.00000  "
                     "9.50s\n",
                     "got\n%s", text_string(&got));
    text_free(&got);
}

static void check_row(const struct history_row *rows, int64_t count,
                      const char *want)
{
    struct text got = {0};

    epoch_table_row(&got, rows, count,
                    (struct epoch_style){TARGET_CLASS, true, false});
    cr_assert_str_eq(text_string(&got), want, "got\n%s", text_string(&got));
    text_free(&got);
}

Test(epoch_table, colours_ties_but_neither_worse_values_nor_nan)
{
    struct history_row rows[] = {
        {.epoch = 1, .train_loss = 2, .valid_loss = 1, .dur = 9.5},
        {.epoch = 2, .train_loss = 2, .valid_loss = 1.5, .dur = 123.25},
        {.epoch = 3, .train_loss = 3, .valid_loss = 1, .dur = 1},
        {.epoch = 4, .train_loss = 1, .valid_loss = (double)NAN, .dur = 1},
    };

    rows[3].valid[0] = -(double)NAN;
    check_row(rows, 2,
              "      2       " CYAN "2.00000" END
              "       1.50000      1.33333      0.00000  123.25s\n");
    check_row(rows, 3,
              "      3       3.00000       " GREEN "1.00000" END
              "      3.00000      0.00000  1.00s\n");
    check_row(rows, 4,
              "      4       " CYAN "1.00000" END
              "           nan          nan          nan  1.00s\n");
}

/* A number wider than its column shifts its own line only. */
Test(epoch_table, wide_numbers_keep_their_digits)
{
    const struct history_row row = {
        .epoch = 12345678,
        .train_loss = 1e7,
        .valid_loss = 1e7,
        .dur = 1,
    };

    check_row(&row, 1,
              "12345678  " CYAN "10000000.00000" END "  " GREEN
              "10000000.00000" END "      1.00000      0.00000  1.00s\n");
}
