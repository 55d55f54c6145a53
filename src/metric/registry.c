/*
 * registry.c - every metric, the order of menus and of what is printed.
 *
 * A new metric is one line here and one file.
 */
#include <string.h>

#include "base/arena.h"
#include "metric/metric.h"

#define METRICS(X)                                                             \
    X(metric, accuracy)                                                        \
    X(metric, top_k)                                                           \
    X(metric, f1)                                                              \
    X(metric, loss)                                                            \
    X(metric, r2)                                                              \
    X(metric, rmse)                                                            \
    X(metric, mae)

REGISTRY(metric, METRICS)

enum { ROW_SUM, ROW_COUNT, ROW_SUMS }; /* of a mean over rows */

static size_t sum_count(const struct metric *m)
{
    const struct metric_ops *ops = metric_of(m->of);

    return ops->row ? ROW_SUMS
                    : (size_t)(ops->sums + ops->sums_per_output * m->width);
}

struct metric metric_new(struct variant of, int64_t width, struct arena *a)
{
    struct metric m = {.of = of, .width = width};

    m.sums = arena_take(a, sum_count(&m), sizeof *m.sums);
    return m;
}

void metric_clear(struct metric *m)
{
    memset(m->sums, 0, sum_count(m) * sizeof *m->sums);
}

void metric_add(struct metric *m, const struct metric_rows *of)
{
    const struct metric_ops *ops = metric_of(m->of);

    if (!ops->row) {
        ops->add(of, m->sums);
        return;
    }
    for (int64_t i = 0; i < of->rows; i++)
        m->sums[ROW_SUM] += ops->row(m->of.config, &of->scores[i]);
    m->sums[ROW_COUNT] += (double)of->rows;
}

double metric_value(const struct metric *m)
{
    const struct metric_ops *ops = metric_of(m->of);

    return ops->row ? m->sums[ROW_SUM] / m->sums[ROW_COUNT]
                    : ops->value(m->width, m->sums);
}

bool metric_interval(const struct metric *m, double interval[2])
{
    const struct metric_ops *ops = metric_of(m->of);

    if (ops->interval)
        ops->interval(metric_value(m), m->sums[ROW_COUNT], interval);
    return ops->interval != NULL;
}

bool metric_takes(struct variant of, enum target_kind kind)
{
    return (metric_of(of)->takes & target_bit(kind)) != 0;
}

int64_t metric_parameter(struct variant of)
{
    const struct field *f = of.kind->fields;

    return f ? *(const int64_t *)(const void *)((const unsigned char *)
                                                    of.config +
                                                f->offset)
             : 0;
}

void metric_put_name(struct text *out, struct variant of, const char *between)
{
    const struct field *f = of.kind->fields;
    const size_t length =
        strlen(of.kind->name) - (f ? strlen(f->key) + strlen("_") : 0);

    text_add(out, of.kind->name, length);
    if (f)
        text_printf(out, "%s%lld", between, (long long)metric_parameter(of));
}

const struct metric_ops *metric_column(int64_t i)
{
    for (int64_t at = 0; metric_kinds[at]; at++) {
        const struct variant v = {metric_kinds[at], NULL};
        if (metric_of(v)->column && i-- == 0)
            return metric_of(v);
    }
    return NULL;
}
