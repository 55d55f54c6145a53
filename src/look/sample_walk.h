/*
 * sample_walk.h - labelled samples through a model, a piece after the other.
 */
#pragma once

#include "app/model.h"
#include "metric/metric.h"
#include "term/progress.h"
#include "train/exchange.h"

/* What is asked for all samples. */
struct sample_walk {
    const struct exchange *exchange; /* the processes that share the work, all
                                        of which learn all; NULL: one */
    const struct model *model;
    const struct subset *part;
    int64_t threads;
    struct progress *progress;
    const char *label; /* of the progress line */
    const char *name;  /* of the samples, for messages; NULL: none */
    void (*take)(void *context, const struct metric_rows *of); /* in order */
    void *context;
};

/* sample_walk - progress is shown, memory does not grow.  ERR_DATA: an output
 * that is not finite.  ERR_MEMORY. */
MUST_USE enum status sample_walk(const struct sample_walk *w, struct err *e);
