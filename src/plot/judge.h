/*
 * judge.h - what kinds of `plot` that judge a model have in common: MODEL, DATA
 * and the answers to it.
 */
#pragma once

#include "cli/data_options.h"
#include "metric/metric.h"

/* What a kind asks of a model. */
struct judge_needs {
    unsigned takes; /* target_bit of every kind */
    bool probable;  /* outputs are probabilities */
};

struct judge { /* initialise with {.call = ...} */
    const struct call *call;
    struct model model;
    struct labelled labelled;
};

/* judge_open - the first operand is MODEL, the second one, if there, CONFIG.
 * ERR_USAGE: the model is of another kind; else as evaluate.  Always to be
 * given back. */
MUST_USE enum status judge_open(struct judge *j, const struct data_options *o,
                                const struct judge_needs *needs, struct err *e);
void judge_close(struct judge *j);

/* judge_name - what messages call the samples; NULL: nothing. */
const char *judge_name(const struct judge *j, const struct data_options *o);

static inline const struct subset *judge_part(const struct judge *j)
{
    return &j->labelled.samples.part;
}

/* judge_walk - `take` is told of all samples, in order. */
MUST_USE enum status
judge_walk(const struct judge *j, const struct data_options *o,
           void (*take)(void *context, const struct metric_rows *of),
           void *context, struct err *e);
