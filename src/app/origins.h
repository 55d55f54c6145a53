/*
 * origins.h - the resolved document, each line with the place it comes from.
 */
#ifndef APP_ORIGINS_H
#define APP_ORIGINS_H

#include "app/experiment.h"

/* origins_print - what experiment_print says in block style, one key a line,
 * followed by `# FILE:LINE`, `# --set #N` or `# default`.  It binds to the same
 * experiment.  ERR_MEMORY. */
MUST_USE enum status origins_print(struct text *out, struct experiment *x,
                                   struct err *e);

#endif
