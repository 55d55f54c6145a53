/*
 * top_k.c - the share of samples whose class is among the k most likely ones.
 */
#include "metric/metric.h"

enum { NEAR, COUNT, SUMS };

static const struct field fields[] = {
    FIELD(top_k_config, k, .def = "5", .min = 1, .max = 1e6, .unit = "classes",
          .doc = "How many of the most likely classes count."),
    {0},
};

static void add(const void *config, const struct metric_rows *of, double *sums)
{
    const struct top_k_config *c = config;

    for (int64_t i = 0; i < of->rows; i++)
        sums[NEAR] += of->scores[i].rank < c->k;
    sums[COUNT] += (double)of->rows;
}

static double value(const void *config, int64_t width, const double *sums)
{
    (void)config;
    (void)width;
    return sums[NEAR] / sums[COUNT];
}

const struct metric_ops top_k_metric = {
    .kind = {.name = "top_k",
             .doc = "Share of the samples whose class is among the k most "
                    "likely ones.",
             .fields = fields,
             .config_size = sizeof(struct top_k_config)},
    .takes = 1U << TARGET_CLASS,
    .is_row_mean = true,
    .max = 1,
    .sums = SUMS,
    .add = add,
    .value = value,
};
