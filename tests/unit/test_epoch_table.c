/* The epoch table of regression. */
#include <criterion/criterion.h>

#include "command/epoch_table.h"

/* Regression: the column is gone, the others stand where they stood. */
Test(epoch_table, without_accuracy)
{
    const struct history_row row = {
        .epoch = 1, .train_loss = 2, .valid_loss = 1, .dur = 9.5};
    struct text got = {0};

    epoch_table_head(&got, TARGET_REAL);
    epoch_table_row(&got, &row, 1, (struct epoch_style){TARGET_REAL, false});
    cr_assert_str_eq(text_string(&got),
                     "  epoch    train loss    valid loss    train/val  dur\n"
                     "-------  ------------  ------------  -----------  "
                     "------\n"
                     "      1       2.00000       1.00000      2.00000  "
                     "9.50s\n",
                     "got\n%s", text_string(&got));
    text_free(&got);
}
