/*
 * gradient_table.h - what fit --check prints.
 */
#pragma once

#include "app/training.h"
#include "cli/cmd.h"

/* gradient_table - check the gradients of a training that is open, print a row
 * for every parameter.  ERR_NO: an error is above gradient_tolerance, the worst
 * element is named. */
MUST_USE enum status gradient_table(const struct call *call,
                                    const struct training *t, struct err *e);
