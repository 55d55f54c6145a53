/*
 * bind_regression.c - is it classes or numbers, and does everything agree?
 */
#include "app/bind.h"
#include "loss/loss.h"

static int64_t target_count(const struct source *s)
{
    return s->kind && s->kind->targets ? s->kind->targets(s->config)->count : 0;
}

/* Every source has targets in regression, none has otherwise. */
static enum status check_source(const struct experiment *x,
                                const struct source *s, struct err *e)
{
    const bool regression = x->train.regression;
    const int64_t first = target_count(&x->train_source);
    const int64_t count = target_count(s);
    const struct node *given = node_find(s->node, "target_columns");

    if (!s->kind)
        return OK;
    if (count > 0 && !regression && x->has_train)
        return tree_error(&x->tree, given, AT_KEY, NULL, e,
                          "has no effect without train.regression: true");
    if (count == 0 && regression && !given)
        return tree_error(&x->tree, s->node, AT_KEY, NULL, e,
                          "regression needs numbers to learn; expected a csv "
                          "source with target_columns");
    if (count != first && count > 0 && first > 0)
        return tree_error(&x->tree, given ? given : s->node, AT_KEY, NULL, e,
                          "%lld target%s, data.train has %lld",
                          (long long)count, count == 1 ? "" : "s",
                          (long long)first);
    return OK;
}

/* A key that stands beside the one that takes its effect away. */
static enum status refuse(const struct experiment *x, const struct node *map,
                          const char *key, const char *why, struct err *e)
{
    const struct node *given = node_find(map, key);

    return given ? tree_error(&x->tree, given, AT_KEY, NULL, e,
                              "has no effect %s", why)
                 : OK;
}

static enum status check_labels(const struct experiment *x,
                                const struct source *s, struct err *e)
{
    return target_count(s) > 0
               ? refuse(x, s->node, "label_column",
                        "beside target_columns, which name numbers instead "
                        "of a label",
                        e)
               : OK;
}

static enum status check_loss(const struct experiment *x, struct err *e)
{
    const struct node *train = node_find(x->tree.root, "train");
    const struct node *given = node_find(train, "loss");
    const struct loss_ops *loss = loss_of(x->train.loss);

    if (!loss || !given || loss->of_targets == x->train.regression)
        return OK;
    return tree_error(&x->tree, given, AT_VALUE, NULL, e,
                      loss->of_targets ? "%s is of numbers, it needs "
                                         "regression: true"
                                       : "%s is of classes, regression has "
                                         "none",
                      loss->kind.name);
}

/* As many outputs as targets. */
static enum status check_units(const struct experiment *x, struct err *e)
{
    const int64_t targets = target_count(&x->train_source);
    const int64_t units = shape_count(x->graph.out);

    if (targets == 0 || x->entry_count == 0 ||
        x->graph.count < x->entry_count || units == targets)
        return OK;
    return tree_error(&x->tree, x->entry_nodes[x->entry_count - 1], AT_VALUE,
                      NULL, e, "%lld output units, but data.train has %lld %s",
                      (long long)units, (long long)targets,
                      targets == 1 ? "target" : "targets");
}

enum status bind_regression(struct experiment *x, struct err *e)
{
    const struct source *sources[] = {&x->train_source, &x->valid_source,
                                      &x->test_source};
    const struct node *data = node_find(x->tree.root, "data");
    static const char why[] = "in regression, which has no classes";
    enum status s = OK;

    for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
        s = bind_worse(check_source(x, sources[i], e), s);
        s = bind_worse(check_labels(x, sources[i], e), s);
    }
    s = bind_worse(check_loss(x, e), s);
    if (!x->train.regression)
        return s;
    x->split.stratify = false;
    s = bind_worse(check_units(x, e), s);
    s = bind_worse(refuse(x, data, "classes", why, e), s);
    return bind_worse(refuse(x, node_find(data, "split"), "stratify", why, e),
                      s);
}
