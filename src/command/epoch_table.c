/*
 * epoch_table.c - fixed columns, so that every run looks alike.
 */
#include "command/epoch_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "term/colour.h"
#include "train/history.h"

/* Titles and widths.  `dur` is text, left aligned, and has the width of two
 * digits of seconds whatever the first epoch takes. */
static const struct {
    const char *title;
    int64_t width;
} columns[] = {
    {"epoch", 7},      {"train loss", 12}, {"valid loss", 12},
    {"train/val", 11}, {"valid acc", 11},  {"dur", 6},
};

enum { EPOCH, TRAIN_LOSS, VALID_LOSS, RATIO, VALID_ACCURACY, DUR };

void epoch_table_head(struct text *out, bool accuracy)
{
    for (int64_t i = 0; i < DUR; i++) {
        if (i == VALID_ACCURACY && !accuracy)
            continue;
        text_pad(out, ' ',
                 columns[i].width - (int64_t)strlen(columns[i].title));
        text_printf(out, "%s  ", columns[i].title);
    }
    text_printf(out, "%s\n", columns[DUR].title);
    for (int64_t i = 0; i <= DUR; i++) {
        if (i == VALID_ACCURACY && !accuracy)
            continue;
        text_puts(out, i ? "  " : "");
        text_pad(out, '-', columns[i].width);
    }
    text_puts(out, "\n");
}

static void put_number(struct text *out, int column, double value,
                       const char *colour)
{
    char number[400]; /* the widest double has 309 digits before the point */

    snprintf(number, sizeof number, "%.5f", value);
    text_pad(out, ' ', columns[column].width - (int64_t)strlen(number));
    if (isnan(value)) { /* without the sign that printf shows */
        text_pad(out, ' ', number[0] == '-');
        text_puts(out, "nan  ");
        return;
    }
    text_printf(out, "%s%s%s  ", colour ? colour : "", number,
                colour ? COLOUR_END : "");
}

void epoch_table_row(struct text *out, const struct history_row *rows,
                     int64_t count, struct epoch_style style)
{
    const struct history_row *row = &rows[count - 1];
    const bool best_train = style.colour && history_best_train(rows, count);
    const bool best_valid = style.colour && history_best_valid(rows, count);

    text_printf(out, "%*lld  ", (int)columns[EPOCH].width,
                (long long)row->epoch);
    put_number(out, TRAIN_LOSS, row->train_loss,
               best_train ? COLOUR_CYAN : NULL);
    put_number(out, VALID_LOSS, row->valid_loss,
               best_valid ? COLOUR_GREEN : NULL);
    put_number(out, RATIO, row->train_loss / row->valid_loss, NULL);
    if (style.accuracy)
        put_number(out, VALID_ACCURACY, row->valid_accuracy, NULL);
    text_printf(out, "%.2fs\n", row->dur);
}
