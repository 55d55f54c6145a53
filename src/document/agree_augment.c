/*
 * agree_augment.c - can samples be augmented as the document says?
 */
#include <string.h>

#include "augment/augment.h"
#include "document/agree.h"
#include "document/bind.h"
#include "loss/loss.h"

/* Rows and columns of a picture that coordinates are exact enough for. */
enum { MOST_PIXELS = 32768 };

/* What stands for key `key` of entry `n`; the entry where nothing does. */
static const struct node *node_of(const struct node *n, const char *key)
{
    const struct node *parameters = n->first ? n->first : n;
    const struct node *found = node_find(parameters, key);

    return found ? found : parameters;
}

/* Keys of an entry that do not go together. */
static enum status check_keys(const struct experiment *x, struct variant v,
                              const struct node *n, struct err *e)
{
    const struct augment_ops *ops = augment_of(v);
    struct text why = {0};
    const char *key = ops->fault ? ops->fault(v.config, &why) : NULL;
    enum status s = OK;

    if (key)
        s = tree_error(&x->tree, node_of(n, key), AT_VALUE, NULL, e, "%s",
                       text_string(&why));
    text_free(&why);
    return s;
}

/* An entry that does nothing.  Of a model file, which may hold one, nothing is
 * said. */
static enum status check_idle(const struct experiment *x, struct variant v,
                              const struct node *n, struct err *e)
{
    const char *key =
        x->tree.paths_as_written ? NULL : augment_idle(v, x->graph.in);

    return key ? tree_error(&x->tree, node_of(n, key), AT_VALUE, NULL, e,
                            "has no effect, %s",
                            strcmp(key, "p") == 0
                                ? "p is 0: it is applied to no sample"
                                : "it changes no sample")
               : OK;
}

/* The shape of the samples, which the input layer takes. */
static enum status check_shape(const struct experiment *x, struct variant v,
                               const struct node *n, struct err *e)
{
    const struct augment_ops *ops = augment_of(v);
    const struct shape in = x->graph.in;

    if (x->graph.count == 0 || !ops->needs_image)
        return OK;
    if (in.axes != 3)
        return tree_error(&x->tree, n, AT_VALUE, NULL, e,
                          "%s needs pictures of [channels, rows, columns], the "
                          "input layer takes %s",
                          v.kind->name, shape_text(in).text);
    if (ops->channels > 0 && in.dim[0] != ops->channels)
        return tree_error(&x->tree, n, AT_VALUE, NULL, e,
                          "%s needs %lld channels, the input layer takes %s",
                          v.kind->name, (long long)ops->channels,
                          shape_text(in).text);
    if (in.dim[1] > MOST_PIXELS || in.dim[2] > MOST_PIXELS)
        return tree_error(&x->tree, n, AT_VALUE, NULL, e,
                          "%s takes at most %d rows and columns, the input "
                          "layer takes %s",
                          v.kind->name, MOST_PIXELS, shape_text(in).text);
    return OK;
}

/* Two samples in one: nothing comes after it, and the loss can share a target.
 */
static enum status check_mix(const struct experiment *x, int64_t at,
                             const struct node *n, struct err *e)
{
    const struct variant_list *list = &x->data.augment;
    const struct variant v = list->at[at];
    const struct loss_ops *loss = loss_of(x->loss);

    if (!augment_of(v)->mix)
        return OK;
    if (at + 1 < list->count)
        return tree_error(&x->tree, n, AT_VALUE, NULL, e,
                          "%s must stand last, %s stands after it",
                          v.kind->name, list->at[at + 1].kind->name);
    if (x->has_train && loss && !loss->takes_mixes)
        return tree_error(&x->tree, n, AT_VALUE, NULL, e,
                          "%s needs loss categorical_crossentropy, the loss is "
                          "%s",
                          v.kind->name, loss->kind.name);
    return OK;
}

enum status agree_augment(const struct experiment *x, struct err *e)
{
    const struct variant_list *list = &x->data.augment;
    const struct node *data = node_find(x->tree.root, "data");
    const struct node *written = node_find(data, "augment");
    const bool is_list = written && written->kind == NODE_LIST;
    const struct node *n = is_list ? written->first : written;
    enum status s = OK;

    for (int64_t i = 0; n && i < list->count; i++, n = n->next) {
        const enum status keys = check_keys(x, list->at[i], n, e);
        s = bind_worse(keys, s);
        if (keys == OK)
            s = bind_worse(check_idle(x, list->at[i], n, e), s);
        s = bind_worse(check_shape(x, list->at[i], n, e), s);
        s = bind_worse(check_mix(x, i, n, e), s);
    }
    return s;
}
