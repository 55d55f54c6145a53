/*
 * blame.c - one error for each thread.
 *
 * Parts are claimed in rising order, so the first part that fails is the first
 * failure of whichever thread has it.
 */
#include "base/blame.h"

#include "base/arena.h"

enum status blame_open(struct blame *b, int64_t threads, struct err *e)
{
    *b = (struct blame){
        .errors = mem_take((size_t)threads, sizeof *b->errors),
        .parts = mem_take((size_t)threads, sizeof *b->parts),
        .threads = threads,
    };
    return b->errors && b->parts ? OK : err_memory(e, "preparing to read");
}

void blame_close(struct blame *b)
{
    mem_free(b->errors);
    mem_free(b->parts);
    *b = (struct blame){0};
}

struct err *blame_at(struct blame *b, int64_t worker, int64_t part)
{
    if (b->errors[worker].count > 0)
        return NULL;
    b->parts[worker] = part;
    return &b->errors[worker];
}

enum status blame_settle(struct blame *b, struct err *e)
{
    int64_t first = -1;
    enum status s = OK;

    for (int64_t i = 0; i < b->threads; i++)
        if (b->errors[i].count > 0 &&
            (first < 0 || b->parts[i] < b->parts[first]))
            first = i;
    if (first >= 0)
        s = err_join(e, &b->errors[first]);
    if (first >= 0)
        blame_forget(b);
    return s;
}

void blame_forget(struct blame *b)
{
    for (int64_t i = 0; i < b->threads; i++)
        if (b->errors[i].count > 0)
            err_clear(&b->errors[i]);
}
