/*
 * bound.h - a bound on a metric: METRIC=VALUE of --fail-under.
 */
#ifndef CLI_BOUND_H
#define CLI_BOUND_H

#include "cli/cmd.h"
#include "cli/metrics.h"
#include "cli/residuals.h"

struct bound {
    const struct bound_metric *metric; /* NULL: no bound */
    double value;
};

/* bound_read - `text` NULL is no bound.  ERR_USAGE names the metrics. */
MUST_USE enum status bound_read(const struct call *call, const char *text,
                                struct bound *b, struct err *e);

/* bound_fits - ERR_USAGE when the metric does not exist for such a model. */
MUST_USE enum status bound_fits(const struct call *call, const struct bound *b,
                                bool regression, struct err *e);

/* bound_check - ERR_NO, and a note, when the metric is on the wrong side of the
 * bound or is not a number.  One of `m` and `r` is NULL. */
MUST_USE enum status bound_check(const struct call *call, const struct bound *b,
                                 const struct metrics *m,
                                 const struct residuals *r);

#endif
