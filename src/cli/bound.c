/*
 * bound.c - the metrics that may be bounded, a row each.
 */
#include "cli/bound.h"

#include <math.h>
#include <string.h>

#include "base/num.h"

struct bound_metric {
    const char *name;
    bool small_is_good;
    double (*value)(const struct metrics *m);
};

static double accuracy(const struct metrics *m)
{
    return m->accuracy;
}

static double top_k(const struct metrics *m)
{
    return m->top_k_accuracy;
}

static double f1(const struct metrics *m)
{
    return metrics_f1(m);
}

static double loss(const struct metrics *m)
{
    return m->loss;
}

static const struct bound_metric bound_metrics[] = {
    {"accuracy", false, accuracy},
    {"top_k", false, top_k},
    {"f1", false, f1},
    {"loss", true, loss},
};

static const struct bound_metric *find(const char *name, size_t length)
{
    for (size_t i = 0; i < ARRAY_LEN(bound_metrics); i++)
        if (strlen(bound_metrics[i].name) == length &&
            memcmp(bound_metrics[i].name, name, length) == 0)
            return &bound_metrics[i];
    return NULL;
}

enum status bound_read(const struct call *call, const char *text,
                       struct bound *b, struct err *e)
{
    *b = (struct bound){NULL, 0};
    if (!text)
        return OK;
    const size_t length = strcspn(text, "=");
    const struct bound_metric *metric = find(text, length);
    if (!metric || text[length] != '=' ||
        !num_parse_real(text + length + 1, &b->value))
        return usage_error(e, call,
                           "--fail-under: expected accuracy=VALUE, "
                           "top_k=VALUE, f1=VALUE or loss=VALUE, got '%s'",
                           text);
    b->metric = metric;
    return OK;
}

enum status bound_check(const struct call *call, const struct bound *b,
                        const struct metrics *m)
{
    if (!b->metric)
        return OK;
    const bool small = b->metric->small_is_good;
    const double value = b->metric->value(m);
    if (small ? value <= b->value : value >= b->value)
        return OK;
    note(call, "%s is %.9g, asked for at %s %.9g", b->metric->name, value,
         small ? "most" : "least", b->value);
    return ERR_NO;
}
