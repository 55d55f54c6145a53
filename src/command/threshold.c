/*
 * threshold.c - the metrics that may have one, a row each.
 */
#include "command/threshold.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "cli/say.h"

struct threshold_metric {
    const char *name;
    bool small_is_good;
    double (*of_classes)(const struct metrics *m); /* NULL: none */
    double (*of_numbers)(const struct residuals *r);
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

static double loss_of_numbers(const struct residuals *r)
{
    return r->loss;
}

static double r2(const struct residuals *r)
{
    return r->r2;
}

static double rmse(const struct residuals *r)
{
    return r->rmse;
}

static double mae(const struct residuals *r)
{
    return r->mae;
}

static const struct threshold_metric threshold_metrics[] = {
    {"accuracy", false, accuracy, NULL},
    {"top_k", false, top_k, NULL},
    {"f1", false, f1, NULL},
    {"loss", true, loss, loss_of_numbers},
    {"r2", false, NULL, r2},
    {"rmse", true, NULL, rmse},
    {"mae", true, NULL, mae},
};

static const struct threshold_metric *find(const char *name, size_t length)
{
    for (size_t i = 0; i < ARRAY_LEN(threshold_metrics); i++)
        if (strlen(threshold_metrics[i].name) == length &&
            memcmp(threshold_metrics[i].name, name, length) == 0)
            return &threshold_metrics[i];
    return NULL;
}

enum status threshold_read(const struct call *call, const char *text,
                           struct threshold *b, struct err *e)
{
    *b = (struct threshold){NULL, 0};
    if (!text)
        return OK;
    const size_t length = strcspn(text, "=");
    const struct threshold_metric *metric = find(text, length);
    if (!metric || text[length] != '=' ||
        !num_parse_real(text + length + 1, &b->value))
        return usage_error(e, call,
                           "--fail-under: expected METRIC=VALUE with accuracy, "
                           "top_k, f1, loss, r2, rmse or mae, got '%s'",
                           text);
    b->metric = metric;
    return OK;
}

enum status threshold_fits(const struct call *call, const struct threshold *b,
                           bool regression, struct err *e)
{
    if (!b->metric || (regression ? b->metric->of_numbers != NULL
                                  : b->metric->of_classes != NULL))
        return OK;
    return usage_error(e, call, "--fail-under: %s is no metric of %s",
                       b->metric->name, regression ? "regression" : "classes");
}

enum status threshold_check(const struct call *call, const struct threshold *b,
                            const struct metrics *m, const struct residuals *r)
{
    if (!b->metric)
        return OK;
    const bool small = b->metric->small_is_good;
    const double value =
        m ? b->metric->of_classes(m) : b->metric->of_numbers(r);
    if (small ? value <= b->value : value >= b->value)
        return OK;
    note(call, "%s is %.9g, asked for at %s %.9g", b->metric->name, value,
         small ? "most" : "least", b->value);
    return ERR_NO;
}
