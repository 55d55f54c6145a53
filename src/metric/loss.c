/*
 * loss.c - the mean loss of a sample, without penalty.
 */
#include <math.h>

#include "metric/metric.h"

static double row(const void *config, const struct score *s)
{
    (void)config;
    return s->loss;
}

const struct metric_ops loss_metric = {
    .kind = {.name = "loss",
             .doc = "Mean loss of a sample, without the penalty."},
    .takes = 1U << TARGET_CLASS | 1U << TARGET_REAL | 1U << TARGET_LABELS |
             1U << TARGET_INPUTS,
    .small_is_good = true,
    .max = (double)INFINITY,
    .row = row,
};
