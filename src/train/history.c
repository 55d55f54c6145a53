/*
 * history.c - one table of columns, written and read.
 */
#include "train/history.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define COLUMN(member, ...)                                                    \
    {                                                                          \
        .key = #member, .offset = offsetof(struct history_row, member),        \
        __VA_ARGS__                                                            \
    }

/* The numbers before and behind the metrics. */
static const struct column {
    const char *key;
    size_t offset; /* of a double in struct history_row */
    bool is_time, is_optional;
} head[] = {COLUMN(train_loss, ), COLUMN(valid_loss, )},
  tail[] = {
      COLUMN(dur, .is_time = true),
      COLUMN(train_data_loss, ),
      COLUMN(valid_data_loss, ),
      COLUMN(penalty, ),
      COLUMN(learning_rate, ),
      COLUMN(gradient_norm, .is_optional = true),
      COLUMN(images_per_second, .is_time = true),
};

bool history_cell(const struct metric_columns *columns, struct history_row *row,
                  int64_t i, struct history_cell *out)
{
    const int64_t before = ARRAY_LEN(head), behind = ARRAY_LEN(tail);
    const int64_t metrics = columns->count;
    const struct column *c = i < before ? &head[i] : NULL;

    if (i >= before + metrics && i < before + metrics + behind)
        c = &tail[i - before - metrics];
    if (c) {
        snprintf(out->key, sizeof out->key, "%s", c->key);
        out->at = (double *)(void *)((unsigned char *)row + c->offset);
        out->is_time = c->is_time;
        out->is_optional = c->is_optional;
        return true;
    }
    if (i >= before + metrics)
        return false;
    snprintf(out->key, sizeof out->key, "%s",
             metric_column_key(&columns->at[i - before]).text);
    out->at = &row->metrics[i - before];
    out->is_time = out->is_optional = false;
    return true;
}

void history_shown(const struct metric_columns *columns,
                   const struct history_row *rows, int64_t count,
                   bool shown[HISTORY_MAX_CELLS])
{
    struct history_row row = {0};
    struct history_cell c;

    memset(shown, 0, HISTORY_MAX_CELLS * sizeof *shown);
    for (int64_t k = 0; history_cell(columns, &row, k, &c); k++)
        shown[k] = !c.is_time && !c.is_optional;
    for (int64_t i = 0; i < count; i++) {
        row = rows[i];
        for (int64_t k = 0; history_cell(columns, &row, k, &c); k++)
            shown[k] = shown[k] || (!c.is_time && !isnan(*c.at));
    }
}

void history_put_cells(struct json_writer *w,
                       const struct metric_columns *columns,
                       const struct history_row *row, bool times)
{
    struct history_row copy = *row;
    struct history_cell cell;

    json_put_int(w, "epoch", row->epoch);
    for (int64_t i = 0; history_cell(columns, &copy, i, &cell); i++)
        if ((times || !cell.is_time) && !(cell.is_optional && isnan(*cell.at)))
            json_put_real(w, cell.key, *cell.at);
}

void history_put_row(struct json_writer *w,
                     const struct metric_columns *columns,
                     const struct history_row *row, bool times)
{
    json_begin_map(w, NULL);
    history_put_cells(w, columns, row, times);
    json_end(w);
}

bool history_read_row(const struct json *map,
                      const struct metric_columns *columns,
                      struct history_row *row)
{
    struct history_cell cell;

    *row = (struct history_row){.dur = (double)NAN,
                                .images_per_second = (double)NAN};
    if (!json_int_of(json_member(map, "epoch"), &row->epoch))
        return false;
    for (int64_t i = 0; history_cell(columns, row, i, &cell); i++) {
        const struct json *value = json_member(map, cell.key);
        if (cell.is_optional && !value)
            *cell.at = (double)NAN;
        else if (!cell.is_time && !json_real_of(value, cell.at))
            return false;
    }
    return true;
}

static int64_t stride_of(int64_t epochs)
{
    int64_t stride = 1;

    while (epochs / stride > HISTORY_ROWS)
        stride *= 2;
    return stride;
}

bool history_keeps(int64_t epoch, int64_t epochs, int64_t best_epoch)
{
    return epoch % stride_of(epochs) == 0 || epoch == best_epoch ||
           epoch == epochs;
}

int64_t history_kept(int64_t epochs, int64_t best_epoch)
{
    const int64_t stride = stride_of(epochs);

    return epochs / stride + (epochs % stride != 0) +
           (best_epoch % stride != 0 && best_epoch != epochs);
}

static double loss_at(const struct history_row *row, size_t loss)
{
    return *(const double *)(const void *)((const char *)row + loss);
}

bool history_is_best(const struct history_row *rows, int64_t count, size_t loss)
{
    const double last = loss_at(&rows[count - 1], loss);

    for (int64_t i = 0; i < count - 1; i++)
        if (loss_at(&rows[i], loss) < last)
            return false;
    return !isnan(last);
}
