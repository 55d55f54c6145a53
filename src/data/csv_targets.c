/*
 * csv_targets.c - the columns of a row that are numbers to be predicted.
 */
#include "base/arena.h"
#include "base/num.h"
#include "data/csv.h"

bool csv_needs_header(const struct csv_format *f)
{
    int64_t index;

    for (int64_t i = 0; f->targets && i < f->targets->count; i++)
        if (!num_parse_int(f->targets->at[i], &index))
            return true;
    return false;
}

static enum status place(struct csv_reader *r, int64_t target, struct err *e)
{
    const char *word = r->format.targets->at[target];
    int64_t column = -1;

    if (!num_parse_int(word, &column)) {
        const enum status s =
            csv_find_column(r, word, "target_columns", &column, e);
        if (s != OK)
            return s;
    }
    if (column < 0 || column >= r->width)
        return err_add(e, ERR_CONFIG, input_name(&r->in),
                       "target_columns names %lld, but a row has columns 0 to "
                       "%lld",
                       (long long)column, (long long)r->width - 1);
    if (r->role[column] >= 0)
        return err_add(e, ERR_CONFIG, input_name(&r->in),
                       "target_columns names column %lld twice",
                       (long long)column);
    r->role[column] = target;
    return OK;
}

enum status csv_place_targets(struct csv_reader *r, struct err *e)
{
    enum status s = OK;

    /* Without a first row there is nothing to place, nor to read. */
    if (r->target_count == 0 || !r->row)
        return OK;
    r->role = mem_take((size_t)r->width, sizeof *r->role);
    r->targets = mem_take((size_t)r->target_count, sizeof *r->targets);
    if (!r->role || !r->targets)
        return err_memory(e, "reading rows");
    for (int64_t i = 0; i < r->width; i++)
        r->role[i] = -1;
    for (int64_t i = 0; i < r->target_count && s == OK; i++)
        s = place(r, i, e);
    return s;
}
