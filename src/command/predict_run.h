/*
 * predict_run.h - from inputs to records, as they come.
 *
 * Memory does not grow with the input.  What may be asked for is decided by
 * predict.c, how it is written by predict_format.c.
 */
#pragma once

#include "command/predict_work.h"

/* predict_run - predict everything.  ERR_USAGE: columns are to be passed that
 * the output has no room for; else errors of reading and writing. */
MUST_USE enum status predict_run(const struct predict_job *job, struct err *e);
