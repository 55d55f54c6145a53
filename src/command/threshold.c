/*
 * threshold.c - metrics, a value for each, which side is the wrong one.
 */
#include "command/threshold.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "cli/say.h"

static const struct metric_ops *ops_of(const struct threshold *t)
{
    return metric_of((struct variant){t->metric, NULL});
}

/* "accuracy, top_k or loss"; `name` is that of an unknown metric, or NULL. */
static enum status expected(const struct call *call, const char *got,
                            const char *name, struct err *e)
{
    struct text names = {0};

    for (int i = 0; metric_kinds[i]; i++) {
        const char *next = metric_kinds[i + 1] ? ", " : " or ";
        text_printf(&names, "%s%s", i == 0 ? "" : next, metric_kinds[i]->name);
    }
    const struct kind *meant = name ? kind_meant(metric_kinds, name) : NULL;
    const enum status s = usage_error(
        e, call, "--fail-under: expected METRIC=VALUE with %s, got '%s'%s",
        text_string(&names), got,
        did_you_mean(meant ? meant->name : NULL).text);
    text_free(&names);
    return s;
}

static enum status read_one(const struct call *call, const char *text,
                            struct threshold *t, struct err *e)
{
    const size_t length = strcspn(text, "=");
    const char *name = arena_strndup(call->arena, text, length);
    if (!name)
        return err_memory(e, "reading the command line");
    t->metric = kind_find(metric_kinds, name);
    if (!t->metric || text[length] != '=' ||
        !num_parse_real(text + length + 1, &t->value))
        return expected(call, text, t->metric ? NULL : name, e);
    const struct metric_ops *ops = ops_of(t);
    if (t->value >= ops->min && t->value <= ops->max)
        return OK;
    if (isinf(ops->max))
        return usage_error(e, call, "--fail-under: %s: %.9g is less than %g",
                           name, t->value, ops->min);
    if (isinf(ops->min))
        return usage_error(e, call, "--fail-under: %s: %.9g is more than %g",
                           name, t->value, ops->max);
    return usage_error(e, call, "--fail-under: %s: %.9g is not in [%g, %g]",
                       name, t->value, ops->min, ops->max);
}

enum status thresholds_read(const struct call *call,
                            const struct settings *words,
                            struct thresholds *out, struct err *e)
{
    struct threshold *at =
        arena_take(call->arena, (size_t)words->count, sizeof *at);

    *out = (struct thresholds){at, 0};
    for (int64_t i = 0; at && i < words->count; i++) {
        const enum status s = read_one(call, words->at[i], &at[i], e);
        if (s != OK)
            return s;
        for (int64_t k = 0; k < i; k++)
            if (at[k].metric == at[i].metric)
                return usage_error(e, call, "--fail-under: %s is given twice",
                                   at[i].metric->name);
        out->count++;
    }
    return arena_check(call->arena, e, "reading the command line");
}

enum status thresholds_fit(const struct call *call, const struct thresholds *t,
                           enum target_kind kind, struct err *e)
{
    for (int64_t i = 0; i < t->count; i++)
        if (!metric_takes((struct variant){t->at[i].metric, NULL}, kind))
            return usage_error(e, call, "--fail-under: %s is no metric of %s",
                               t->at[i].metric->name, metric_subject(kind));
    return OK;
}

static enum status check_one(const struct call *call, const struct threshold *t,
                             const struct metric *metrics, int64_t count,
                             struct err *e)
{
    const bool small = ops_of(t)->small_is_good;

    for (int64_t i = 0; i < count; i++) {
        const double value = metric_value(&metrics[i]);
        if (metrics[i].of.kind != t->metric ||
            (small ? value <= t->value : value >= t->value))
            continue;
        return err_add(e, ERR_NO, call->place,
                       "%s is %.9g, asked for at %s %.9g", t->metric->name,
                       value, small ? "most" : "least", t->value);
    }
    return OK;
}

enum status thresholds_check(const struct call *call,
                             const struct thresholds *t,
                             const struct metric *metrics, int64_t count,
                             struct err *e)
{
    enum status s = OK;

    for (int64_t i = 0; i < t->count; i++) {
        const enum status own = check_one(call, &t->at[i], metrics, count, e);
        s = s == OK ? own : s;
    }
    return s;
}
