/*
 * metrics.h - what the scores of labelled samples say about a classifier.
 */
#ifndef COMMAND_METRICS_H
#define COMMAND_METRICS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "train/infer.h"

/* NaN where a ratio is 0/0. */
struct class_metrics {
    double precision, recall, f1;
    int64_t support; /* samples of the class */
};

struct metrics {
    int64_t samples, top_k;
    int32_t class_count;
    double loss; /* mean data loss */
    double accuracy, top_k_accuracy;
    double interval[2];              /* of the accuracy */
    struct class_metrics *per_class; /* [class_count] */
    int64_t *confusion;              /* [class_count true][predicted] */
};

/* metrics_of - fill `m`, whose samples (>= 1), top_k and class_count are given,
 * from scores [samples]; its tables live on `arena`.  ERR_MEMORY. */
MUST_USE enum status metrics_of(struct metrics *m, const struct score *scores,
                                struct arena *arena, struct err *e);

/* metrics_f1 - the mean of the classes' f1, those left out for which it is
 * 0/0. */
double metrics_f1(const struct metrics *m);

/* wilson_interval - the 95 % interval of a share of `hits` in `count` samples
 * (Wilson: Probable Inference, the Law of Succession, and Statistical
 * Inference, 1927). */
void wilson_interval(int64_t hits, int64_t count, double interval[2]);

#endif
