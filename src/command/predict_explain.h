/*
 * predict_explain.h - predictions for people: images, what they are taken for,
 * and why.
 */
#pragma once

#include "command/predict_work.h"

/* predict_explain - a picture in the terminal for every record, as they come.
 * The model is one that chosen_fault allows.  Errors of reading and writing. */
MUST_USE enum status predict_explain(const struct predict_job *job,
                                     struct err *e);
