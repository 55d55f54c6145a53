/*
 * resume.h - may a run go on with a changed document?
 */
#pragma once

#include "app/model.h"
#include "app/samples.h"
#include "base/text.h"

/*
 * resume_check - compare the document that `m` was trained by with `x`.
 *
 * Differences that do not touch the result pass in silence; changes of the
 * schedule are accepted and named in `notes`, a line each; those that would
 * make another run of it (layers, seed, data, the rule's kind, and in the
 * middle of an epoch whatever orders its batches) are ERR_CONFIG, all of them,
 * naming both values.  `data`: the samples of x.
 */
MUST_USE enum status resume_check(const struct model *m,
                                  const struct experiment *x,
                                  const struct samples *data, const char *path,
                                  struct text *notes, struct err *e);

/* resume_watches - do both documents say the same of what plateau and early
 * stopping wait for?  ERR_MEMORY. */
MUST_USE enum status resume_watches(const struct model *m,
                                    const struct experiment *x, bool *alike,
                                    struct err *e);

/* resume_schedule - append what the next updates of a run are done with under
 * the document `x`, where that is not what they would have been done with under
 * that of `m`, with so many samples to train on; `watched` is what x's document
 * makes of the history. */
void resume_schedule(const struct model *m, const struct experiment *x,
                     const struct watched *watched, int64_t samples,
                     struct text *notes);
