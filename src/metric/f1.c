/*
 * f1.c - precision and recall of each class, their harmonic mean, its mean.
 *
 *   precision = hits / predicted, recall = hits / truly,
 *   f1 = 2 hits / (truly + predicted); 0/0 is NaN
 *
 * The value is the mean of f1 over the classes that have samples.
 */
#include <math.h>

#include "metric/metric.h"

enum { HITS, TRULY, PREDICTED, SUMS }; /* of every class */

static void add(const struct metric_rows *of, double *sums)
{
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

struct class_metrics class_metrics_of(const struct metric *m, int64_t class)
{
    const double *of = m->sums + class * SUMS;

    return (struct class_metrics){
        .precision = ratio(of[HITS], of[PREDICTED]),
        .recall = ratio(of[HITS], of[TRULY]),
        .f1 = ratio(2 * of[HITS], of[TRULY] + of[PREDICTED]),
        .support = of[TRULY],
    };
}

static double value(int64_t width, const double *sums)
{
    double sum = 0;
    int64_t count = 0;

    for (const double *of = sums; of < sums + width * SUMS; of += SUMS)
        if (of[TRULY] > 0) {
            sum += 2 * of[HITS] / (of[TRULY] + of[PREDICTED]);
            count++;
        }
    return sum / (double)count;
}

const struct metric_ops f1_metric = {
    .kind = {.name = "f1",
             .doc = "Harmonic mean of a class's precision and recall, its mean "
                    "over the classes that have samples."},
    .takes = 1U << TARGET_CLASS,
    .by_class = true,
    .max = 1,
    .sums_per_output = SUMS,
    .add = add,
    .value = value,
};
