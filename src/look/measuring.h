/*
 * measuring.h - every metric that a model and its samples have.
 */
#pragma once

#include "app/model.h"
#include "metric/kept.h"

struct measuring {
    int64_t count;
    struct metric *at;     /* [count] in the order of their registry */
    bool keeps;            /* some of them want all rows at once, */
    struct kept_rows kept; /* these */
};

/* measuring_takes - is it a metric of such targets, and of such outputs? */
bool measuring_takes(const struct model *m, struct variant of);

/* measuring_begin - those of the model, for so many samples; the arena is asked
 * later whether memory was short. */
void measuring_begin(struct measuring *g, const struct model *m,
                     int64_t samples, int64_t top_k, struct arena *a);

/* measuring_add - in the order of the samples. */
void measuring_add(struct measuring *g, const struct metric_rows *of);

/* measuring_end - all samples have been added. */
void measuring_end(struct measuring *g);

/* measuring_by_class - the metric that knows the classes one by one; NULL: they
 * are none. */
const struct metric *measuring_by_class(const struct measuring *g);

/* measuring_find - the metric of that kind; NULL: the model has it not. */
const struct metric *measuring_find(const struct measuring *g,
                                    const struct kind *kind);
