/*
 * columns.c - which metrics, in which order, called what.
 */
#include "metric/columns.h"

#include <stdio.h>
#include <string.h>

/* What always has a column. */
static const struct metric_ops *constant(enum target_kind kind)
{
    const struct metric_ops *found = &accuracy_metric;

    for (int i = 0; metric_kinds[i]; i++) {
        const struct variant v = {metric_kinds[i], NULL};
        if (metric_of(v)->column && metric_takes(v, kind))
            found = metric_of(v);
    }
    return found;
}

static bool add(struct metric_columns *c, struct variant of, bool of_train)
{
    if (c->count == METRIC_MAX_COLUMNS)
        return false;
    c->at[c->count++] = (struct metric_column){of, of_train};
    return true;
}

bool metric_columns_of(struct metric_columns *out, enum target_kind kind,
                       const struct variant_list *asked, bool train_too)
{
    bool all = true;

    *out = (struct metric_columns){.kind = kind};
    add(out, (struct variant){&constant(kind)->kind, NULL}, false);
    for (int64_t i = 0; i < asked->count; i++)
        if (asked->at[i].kind && !metric_of(asked->at[i])->column)
            all = add(out, asked->at[i], false) && all;
    for (int64_t i = 0; train_too && i < asked->count; i++)
        if (asked->at[i].kind)
            all = add(out, asked->at[i], true) && all;
    return all;
}

bool metric_column_exists(const struct metric_columns *c, int64_t i)
{
    return metric_takes(c->at[i].of, c->kind);
}

bool metric_columns_read(const struct metric_columns *c)
{
    bool any = false;

    for (int64_t i = 0; i < c->count; i++) {
        const struct metric_ops *ops = metric_of(c->at[i].of);
        /* Of labels more than one may be predicted: no score knows them. */
        any = any || ops->of_outputs ||
              (ops->by_class && c->kind == TARGET_LABELS);
    }
    return any;
}

bool metric_columns_train(const struct metric_columns *c)
{
    return c->count > 0 && c->at[c->count - 1].of_train;
}

void metric_column_title(struct text *out, const struct metric_column *c)
{
    const char *always = metric_of(c->of)->column;

    if (always && !c->of_train) {
        text_puts(out, always);
        return;
    }
    text_puts(out, c->of_train ? "train " : "");
    metric_put_name(out, c->of, " ");
}

/* The column that is always there has one key, whatever it counts. */
static struct metric_name name_of(const struct metric_column *c)
{
    const struct variant accuracy = {&accuracy_metric.kind, NULL};

    return metric_name_of(metric_of(c->of)->column ? accuracy : c->of, "_");
}

struct metric_key metric_column_key(const struct metric_column *c)
{
    struct metric_key key;

    snprintf(key.text, sizeof key.text, "%s%s",
             c->of_train ? "train_" : "valid_", name_of(c).text);
    return key;
}

int64_t metric_columns_find(const struct metric_columns *c, const char *word)
{
    static const char prefix[] = "valid_";
    const bool long_form = strncmp(word, prefix, strlen(prefix)) == 0;
    const char *name = word + (long_form ? strlen(prefix) : 0);
    int64_t found = -1;

    for (int64_t i = 0; i < c->count && found < 0; i++) {
        const struct metric_column *column = &c->at[i];
        if (!column->of_train && metric_column_exists(c, i) &&
            (strcmp(name_of(column).text, name) == 0 ||
             (metric_of(column->of)->column &&
              strcmp(column->of.kind->name, name) == 0)))
            found = i;
    }
    return found;
}
