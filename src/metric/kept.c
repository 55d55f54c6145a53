/*
 * kept.c - rows behind each other.
 */
#include "metric/kept.h"

#include <string.h>

void kept_begin(struct kept_rows *k, int64_t samples, int64_t width,
                struct arena *a)
{
    *k = (struct kept_rows){
        .scores = arena_take(a, (size_t)samples, sizeof *k->scores),
        .y = arena_take(a, (size_t)samples, (size_t)width * sizeof *k->y),
        .ids = arena_take(a, (size_t)samples, sizeof *k->ids),
    };
}

void kept_add(struct kept_rows *k, const struct metric_rows *of)
{
    const int64_t before = k->all.rows;

    memcpy(k->scores + before, of->scores,
           (size_t)of->rows * sizeof *k->scores);
    memcpy(k->y + before * of->width, of->y,
           (size_t)(of->rows * of->width) * sizeof *k->y);
    memcpy(k->ids + before, of->ids, (size_t)of->rows * sizeof *k->ids);
    k->all = *of;
    k->all.rows = before + of->rows;
    k->all.scores = k->scores;
    k->all.y = k->y;
    k->all.ids = k->ids;
}
