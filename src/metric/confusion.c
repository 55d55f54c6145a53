/*
 * confusion.c - pairs of classes, counted.
 */
#include "metric/confusion.h"

void confusion_add(int64_t *counts, const struct metric_rows *of)
{
    for (int64_t i = 0; i < of->rows; i++) {
        const struct score *s = &of->scores[i];
        counts[s->label * of->width + s->predicted]++;
    }
}
