/*
 * threshold.h - a threshold of a metric: METRIC=VALUE of --fail-under.
 */
#pragma once

#include "cli/cmd.h"
#include "metric/metric.h"

struct threshold {
    const struct kind *metric; /* NULL: no threshold */
    double value;
};

/* threshold_read - `text` NULL: there is none.  ERR_USAGE names the metrics, or
 * the values that the metric can have. */
MUST_USE enum status threshold_read(const struct call *call, const char *text,
                                    struct threshold *t, struct err *e);

/* threshold_fits - ERR_USAGE when the metric is of other targets. */
MUST_USE enum status threshold_fits(const struct call *call,
                                    const struct threshold *t,
                                    enum target_kind kind, struct err *e);

/* threshold_check - ERR_NO, and a message whatever --quiet says, when the value
 * of the metric among `metrics` is on the wrong side or is not a number. */
MUST_USE enum status threshold_check(const struct call *call,
                                     const struct threshold *t,
                                     const struct metric *metrics,
                                     int64_t count, struct err *e);
