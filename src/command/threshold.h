/*
 * threshold.h - thresholds of metrics: METRIC=VALUE of --fail-under, which may
 * be given several times.
 */
#pragma once

#include "cli/cmd.h"
#include "metric/metric.h"

struct threshold {
    const struct kind *metric;
    double value;
};

struct thresholds {
    struct threshold *at;
    int64_t count;
};

/* thresholds_read - from the words of the option, in memory of the call.
 * ERR_USAGE names the metrics, or the values that the metric can have, or a
 * metric that has two.  ERR_MEMORY. */
MUST_USE enum status thresholds_read(const struct call *call,
                                     const struct settings *words,
                                     struct thresholds *out, struct err *e);

/* thresholds_fit - ERR_USAGE when a metric is of other targets. */
MUST_USE enum status thresholds_fit(const struct call *call,
                                    const struct thresholds *t,
                                    enum target_kind kind, struct err *e);

/* thresholds_check - ERR_NO, and a message each whatever --quiet says, when
 * values among `metrics` are on the wrong side or are no numbers. */
MUST_USE enum status thresholds_check(const struct call *call,
                                      const struct thresholds *t,
                                      const struct metric *metrics,
                                      int64_t count, struct err *e);
