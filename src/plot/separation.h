/*
 * separation.h - what `plot roc` and `plot pr` have in common.
 */
#pragma once

#include "look/separation.h"
#include "plot/judge.h"
#include "plot/plot.h"

struct separation_options {
    struct data_options data;
    struct plot_options plot;
};

extern const struct option separation_options[];

/* separation_run - the command. */
MUST_USE enum status separation_run(const struct call *call,
                                    enum separation_kind kind, struct err *e);
