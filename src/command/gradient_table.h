/*
 * gradient_table.h - what fit --check prints.
 */
#pragma once

#include "app/training.h"
#include "cli/cmd.h"

/* gradient_check_possible - ERR_CONFIG where rounding alone is more than an
 * error that is found. */
MUST_USE enum status gradient_check_possible(const struct experiment *x,
                                             struct err *e);

/* gradient_table - check the gradients of a training that is open, print a row
 * for every parameter.  ERR_NO: an error is above gradient_tolerance, the worst
 * element is named. */
MUST_USE enum status gradient_table(const struct call *call,
                                    const struct training *t, struct err *e);
