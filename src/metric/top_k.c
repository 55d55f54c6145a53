/*
 * top_k.c - the share of samples whose class is among the k most likely ones.
 */
#include "metric/metric.h"

static const struct field fields[] = {
    FIELD(top_k_config, k, .def = "5", .min = 1, .max = 1e6, .unit = "classes",
          .doc = "How many of the most likely classes count."),
    {0},
};

static double row(const void *config, const struct score *s)
{
    const struct top_k_config *c = config;

    return s->rank < c->k;
}

const struct metric_ops top_k_metric = {
    .kind = {.name = "top_k",
             .doc = "Share of the samples whose class is among the k most "
                    "likely ones.",
             .fields = fields,
             .config_size = sizeof(struct top_k_config),
             .aka = "top_k_accuracy top_k_categorical_accuracy top_5 top5 "
                    "sparse_top_k_categorical_accuracy"},
    .takes = 1U << TARGET_CLASS,
    .max = 1,
    .row = row,
};
