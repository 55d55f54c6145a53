/*
 * agree_metrics.c - do the metrics of a run fit what it learns?
 */
#include <string.h>

#include "activation/activation.h"
#include "document/agree.h"

/* Names the metrics that such a network has. */
static void put_fitting(struct text *out, const struct experiment *x)
{
    int count = 0;

    for (int i = 0; metric_choices[i]; i++) {
        const struct variant v = {metric_choices[i], NULL};
        if (metric_takes(v, x->target.kind))
            text_printf(out, "%s%s", count++ ? ", " : "", v.kind->name);
    }
}

/* NULL, or what is wrong with entry `at` of `metrics`; on `why`. */
static const char *metric_fault(const struct experiment *x, int64_t at,
                                struct text *why)
{
    const struct variant of = x->train.metrics.at[at];
    const int64_t width = experiment_width(x);
    struct text name = {0}, other = {0};

    metric_put_name(&name, of, "_");
    if (!metric_takes(of, x->target.kind)) {
        text_printf(why, "%s is no metric of %s; expected ", of.kind->name,
                    metric_subject(x->target.kind));
        put_fitting(why, x);
    } else if (metric_parameter(of) > width && agree_has_output(x)) {
        text_printf(why, "%lld is not in [1, %lld]",
                    (long long)metric_parameter(of), (long long)width);
    } else if (metric_of(of)->of_probabilities && agree_has_output(x) &&
               !activation_gives_probabilities(x->graph.output_nonlinearity)) {
        text_printf(why, "%s needs probabilities, the last layer, %s, has %s",
                    of.kind->name, x->layers.entries[x->layers.count - 1].name,
                    activation_of(x->graph.output_nonlinearity)->kind.name);
    }
    for (int64_t i = 0; i < at && why->length == 0; i++) {
        other.length = 0;
        metric_put_name(&other, x->train.metrics.at[i], "_");
        if (strcmp(text_string(&other), text_string(&name)) == 0)
            text_printf(why, "%s is given twice", text_string(&name));
    }
    text_free(&name);
    text_free(&other);
    return why->length > 0 ? text_string(why) : NULL;
}

/* `metrics` and `train_metrics` as one. */
enum status agree_metrics(struct experiment *x, const struct node *train,
                          struct err *e)
{
    const struct node *given = node_find(train, "metrics");
    const struct node *entry =
        given && given->kind == NODE_LIST ? given->first : NULL;
    enum status s = OK;

    for (int64_t i = 0; i < x->train.metrics.count; i++) {
        struct text why = {0};
        if (metric_fault(x, i, &why))
            s = tree_error(&x->tree, entry ? entry : given, AT_VALUE, NULL, e,
                           "%s", text_string(&why));
        text_free(&why);
        entry = entry ? entry->next : NULL;
    }
    if (!metric_columns_of(&x->columns, x->target.kind, &x->train.metrics,
                           x->train.train_metrics))
        s = tree_error(&x->tree, given, AT_VALUE, NULL, e,
                       "more than %d columns, those of train_metrics included",
                       METRIC_MAX_COLUMNS);
    if (x->train.train_metrics && !given)
        s = tree_error(&x->tree, node_find(train, "train_metrics"), AT_KEY,
                       NULL, e,
                       "has no effect without metrics, which names them");
    return s;
}
