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

/* Titles and widths of the columns before the metrics.  `dur`, behind them, is
 * text, left aligned, and has the width of two digits of seconds whatever the
 * first epoch takes. */
static const struct {
    const char *title;
    int64_t width;
} columns[] = {
    {"epoch", 7},
    {"train loss", 12},
    {"valid loss", 12},
    {"train/val", 11},
};

enum { EPOCH, TRAIN_LOSS, VALID_LOSS, RATIO, METRIC_WIDTH = 11 };

static bool has_column(int64_t metric, enum target_kind kind)
{
    return (metric_column(metric)->takes & target_bit(kind)) != 0;
}

static void put_title(struct text *out, int64_t width, const char *title)
{
    text_pad(out, ' ', width - (int64_t)strlen(title));
    text_printf(out, "%s  ", title);
}

void epoch_table_head(struct text *out, enum target_kind kind)
{
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        put_title(out, columns[i].width, columns[i].title);
    for (int64_t i = 0; metric_column(i); i++)
        if (has_column(i, kind))
            put_title(out, METRIC_WIDTH, metric_column(i)->column);
    text_puts(out, "dur\n");
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        text_pad(out, '-', columns[i].width);
        text_puts(out, "  ");
    }
    for (int64_t i = 0; metric_column(i); i++)
        if (has_column(i, kind)) {
            text_pad(out, '-', METRIC_WIDTH);
            text_puts(out, "  ");
        }
    text_puts(out, "------\n");
}

static void put_number(struct text *out, int64_t width, double value,
                       const char *colour)
{
    char number[400]; /* the widest double has 309 digits before the point */

    snprintf(number, sizeof number, "%.5f", value);
    text_pad(out, ' ', width - (int64_t)strlen(number));
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
    put_number(out, columns[TRAIN_LOSS].width, row->train_loss,
               best_train ? COLOUR_CYAN : NULL);
    put_number(out, columns[VALID_LOSS].width, row->valid_loss,
               best_valid ? COLOUR_GREEN : NULL);
    put_number(out, columns[RATIO].width, row->train_loss / row->valid_loss,
               NULL);
    for (int64_t i = 0; metric_column(i); i++)
        if (has_column(i, style.kind))
            put_number(out, METRIC_WIDTH, row->valid[i], NULL);
    text_printf(out, "%.2fs\n", row->dur);
}
