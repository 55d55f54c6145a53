/*
 * predict_run.h - from inputs to records, as they come.
 *
 * Memory does not grow with the input.  What may be asked for is decided by
 * predict.c, how it is written by predict_format.c.
 */
#pragma once

#include "app/model.h"
#include "cli/cmd.h"
#include "command/predict_format.h"
#include "source/source.h"

struct predict_job {
    const struct call *call; /* whose operands from the second on are inputs;
                                none: standard input */
    const struct model *model;
    struct predict_format format;   /* but for what the passed columns are
                                       called */
    int64_t node;                   /* whose output is wanted; the last one's is
                                       the network's */
    struct text_list columns;       /* that are passed */
    const struct source_ops *input; /* kind of the inputs; NULL: they tell */
    const char *output;             /* a file; NULL: standard output */
    bool labelled;                  /* rows have answers */
    bool keep_bad; /* a bad record becomes an empty one, and no error */
};

/* predict_run - predict everything.  ERR_USAGE: columns are to be passed that
 * the output has no room for; else errors of reading and writing. */
MUST_USE enum status predict_run(const struct predict_job *job, struct err *e);
