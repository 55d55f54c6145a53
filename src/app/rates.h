/*
 * rates.h - the schedule of a document's run, its length in updates known.
 */
#pragma once

#include "app/model.h"

/*
 * rates_of - the schedule of `x`: of a CONFIG the training samples are counted
 * in its data, of a model `m`, whose document `x` is then, those that it was
 * trained on are.
 *
 * ERR_CONFIG without train or data.train, ERR_DATA when a model does not say,
 * or as the data is missing or wrong.
 */
MUST_USE enum status rates_of(const struct experiment *x, const struct model *m,
                              struct schedule *out, struct err *e);
