/*
 * kept.h - the answers to all samples of a set, kept as they come.
 */
#pragma once

#include "base/arena.h"
#include "metric/metric.h"

struct kept_rows {
    struct metric_rows all; /* those that have come so far */
    struct score *scores;   /* [samples] of these */
    real *y;                /* [samples, width] likewise */
    int64_t *ids;           /* [samples] likewise */
};

/* kept_begin - room for `samples` rows of `width` outputs, on an arena, which
 * is asked later whether memory was short. */
void kept_begin(struct kept_rows *k, int64_t samples, int64_t width,
                struct arena *a);

/* kept_add - a copy of rows of a set, all of whose targets stay where they
 * are. */
void kept_add(struct kept_rows *k, const struct metric_rows *of);
