/*
 * curve.h - one class against the rest, or one label, at every threshold.
 *
 * A sample is said to be of the class when its output for it is at least the
 * threshold.  The first threshold is infinite, nothing is; then follow the
 * distinct outputs, falling, up to the smallest, when everything is:
 *
 *   true positive rate = recall = right / own    precision = right / said
 *   false positive rate = wrong / others         said = right + wrong
 *
 *   average precision = sum over thresholds of (recall - recall before) *
 *                       precision
 *
 * The area under the ROC curve is metric auc's.  Fawcett: An Introduction to
 * ROC Analysis, 2006; Davis, Goadrich: The Relationship Between Precision-
 * Recall and ROC Curves, 2006.
 */
#pragma once

#include "base/arena.h"
#include "metric/metric.h"

struct curve {
    int64_t own, others; /* samples of the class, and all others */
    int64_t count;
    struct curve_point {
        double threshold;
        int64_t right, wrong; /* of the class and not, whose outputs are at
                                 least this */
    } * points;               /* [count] */
};

/* curve_of - of class or label `k`, from all rows of a set and their outputs;
 * on an arena, which is asked later whether memory was short. */
struct curve curve_of(const struct metric_rows *all, int64_t k,
                      struct arena *a);

/* curve_recall, curve_precision, curve_false_rate - at a point; NaN where they
 * are 0/0. */
double curve_recall(const struct curve *c, int64_t at);
double curve_precision(const struct curve *c, int64_t at);
double curve_false_rate(const struct curve *c, int64_t at);

/* curve_average_precision - NaN without samples of the class. */
double curve_average_precision(const struct curve *c);
