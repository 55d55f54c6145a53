/* Rows of the epoch table: colours, odd numbers, regression. */
#include <criterion/criterion.h>
#include <math.h>

#include "command/epochs.h"

#define CYAN  "\033[36m"
#define GREEN "\033[32m"
#define END   "\033[0m"

/* A table without further metrics. */
static struct epoch_style style_of(struct metric_columns *c,
                                   enum target_kind kind, bool colour)
{
    metric_columns_of(c, kind, &(struct variant_list){NULL, 0}, false);
    return (struct epoch_style){c, colour, false};
}

/* Regression: the column is gone, the others stand where they stood. */
Test(epoch_table, without_accuracy)
{
    const struct history_row row = {
        .epoch = 1, .train_loss = 2, .valid_loss = 1, .dur = 9.5};
    struct text got = {0};

    epoch_table_head(&got,
                     style_of(&(struct metric_columns){0}, TARGET_REAL, false));
    epoch_table_row(&got, &row, 1,
                    style_of(&(struct metric_columns){0}, TARGET_REAL, false));
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
                    style_of(&(struct metric_columns){0}, TARGET_CLASS, true));
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

    rows[3].metrics[0] = -(double)NAN;
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

/* Further metrics stand before dur; those that are not known are nan. */
Test(epoch_table, metrics_that_were_asked_for)
{
    static const struct top_k_config three = {3};
    const struct variant asked[] = {
        {kind_find(metric_kinds, "balanced_accuracy"), NULL},
        {&top_k_metric.kind, &three}};
    struct metric_columns c;
    struct text got = {0};
    struct history_row row = {.epoch = 1,
                              .train_loss = 2,
                              .valid_loss = 1,
                              .dur = 9.5,
                              .metrics = {0.5, 0.25, 1, (double)NAN, 0.75}};

    metric_columns_of(&c, TARGET_CLASS, &(struct variant_list){asked, 2}, true);
    const struct epoch_style style = {&c, false, true};
    epoch_table_head(&got, style);
    epoch_table_row(&got, &row, 1, style);
    cr_assert_str_eq(
        text_string(&got),
        "epoch  train loss  valid loss  train/val  valid acc  "
        "balanced_accuracy    top 3  train balanced_accuracy  train top 3  "
        "dur\n"
        "-----  ----------  ----------  ---------  ---------  "
        "-----------------  -------  -----------------------  -----------  "
        "------\n"
        "    1     2.00000     1.00000    2.00000    0.50000  "
        "          0.25000  1.00000                      nan      0.75000  "
        "9.50s\n",
        "got\n%s", text_string(&got));
    cr_assert_eq(epoch_table_width(&c), 69 + 21 + 9 + 27 + 15);
    text_free(&got);
}
