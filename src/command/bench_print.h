/*
 * bench_print.h - what bench found, as a table for people or as JSON.
 */
#pragma once

#include "cli/cmd.h"
#include "document/experiment.h"
#include "train/bench.h"

struct bench_result {
    const struct experiment *experiment;
    struct bench bench;
    double loading; /* share of training that waits for samples; NaN: there are
                       none */
};

void bench_print(const struct call *call, const struct bench_result *r);
MUST_USE enum status bench_print_json(const struct call *call,
                                      const struct bench_result *r,
                                      struct err *e);
