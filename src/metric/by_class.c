/*
 * by_class.c - precision and recall of each class or label, their harmonic
 * mean, means over the classes.
 *
 *   precision = hits / predicted, recall = hits / truly,
 *   f1 = 2 hits / (truly + predicted)
 *
 * The metrics are means over the classes that have samples, a class's 0/0
 * counting 0; of a class alone it is NaN.  The mean of recall is balanced
 * accuracy by another name.
 */
#include <math.h>

#include "metric/metric.h"

enum { HITS, TRULY, PREDICTED, SUMS }; /* of every class */

static void add_labels(const struct metric *m, const struct metric_rows *of)
{
    for (int64_t i = 0; i < of->rows; i++)
        for (int64_t k = 0; k < m->width; k++) {
            const bool yes = (double)of->y[i * m->width + k] > of->cut;
            const bool truly = metric_targets(of, i)[k] > 0;
            m->sums[k * SUMS + HITS] += yes && truly;
            m->sums[k * SUMS + TRULY] += truly;
            m->sums[k * SUMS + PREDICTED] += yes;
        }
}

static void add(const struct metric *m, const struct metric_rows *of)
{
    double *sums = m->sums;

    if (of->targets) {
        add_labels(m, of);
        return;
    }
    for (int64_t i = 0; i < of->rows; i++) {
        const struct score *s = &of->scores[i];
        sums[s->label * SUMS + HITS] += s->label == s->predicted;
        sums[s->label * SUMS + TRULY]++;
        sums[s->predicted * SUMS + PREDICTED]++;
    }
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : (double)NAN;
}

static double precision_of(const double *of)
{
    return ratio(of[HITS], of[PREDICTED]);
}

static double recall_of(const double *of)
{
    return ratio(of[HITS], of[TRULY]);
}

static double f1_of(const double *of)
{
    return ratio(2 * of[HITS], of[TRULY] + of[PREDICTED]);
}

struct class_metrics class_metrics_of(const struct metric *m, int64_t class)
{
    const double *of = m->sums + class * SUMS;

    return (struct class_metrics){
        .precision = precision_of(of),
        .recall = recall_of(of),
        .f1 = f1_of(of),
        .support = of[TRULY],
    };
}

static double mean_of(const struct metric *m, double (*value)(const double *))
{
    double sum = 0;
    int64_t count = 0;

    for (int64_t k = 0; k < m->width; k++) {
        const double *of = m->sums + k * SUMS;
        const double one = value(of);
        sum += of[TRULY] > 0 && !isnan(one) ? one : 0;
        count += of[TRULY] > 0;
    }
    return ratio(sum, (double)count);
}

static double precision(const struct metric *m)
{
    return mean_of(m, precision_of);
}

static double recall(const struct metric *m)
{
    return mean_of(m, recall_of);
}

static double f1(const struct metric *m)
{
    return mean_of(m, f1_of);
}

#define BY_CLASS .by_class = true, .max = 1, .sums_per_output = SUMS, .add = add
#define OF_BOTH  .takes = 1U << TARGET_CLASS | 1U << TARGET_LABELS

const struct metric_ops f1_metric = {
    .kind = {.name = "f1",
             .doc = "Harmonic mean of a class's precision and recall, its mean "
                    "over the classes that have samples.",
             .aka = "f1_score f_score fscore macro_f1 f1_macro"},
    OF_BOTH,
    BY_CLASS,
    .value = f1,
};

const struct metric_ops precision_metric = {
    .kind = {.name = "precision",
             .doc = "Share of the samples taken for a class that are of it, "
                    "its mean over the classes that have samples.",
             .aka = "positive_predictive_value precision_score"},
    OF_BOTH,
    BY_CLASS,
    .value = precision,
};

const struct metric_ops recall_metric = {
    .kind = {.name = "recall",
             .doc = "Share of a class's samples that are taken for it, its "
                    "mean over the classes that have samples.",
             .aka = "sensitivity true_positive_rate recall_score"},
    OF_BOTH,
    BY_CLASS,
    .value = recall,
};

const struct metric_ops balanced_accuracy_metric = {
    .kind = {.name = "balanced_accuracy",
             .doc = "Accuracy in which every class counts alike, however many "
                    "samples it has: the mean of recall.",
             .aka = "balanced_acc balanced_accuracy_score macro_accuracy"},
    .takes = 1U << TARGET_CLASS,
    BY_CLASS,
    .value = recall,
};
