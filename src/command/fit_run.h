/*
 * fit_run.h - one run of fit: what is printed of it, and where.
 */
#pragma once

#include "app/training.h"
#include "cli/cmd.h"
#include "command/series.h"

/* What is asked for, of one run or of several. */
struct fit_order {
    const struct call *call;
    struct training_options options;
    const char *metrics; /* where a line of JSON per epoch goes; NULL: nowhere
                            */
    bool watch;          /* the curve of the loss is drawn */
    bool dry_run;        /* a batch, and nothing is written */
    bool check;          /* its gradients alone, likewise */
    struct run_series *series; /* that it is a run of, which learns of its best
                              epoch; NULL: it is alone */
};

/* fit_run_one - train by the document `x`.  Statuses as of training.h. */
MUST_USE enum status fit_run_one(const struct fit_order *of,
                                 const struct experiment *x, struct err *e);
