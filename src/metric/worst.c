/*
 * worst.c - a sorted list of the few.
 */
#include "metric/worst.h"

#include "base/num.h"

void worst_keep(struct worst *w, int64_t row, double badness,
                const struct score *score)
{
    int64_t place = w->count;

    while (place > 0 && badness > w->at[place - 1].badness)
        place--;
    if (place >= w->room)
        return;
    w->count = num_min(w->count + 1, w->room);
    for (int64_t k = w->count - 1; k > place; k--)
        w->at[k] = w->at[k - 1];
    w->at[place] = (struct scored){row, badness, *score};
}
