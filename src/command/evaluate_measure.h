/*
 * evaluate_measure.h - every metric that a model and its samples have.
 */
#pragma once

#include "app/model.h"
#include "command/evaluate_print.h"

struct measuring {
    struct evaluation *into;
    struct metric_rows all; /* those that have been seen, for metrics that want
                               all at once */
    struct score *scores;   /* [samples] of these; NULL: nobody wants them */
    real *outputs;          /* [samples, width] likewise */
    int64_t *ids;           /* [samples] likewise */
    const float *targets;   /* of the whole set; NULL: classes */
};

/* measuring_takes - is it a metric of such targets, and of such outputs? */
bool measuring_takes(const struct model *m, struct variant of);

/* measuring_begin - v->metrics become those of the model, for v->samples; the
 * arena is asked later whether memory was short. */
void measuring_begin(struct measuring *g, struct evaluation *v,
                     const struct model *m, int64_t top_k, struct arena *a);

/* measuring_add - in the order of the samples. */
void measuring_add(struct measuring *g, const struct metric_rows *of);

/* measuring_end - all samples have been added. */
void measuring_end(struct measuring *g);
