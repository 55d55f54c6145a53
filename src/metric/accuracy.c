/*
 * accuracy.c - the share of samples whose answer is right: the class, or all
 * labels.
 */
#include <math.h>

#include "metric/metric.h"

/* The 97.5 % point of the standard normal distribution. */
static const double z95 = 1.959963984540054;

static double row(const void *config, const struct score *s)
{
    (void)config;
    return s->right;
}

/* Wilson: Probable Inference, the Law of Succession, and Statistical Inference,
 * 1927. */
static void interval(double p, double n, double interval[2])
{
    const double zz = z95 * z95;
    const double centre = (p + zz / (2 * n)) / (1 + zz / n);
    const double half =
        z95 / (1 + zz / n) * sqrt(p * (1 - p) / n + zz / (4 * n * n));

    /* Rounding must not put the share itself outside. */
    interval[0] = fmin(fmax(centre - half, 0), p);
    interval[1] = fmax(fmin(centre + half, 1), p);
}

const struct metric_ops accuracy_metric = {
    .kind = {.name = "accuracy",
             .doc = "Share of the samples whose class is the most likely one.",
             .aka = "acc top_1 top1 categorical_accuracy "
                    "sparse_categorical_accuracy multiclass_accuracy"},
    .takes = 1U << TARGET_CLASS,
    .max = 1,
    .column = "valid acc",
    .row = row,
    .interval = interval,
};

const struct metric_ops subset_accuracy_metric = {
    .kind = {.name = "subset_accuracy",
             .doc = "Share of the samples whose labels are all right.",
             .aka = "exact_match exact_match_ratio"},
    .takes = 1U << TARGET_LABELS,
    .max = 1,
    .column = "valid acc",
    .row = row,
    .interval = interval,
};
