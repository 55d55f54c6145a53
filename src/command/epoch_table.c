/*
 * epoch_table.c - fixed columns, so that every run looks alike.
 */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "base/num.h"
#include "command/epochs.h"
#include "term/colour.h"
#include "train/history.h"

/* The columns before the metrics.  `dur`, behind them, is text, left aligned,
 * and has the width of two digits of seconds whatever the first epoch takes. */
static const char *const titles[] = {"epoch", "train loss", "valid loss",
                                     "train/val"};
static const char duration[] = "------"; /* under it */

enum { EPOCH, TRAIN_LOSS, VALID_LOSS, RATIO };

enum { LEAST_WIDTH = 7 }; /* "0.12345" stands under "f1" too */

static int64_t width_of(const char *title, struct epoch_style style)
{
    const int64_t room = style.narrow ? 0 : 2;

    return strcmp(title, titles[EPOCH]) == 0
               ? (int64_t)strlen(title) + room
               : num_max((int64_t)strlen(title) + room, LEAST_WIDTH);
}

/* What the column of metric `i` is called; the empty text: there is none.  To
 * be given back. */
static struct text metric_title(const struct metric_columns *columns, int64_t i)
{
    struct text title = {0};

    if (metric_column_exists(columns, i))
        metric_column_title(&title, &columns->at[i]);
    return title;
}

int64_t epoch_table_width(const struct metric_columns *columns)
{
    const struct epoch_style style = {.columns = columns};
    int64_t width = (int64_t)strlen(duration);

    for (size_t i = 0; i < ARRAY_LEN(titles); i++)
        width += width_of(titles[i], style) + 2;
    for (int64_t i = 0; i < columns->count; i++) {
        struct text title = metric_title(columns, i);
        width +=
            title.length > 0 ? width_of(text_string(&title), style) + 2 : 0;
        text_free(&title);
    }
    return width;
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
    for (int64_t i = 0; i < style.columns->count; i++) {
        struct text title = metric_title(style.columns, i);
        if (title.length > 0)
            put_title(out, &dashes, text_string(&title), style);
        text_drop(out, &title);
    }
    text_printf(out, "dur\n%s%s\n", text_string(&dashes), duration);
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
    for (int64_t i = 0; i < style.columns->count; i++) {
        struct text title = metric_title(style.columns, i);
        if (title.length > 0)
            put_number(out, width_of(text_string(&title), style),
                       row->metrics[i], NULL);
        text_drop(out, &title);
    }
    text_printf(out, "%.2fs\n", row->dur);
}
