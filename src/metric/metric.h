/*
 * metric.h - what the answers of a network are worth, over many samples.
 *
 * A metric keeps sums in double.  Rows are added in the order of the samples
 * by one thread, so the bits do not depend on the number of threads; sums over
 * disjoint parts of one set may be added element by element, left to right.
 * Flat arrays: no graph, no loss function, no printing.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "conf/registry.h"
#include "data/target.h"
#include "tensor/real.h"

/* What is known of a sample once the network has answered. */
struct score {
    double loss; /* data loss of the sample; NaN: no loss fits the network */
    bool right;  /* the class, or the answer to every label */
    /* The rest is 0 where the sample has numbers, not a class. */
    int32_t predicted; /* first maximum of the outputs */
    int32_t label;
    int32_t rank;       /* of the label: outputs that come before its own */
    double probability; /* the output of `predicted`; NaN: outputs are scores */
};

/* Some samples with their answers. */
struct metric_rows {
    int64_t rows, width;
    const struct score *scores; /* [rows] */
    const real *y;              /* [rows, width] outputs; NULL: nobody asked */
    double cut;                 /* of labels: outputs above it say yes */
    const float *targets;       /* [.., width] of a whole set; NULL: classes */
    const int64_t *ids;         /* [rows] whose targets are a row's */
    bool pair;                  /* y is 1 - p and p of one output p */
    bool by_row;                /* targets are [rows, width], those of the rows,
                                   which are inputs */
};

struct metric;

struct metric_ops {
    struct kind kind;
    unsigned takes;        /* target_bit of every kind */
    bool of_outputs;       /* reads y, not scores alone */
    bool small_is_good;    /* else a larger value is the better one */
    bool by_class;         /* the mean of what a table says class by class */
    bool whole;            /* all rows of a set come at once */
    bool of_probabilities; /* needs outputs that are probabilities */
    double min, max;       /* of the value, inclusive */
    const char *column; /* its title in the epoch table, where it always has a
                           column; NULL: it has one when it is asked for */

    /* The number of a sample whose mean is the value; means of batches may be
     * averaged then.  NULL: it has sums of its own. */
    double (*row)(const void *config, const struct score *s);

    int64_t sums, sums_per_output; /* how many doubles they are; `row`: 0 */

    /* Rows join the sums. */
    void (*add)(const struct metric *m, const struct metric_rows *of);

    /* The value of at least one row; NaN where a ratio is 0/0. */
    double (*value)(const struct metric *m);

    /* The 95 % interval of a mean over so many rows; NULL: none is known. */
    void (*interval)(double value, double rows, double interval[2]);
};

/* Ended by NULL. */
REGISTRY_DECLARE(metric)

/* Those that a run may be asked for, which are all but the loss. */
extern const struct kind *const metric_choices[];

struct top_k_config {
    int64_t k;
};
extern const struct metric_ops accuracy_metric, auc_metric, r2_metric,
    subset_accuracy_metric, loss_metric, top_k_metric;

/* metric_targets - those of row `i` [width]. */
static inline const float *metric_targets(const struct metric_rows *of,
                                          int64_t i)
{
    return of->targets + (of->by_row ? i : of->ids[i]) * of->width;
}

/* metric_is_of - is row `i` one of class or label `k`? */
static inline bool metric_is_of(const struct metric_rows *of, int64_t i,
                                int64_t k)
{
    return of->targets ? metric_targets(of, i)[k] > 0
                       : of->scores[i].label == k;
}

/* A metric in the making. */
struct metric {
    struct variant of;
    int64_t width; /* of the network's output */
    double *sums;
    real *room; /* [rows of the set] of one that is `whole`, else NULL */
};

/* metric_new - with all sums 0, for a set of at most `most` rows, on an arena,
 * which is asked later whether memory was short. */
struct metric metric_new(struct variant of, int64_t width, int64_t most,
                         struct arena *a);
void metric_clear(struct metric *m);
void metric_add(struct metric *m, const struct metric_rows *of);
double metric_value(const struct metric *m);

/* metric_interval - false: it has none. */
bool metric_interval(const struct metric *m, double interval[2]);

/* metric_takes - is it a metric of such targets? */
bool metric_takes(struct variant of, enum target_kind kind);

/* metric_subject - what it is then a metric of, for messages. */
static inline const char *metric_subject(enum target_kind kind)
{
    return kind == TARGET_INPUTS ? "learnt inputs" : target_noun(kind);
}

struct metric_name {
    char text[48];
};

/* metric_name_of - its name; one with a number for a parameter, `top_k` with
 * k 5, is called `top`, `between`, `5`. */
struct metric_name metric_name_of(struct variant of, const char *between);

/* metric_put_name - append it. */
void metric_put_name(struct text *out, struct variant of, const char *between);

/* metric_parameter - that number; 0: it has none. */
int64_t metric_parameter(struct variant of);

/* What is said of one class; NaN where a ratio is 0/0. */
struct class_metrics {
    double precision, recall, f1;
    double support; /* samples of the class */
};

/* auc_at - the area of one class or label, of the metric that they are the mean
 * of; NaN without samples of both kinds. */
static inline double auc_at(const struct metric *auc, int64_t class)
{
    return auc->sums[class];
}

/* What is said of one number that is learnt. */
struct residuals {
    double r2, rmse, mae;
};

/* residuals_of - of number `k`, from the sums of r2, rmse, mae or mse. */
struct residuals residuals_of(const struct metric *m, int64_t k);

/* class_metrics_of - from the sums of a metric `by_class`. */
struct class_metrics class_metrics_of(const struct metric *m, int64_t class);
