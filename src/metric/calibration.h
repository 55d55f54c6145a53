/*
 * calibration.h - is a model right as often as it is sure?
 *
 * Samples are put into bins of equal width by the probability p of their
 * predicted class: bin m of 15 holds (m - 1)/15 < p <= m/15, the first one 0
 * too.  The expected calibration error is
 *
 *   sum over bins of n_m / n * |accuracy_m - confidence_m|,
 *
 * confidence being the mean of p (M. P. Naeini et al., AAAI 2015; C. Guo et
 * al., On calibration of modern neural networks, ICML 2017).
 */
#pragma once

#include "metric/metric.h"

enum { CALIBRATION_BINS = 15 };

struct calibration { /* initialise with {0} */
    struct calibration_bin {
        int64_t samples, right;
        double sum; /* of p */
    } bins[CALIBRATION_BINS];
};

void calibration_add(struct calibration *c, const struct metric_rows *of);

/* calibration_error - of at least one sample. */
double calibration_error(const struct calibration *c);
