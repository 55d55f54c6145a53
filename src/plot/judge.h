/*
 * judge.h - what kinds of `plot` that judge a model have in common: MODEL, DATA
 * and the answers to it.
 */
#pragma once

#include "cli/data_options.h"
#include "metric/metric.h"
#include "plot/plot.h"

/* What a kind asks of a model. */
struct judge_needs {
    unsigned takes; /* target_bit of every kind */
    bool probable;  /* outputs are probabilities */
    int64_t most;   /* classes; 0: any number */
};

struct judge_kind;

struct judge {
    const struct call *call;
    const struct judge_kind *kind;
    struct model model;
    struct labelled labelled;
};

/* A kind, and where its options have what all have. */
struct judge_kind {
    struct judge_needs needs;
    const struct data_options *data;
    const struct plot_options *plot;
    bool curves;         /* see struct plot */
    const void *context; /* the kind's own */

    /* Computes, and ends with plot_finish. */
    enum status (*show)(const struct judge *j, struct plot *p, struct err *e);
};

/* judge_plot - a whole run of a kind: the first operand is MODEL, the second
 * one, if there, CONFIG.  ERR_USAGE: the model is of another kind; else as
 * evaluate and plot_begin. */
MUST_USE enum status judge_plot(const struct call *call,
                                const struct judge_kind *kind, struct err *e);

/* judge_name - what messages call the samples; NULL: nothing. */
const char *judge_name(const struct judge *j);

static inline const struct subset *judge_part(const struct judge *j)
{
    return &j->labelled.samples.part;
}

/* judge_walk - `take` is told of all samples, in order. */
MUST_USE enum status judge_walk(const struct judge *j,
                                void (*take)(void *context,
                                             const struct metric_rows *of),
                                void *context, struct err *e);
