/*
 * worst.h - the samples that are the worst by some number of theirs.
 */
#pragma once

#include "metric/metric.h"

/* A sample and what is known of it. */
struct scored {
    int64_t row; /* its record in the source, from 0 */
    double badness;
    struct score score;
};

struct worst {
    int64_t room;
    int64_t count;     /* so far, at most `room` */
    struct scored *at; /* [room] in no order until worst_end */
};

/* worst_keep - one sample more; the least bad one, of equal ones the one with
 * the highest row, goes when there is no room. */
void worst_keep(struct worst *w, int64_t row, double badness,
                const struct score *score);

/* worst_end - sort them: by falling badness, equal ones by row. */
void worst_end(struct worst *w);
