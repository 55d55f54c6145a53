/*
 * evaluate_print.h - metrics for people and for programs.
 */
#ifndef COMMAND_EVALUATE_PRINT_H
#define COMMAND_EVALUATE_PRINT_H

#include "command/common.h"
#include "command/metrics.h"

MUST_USE enum status metrics_print(const struct call *call,
                                   const struct metrics *m,
                                   const char *const *classes, struct err *e);
MUST_USE enum status metrics_print_json(const struct call *call,
                                        const struct metrics *m,
                                        const char *const *classes,
                                        struct err *e);

/* worst_print - the `worst` samples with the largest loss, worst first.
 * ERR_MEMORY. */
MUST_USE enum status worst_print(const struct call *call,
                                 const struct score *scores, int64_t count,
                                 int64_t worst, const char *const *classes,
                                 struct err *e);

#endif
