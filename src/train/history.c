/*
 * history.c - one table of columns, written and read.
 */
#include "train/history.h"

#include <math.h>
#include <stddef.h>

struct column {
    const char *key;
    size_t offset; /* of a double in struct history_row */
    bool timing;
};

#define COLUMN(member, timing)                                                 \
    {                                                                          \
#member, offsetof(struct history_row, member), timing                  \
    }

static const struct column columns[] = {
    COLUMN(train_loss, false),       COLUMN(valid_loss, false),
    COLUMN(valid_accuracy, false),   COLUMN(dur, true),
    COLUMN(train_data_loss, false),  COLUMN(valid_data_loss, false),
    COLUMN(penalty, false),          COLUMN(learning_rate, false),
    COLUMN(images_per_second, true),
};

static double *cell(struct history_row *row, const struct column *c)
{
    return (double *)(void *)((unsigned char *)row + c->offset);
}

void history_put_row(struct json_writer *w, const struct history_row *row,
                     bool times)
{
    struct history_row copy = *row;

    json_begin_map(w, NULL);
    json_put_int(w, "epoch", row->epoch);
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        if (times || !columns[i].timing)
            json_put_real(w, columns[i].key, *cell(&copy, &columns[i]));
    json_end(w);
}

bool history_read_row(const struct json *map, struct history_row *row)
{
    *row = (struct history_row){.dur = (double)NAN,
                                .images_per_second = (double)NAN};
    if (!json_int_of(json_member(map, "epoch"), &row->epoch))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        if (!columns[i].timing &&
            !json_real_of(json_member(map, columns[i].key),
                          cell(row, &columns[i])))
            return false;
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

bool history_best_train(const struct history_row *rows, int64_t count)
{
    const double last = rows[count - 1].train_loss;

    for (int64_t i = 0; i < count - 1; i++)
        if (rows[i].train_loss < last)
            return false;
    return !isnan(last);
}

bool history_best_valid(const struct history_row *rows, int64_t count)
{
    const double last = rows[count - 1].valid_loss;

    for (int64_t i = 0; i < count - 1; i++)
        if (rows[i].valid_loss < last)
            return false;
    return !isnan(last);
}
