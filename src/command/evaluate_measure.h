/*
 * evaluate_measure.h - every metric that a model and its samples have.
 */
#pragma once

#include "app/model.h"
#include "command/evaluate_print.h"
#include "metric/kept.h"

struct measuring {
    struct evaluation *into;
    bool keeps;            /* some metrics want all rows at once, */
    struct kept_rows kept; /* these */
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
