/*
 * predict_inputs.h - the inputs of predict.
 */
#pragma once

#include "command/predict_work.h"

/* predict_inputs - all inputs of the command line, in their order.  Errors of
 * reading and writing; ERR_USAGE: an input has no columns that are to be
 * passed, or another has none in front. */
MUST_USE enum status predict_inputs(struct predict *p, struct err *e);
