/*
 * loading.h - how long training waits for samples whose pixels are apart.
 */
#pragma once

#include "train/step.h"

struct loading_job {
    struct step_config step;
    const struct graph *graph;
    struct pool *pool;
    const struct subset *train;
    const struct normalization *norm;
    uint64_t seed;
    double seconds; /* to spend, about; a batch behind the first at least */
};

/* loading_measure - *share becomes that part of the time of shuffled epochs,
 * the first batch left out, in which steps wait for their pixels.  ERR_MEMORY;
 * as the store of the pixels fails. */
MUST_USE enum status loading_measure(double *share, const struct loading_job *j,
                                     struct err *e);
