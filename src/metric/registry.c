/*
 * registry.c - every metric, the order of menus and of what is printed.
 *
 * A new metric is one line here and one file.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "metric/metric.h"

#define OF_CLASSES(X)                                                          \
    X(metric, accuracy)                                                        \
    X(metric, subset_accuracy)                                                 \
    X(metric, top_k)                                                           \
    X(metric, balanced_accuracy)                                               \
    X(metric, f1)                                                              \
    X(metric, precision)                                                       \
    X(metric, recall)                                                          \
    X(metric, auc)

#define OF_NUMBERS(X)                                                          \
    X(metric, r2)                                                              \
    X(metric, rmse)                                                            \
    X(metric, mae)                                                             \
    X(metric, mse)

#define METRICS(X) OF_CLASSES(X) X(metric, loss) OF_NUMBERS(X)

REGISTRY(metric, METRICS)

const struct kind *const metric_choices[] = {
    OF_CLASSES(REGISTRY_KIND) OF_NUMBERS(REGISTRY_KIND) NULL};

enum { ROW_SUM, ROW_COUNT, ROW_SUMS }; /* of a mean over rows */

static size_t sum_count(const struct metric *m)
{
    const struct metric_ops *ops = metric_of(m->of);

    return ops->row ? ROW_SUMS
                    : (size_t)(ops->sums + ops->sums_per_output * m->width);
}

struct metric metric_new(struct variant of, int64_t width, int64_t most,
                         struct arena *a)
{
    struct metric m = {.of = of, .width = width};

    m.sums = arena_take(a, sum_count(&m), sizeof *m.sums);
    if (metric_of(of)->whole)
        m.room = arena_take(a, (size_t)most, sizeof *m.room);
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
        ops->add(m, of);
        return;
    }
    for (int64_t i = 0; i < of->rows; i++)
        m->sums[ROW_SUM] += ops->row(m->of.config, &of->scores[i]);
    m->sums[ROW_COUNT] += (double)of->rows;
}

double metric_value(const struct metric *m)
{
    const struct metric_ops *ops = metric_of(m->of);

    return ops->row ? m->sums[ROW_SUM] / m->sums[ROW_COUNT] : ops->value(m);
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

struct metric_name metric_name_of(struct variant of, const char *between)
{
    const struct field *f = of.kind->fields;
    const size_t length =
        strlen(of.kind->name) - (f ? strlen(f->key) + strlen("_") : 0);
    struct metric_name name;

    if (f)
        snprintf(name.text, sizeof name.text, "%.*s%s%lld", (int)length,
                 of.kind->name, between, (long long)metric_parameter(of));
    else
        snprintf(name.text, sizeof name.text, "%s", of.kind->name);
    return name;
}

void metric_put_name(struct text *out, struct variant of, const char *between)
{
    text_puts(out, metric_name_of(of, between).text);
}
