/*
 * cautions.h - what a document asks for that a run as long as it says will not
 * come to.  No errors: runs are shortened on purpose.
 */
#pragma once

#include "document/experiment.h"

/* cautions_of - append them, a line each: "c.yaml: train.schedule: ...".
 * `samples` are trained on; 0: nobody knows.  ERR_MEMORY. */
MUST_USE enum status cautions_of(struct text *out, const struct experiment *x,
                                 int64_t samples, struct err *e);
