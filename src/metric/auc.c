/*
 * auc.c - the area under the ROC curve, one class against the rest, or one
 * label.
 *
 *   area = share of the pairs of a sample of the class and one of another whose
 *          outputs for the class stand in the right order; a tie is half of one
 *
 * The value is the mean over the classes that have samples of both kinds; NaN
 * when there is none.  Pairs are counted in whole numbers, so that the order of
 * samples leaves the bits alone.  Hanley, McNeil: The Meaning and Use of the
 * Area under a Receiver Operating Characteristic Curve, 1982.
 */
#include <math.h>

#include "metric/metric.h"

/* x [root] sinks to its place in the heap x [count]. */
static void sink(real *x, int64_t root, int64_t count)
{
    const real moved = x[root];

    for (int64_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && x[child + 1] > x[child])
            child++;
        if (!(x[child] > moved))
            break;
        x[root] = x[child];
    }
    x[root] = moved;
}

/* Rising; by heap, which takes no memory and is never slow. */
static void sort(real *x, int64_t count)
{
    for (int64_t i = count / 2; i > 0; i--)
        sink(x, i - 1, count);
    for (int64_t last = count - 1; last > 0; last--) {
        const real most = x[0];
        x[0] = x[last];
        x[last] = most;
        sink(x, 0, last);
    }
}

/* How many of the rising x [count] are below `value`, or not above it. */
static int64_t count_below(const real *x, int64_t count, real value,
                           bool or_equal)
{
    int64_t low = 0;

    while (low < count) {
        const int64_t middle = low + (count - low) / 2;
        if (x[middle] < value || (or_equal && x[middle] == value))
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

/* The area of class `k`; NaN: a kind of samples is missing. */
static double area_of(const struct metric *m, const struct metric_rows *of,
                      int64_t k)
{
    int64_t own = 0, twice = 0;

    for (int64_t i = 0; i < of->rows; i++)
        if (metric_is_of(of, i, k))
            m->room[own++] = of->y[i * of->width + k];
    sort(m->room, own);
    for (int64_t i = 0; i < of->rows; i++) {
        const real y = of->y[i * of->width + k];
        if (metric_is_of(of, i, k))
            continue;
        twice += own - count_below(m->room, own, y, false);
        twice += own - count_below(m->room, own, y, true);
    }
    const double pairs = (double)own * (double)(of->rows - own);
    return pairs > 0 ? (double)twice / (2 * pairs) : (double)NAN;
}

/* Of a pair both areas are that of p: 1 - p has not all of its digits. */
static void add(const struct metric *m, const struct metric_rows *of)
{
    for (int64_t k = 0; k < m->width; k++)
        m->sums[k] = area_of(m, of, of->pair ? 1 : k);
}

static double value(const struct metric *m)
{
    double sum = 0;
    int64_t count = 0;

    for (int64_t k = 0; k < m->width; k++) {
        sum += isnan(m->sums[k]) ? 0 : m->sums[k];
        count += !isnan(m->sums[k]);
    }
    return count > 0 ? sum / (double)count : (double)NAN;
}

const struct metric_ops auc_metric = {
    .kind = {.name = "auc",
             .doc =
                 "Area under the ROC curve of each class against the rest, or "
                 "of each label, their mean; outputs must be "
                 "probabilities.",
             .aka = "roc_auc auroc roc_auc_score area_under_curve"},
    .takes = 1U << TARGET_CLASS | 1U << TARGET_LABELS,
    .of_outputs = true,
    .of_probabilities = true,
    .whole = true,
    .max = 1,
    .sums_per_output = 1, /* its area */
    .add = add,
    .value = value,
};
