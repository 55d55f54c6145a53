/*
 * threshold.h - a threshold of a metric: METRIC=VALUE of --fail-under.
 */
#ifndef COMMAND_THRESHOLD_H
#define COMMAND_THRESHOLD_H

#include "cli/cmd.h"
#include "command/metrics.h"
#include "command/residuals.h"

struct threshold {
    const struct threshold_metric *metric; /* NULL: no threshold */
    double value;
};

/* threshold_read - `text` NULL: there is none.  ERR_USAGE names the metrics. */
MUST_USE enum status threshold_read(const struct call *call, const char *text,
                                    struct threshold *b, struct err *e);

/* threshold_fits - ERR_USAGE when the metric does not exist for such a model.
 */
MUST_USE enum status threshold_fits(const struct call *call,
                                    const struct threshold *b, bool regression,
                                    struct err *e);

/* threshold_check - ERR_NO, and a note, when the metric is on the wrong side of
 * the threshold or is not a number.  One of `m` and `r` is NULL. */
MUST_USE enum status threshold_check(const struct call *call,
                                     const struct threshold *b,
                                     const struct metrics *m,
                                     const struct residuals *r);

#endif
