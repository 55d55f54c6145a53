/*
 * evaluate_compare.h - another model on the same samples.
 */
#pragma once

#include "cli/data_options.h"
#include "metric/metric.h"

/* How two models do; a class is right by its name. */
struct comparison {
    const char *other; /* the file; NULL: nothing is compared */
    bool *right;       /* [samples] whether this model is, in order */
    int64_t samples;   /* how many that are so far */
    int64_t both, this_alone, other_alone, neither;
};

/* comparison_add - what this model says of the next samples. */
void comparison_add(struct comparison *c, const struct metric_rows *of);

/* comparison_finish - read the other model, then the same samples for it, their
 * columns and classes by its names, and count.  ERR_CONFIG: they do not fit it,
 * or are others than before. */
MUST_USE enum status comparison_finish(struct comparison *c,
                                       const struct call *call,
                                       const struct labelled_request *same,
                                       struct err *e);

/* comparison_print, comparison_json - with McNemar's test. */
void comparison_print(const struct call *call, const struct comparison *c);
void comparison_json(struct json_writer *w, const struct comparison *c);
