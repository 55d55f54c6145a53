/*
 * worst.c - a heap of the few, the least bad of them on top.
 */
#include "metric/worst.h"

#include <stdlib.h>

static bool is_worse(const struct scored *a, const struct scored *b)
{
    return a->badness > b->badness ||
           (a->badness >= b->badness && a->row < b->row);
}

static void swap(struct scored *a, struct scored *b)
{
    const struct scored kept = *a;

    *a = *b;
    *b = kept;
}

static void rise(struct worst *w, int64_t at)
{
    for (; at > 0 && is_worse(&w->at[(at - 1) / 2], &w->at[at]);
         at = (at - 1) / 2)
        swap(&w->at[(at - 1) / 2], &w->at[at]);
}

static void sink(struct worst *w, int64_t at)
{
    for (;;) {
        int64_t least = at;
        for (int64_t k = 2 * at + 1; k <= 2 * at + 2 && k < w->count; k++)
            if (is_worse(&w->at[least], &w->at[k]))
                least = k;
        if (least == at)
            return;
        swap(&w->at[least], &w->at[at]);
        at = least;
    }
}

void worst_keep(struct worst *w, int64_t row, double badness,
                const struct score *score)
{
    const struct scored next = {row, badness, *score};

    if (w->count < w->room) {
        w->at[w->count++] = next;
        rise(w, w->count - 1);
    } else if (w->count > 0 && is_worse(&next, &w->at[0])) {
        w->at[0] = next;
        sink(w, 0);
    }
}

static int by_badness(const void *x, const void *y)
{
    return is_worse(x, y) ? -1 : is_worse(y, x);
}

void worst_end(struct worst *w)
{
    if (w->count > 1)
        qsort(w->at, (size_t)w->count, sizeof *w->at, by_badness);
}
