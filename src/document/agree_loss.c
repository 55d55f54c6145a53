/*
 * agree_loss.c - does the loss fit what is learnt, and the last layer?
 */
#include <string.h>

#include "activation/activation.h"
#include "augment/augment.h"
#include "document/agree.h"
#include "document/bind.h"
#include "loss/loss.h"

/* A loss that is fused with an activation needs it in the last layer. */
enum status agree_activation(const struct experiment *x,
                             const struct node *train, struct err *e)
{
    const struct loss_ops *loss = loss_of(x->loss);
    const struct activation_ops *last =
        activation_of(x->graph.output_nonlinearity);
    const struct node *given = node_find(train, "loss");

    if (!loss->activation || !agree_has_output(x) ||
        strcmp(loss->activation, last->kind.name) == 0)
        return OK;
    return tree_error(
        &x->tree, given ? given : train, AT_KEY, given ? NULL : "loss", e,
        "%s needs nonlinearity %s in the last layer, %s has %s",
        loss->kind.name, loss->activation,
        x->layers.entries[x->layers.count - 1].name, last->kind.name);
}

/* A loss reads the kind of answers there are. */
static enum status check_loss(const struct experiment *x,
                              const struct node *train, struct err *e)
{
    const struct node *given = node_find(train, "loss");
    const struct loss_ops *loss = loss_of(x->loss);

    if (!loss || !given || (loss->takes & target_bit(x->target.kind)))
        return OK;
    struct text fitting = {0};
    loss_put_fitting(&fitting, x->target.kind, NULL);
    const enum status s = tree_error(
        &x->tree, given, AT_VALUE, NULL, e, "%s%s; expected one of %s",
        loss->kind.name,
        target_is_real(x->target.kind) ? " is of classes, regression has none"
        : loss->takes & target_bit(TARGET_REAL)
            ? " is of numbers, it needs regression: true"
            : " is of classes, data.train has label_columns",
        text_string(&fitting));
    text_free(&fitting);
    return s;
}

/* One output says which of two classes it is. */
static enum status check_binary(const struct experiment *x,
                                const struct node *train, struct err *e)
{
    const struct loss_ops *loss = loss_of(x->loss);
    const struct node *given = node_find(train, "loss");
    const int64_t units = shape_count(x->graph.out);

    if (!loss || !loss->binary || x->target.kind != TARGET_CLASS ||
        !agree_has_output(x) || units == 1)
        return OK;
    return tree_error(
        &x->tree, given ? given : train, AT_KEY, given ? NULL : "loss", e,
        "%s takes one output for two classes, or label_columns, "
        "%s has %lld outputs; expected %s",
        loss->kind.name, x->layers.entries[x->layers.count - 1].name,
        (long long)units,
        loss->activation && strcmp(loss->activation, "linear") == 0
            ? "multiclass_hinge"
            : "categorical_crossentropy on softmax");
}

/* Do samples share their targets? */
static bool mixes(const struct experiment *x)
{
    const struct variant_list *list = &x->data.augment;

    return list->count > 0 && augment_of(list->at[list->count - 1])->mix;
}

enum status agree_weights(const struct experiment *x,
                          const struct target *classes, const char *whose,
                          struct err *e)
{
    const struct real_map_or_word *w = &x->train.class_weights;
    const struct node *train = node_find(x->tree.root, "train");
    const struct node *given = node_find(train, "class_weights");
    const struct target asked = {TARGET_CLASS, w->count, w->keys};
    enum status s = OK;

    for (int64_t k = 0; k < classes->width; k++)
        if (target_find(&asked, classes->names[k], k) < 0)
            s = tree_error(&x->tree, given, AT_VALUE, NULL, e,
                           "class '%s' has no weight", classes->names[k]);
    for (int64_t i = 0; i < w->count; i++) {
        const struct node *key = node_find(given, w->keys[i]);
        const int32_t at = target_find(classes, w->keys[i], i);
        if (at < 0)
            s = tree_error(&x->tree, key, AT_KEY, NULL, e, "is no class of %s",
                           whose);
        else if (target_find(&asked, classes->names[at], at) != i)
            s = tree_error(&x->tree, key, AT_KEY, NULL, e,
                           "weighs class '%s' again", classes->names[at]);
    }
    return s;
}

/* Classes are weighed, and each of those that the document names. */
static enum status check_weights(const struct experiment *x,
                                 const struct node *train, struct err *e)
{
    const struct node *given = node_find(train, "class_weights");
    enum status s = OK;

    if (!given)
        return OK;
    if (x->target.kind != TARGET_CLASS)
        return tree_error(&x->tree, given, AT_KEY, NULL, e, "has no effect, %s",
                          x->target.kind == TARGET_LABELS
                              ? "label_columns are no classes"
                              : "regression has no classes");
    if (mixes(x))
        s = tree_error(
            &x->tree, given, AT_KEY, NULL, e,
            "has no place beside data.augment's %s, whose samples "
            "are of two classes",
            x->data.augment.at[x->data.augment.count - 1].kind->name);
    if (x->train.class_weights.count == 0 || x->target.width == 0)
        return s;
    return bind_worse(agree_weights(x, &x->target, "data.classes", e), s);
}

enum status agree_loss(const struct experiment *x, bool trains,
                       const struct node *train, struct err *e)
{
    enum status s = check_loss(x, train, e);

    if (trains && x->has_train)
        s = bind_worse(check_binary(x, train, e), s);
    return bind_worse(check_weights(x, train, e), s);
}

bool agree_is_binary(const struct experiment *x)
{
    const struct activation_ops *last =
        activation_of(x->graph.output_nonlinearity);

    if (x->target.kind != TARGET_CLASS || !agree_has_output(x) ||
        shape_count(x->graph.out) != 1)
        return false;
    return x->has_train ? loss_of(x->loss) && loss_of(x->loss)->binary
                        : !last->by_row && last->probable;
}
