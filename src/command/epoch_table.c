/*
 * epoch_table.c - fixed columns, so that every run looks alike.
 */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "command/epochs.h"
#include "term/colour.h"
#include "train/history.h"

/* The columns before the metrics.  `dur`, behind them, is text, left aligned,
 * and has the width of two digits of seconds whatever the first epoch takes. */
static const char *const titles[] = {"epoch", "train loss", "valid loss",
                                     "train/val"};

enum { EPOCH, TRAIN_LOSS, VALID_LOSS, RATIO };

static bool has_column(int64_t metric, enum target_kind kind)
{
    return (metric_column(metric)->takes & target_bit(kind)) != 0;
}

static int64_t width_of(const char *title, struct epoch_style style)
{
    return (int64_t)strlen(title) + (style.narrow ? 0 : 2);
}

static void put_title(struct text *out, struct text *dashes, const char *title,
                      struct epoch_style style)
{
    const int64_t width = width_of(title, style);

    text_printf(out, "%*s  ", (int)width, title);
    text_pad(dashes, '-', width);
    text_puts(dashes, "  ");
}

void epoch_table_head(struct text *out, struct epoch_style style)
{
    struct text dashes = {0};

    for (size_t i = 0; i < ARRAY_LEN(titles); i++)
        put_title(out, &dashes, titles[i], style);
    for (int64_t i = 0; metric_column(i); i++)
        if (has_column(i, style.kind))
            put_title(out, &dashes, metric_column(i)->column, style);
    text_printf(out, "dur\n%s------\n", text_string(&dashes));
    text_drop(out, &dashes);
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
    const size_t train = offsetof(struct history_row, train_loss);
    const size_t valid = offsetof(struct history_row, valid_loss);
    const bool best_train = style.colour && history_is_best(rows, count, train);
    const bool best_valid = style.colour && history_is_best(rows, count, valid);

    text_printf(out, "%*lld  ", (int)width_of(titles[EPOCH], style),
                (long long)row->epoch);
    put_number(out, width_of(titles[TRAIN_LOSS], style), row->train_loss,
               best_train ? COLOUR_CYAN : NULL);
    put_number(out, width_of(titles[VALID_LOSS], style), row->valid_loss,
               best_valid ? COLOUR_GREEN : NULL);
    put_number(out, width_of(titles[RATIO], style),
               row->train_loss / row->valid_loss, NULL);
    for (int64_t i = 0; metric_column(i); i++)
        if (has_column(i, style.kind))
            put_number(out, width_of(metric_column(i)->column, style),
                       row->valid[i], NULL);
    text_printf(out, "%.2fs\n", row->dur);
}
