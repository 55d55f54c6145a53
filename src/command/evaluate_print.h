/*
 * evaluate_print.h - metrics for people and for programs.
 */
#ifndef COMMAND_EVALUATE_PRINT_H
#define COMMAND_EVALUATE_PRINT_H

#include "cli/cmd.h"
#include "command/metrics.h"

void metrics_print(const struct call *call, const struct metrics *m,
                   const char *const *classes);
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
