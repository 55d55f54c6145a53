/*
 * residuals.h - what a regression model's outputs miss of their targets.
 */
#ifndef COMMAND_RESIDUALS_H
#define COMMAND_RESIDUALS_H

#include "app/model.h"
#include "cli/cmd.h"

/* Over all samples and outputs, in double. */
struct residuals {
    int64_t samples;
    double loss; /* mean data loss */
    double rmse, mae;
    double r2; /* 1 - sum (t - y)^2 / sum (t - mean of t)^2, per output, then
                  the mean of the outputs; NaN when a target never varies */
};

/* residuals_of - run the model over `part` (count >= 1).  `outputs`
 * [count, out] keeps what it says; NULL: nobody asks.  ERR_MEMORY. */
MUST_USE enum status residuals_of(struct residuals *r, const struct call *call,
                                  const struct model *m,
                                  const struct subset *part, real *outputs,
                                  struct err *e);

void residuals_print(const struct call *call, const struct residuals *r);
MUST_USE enum status residuals_print_json(const struct call *call,
                                          const struct residuals *r,
                                          struct err *e);

#endif
