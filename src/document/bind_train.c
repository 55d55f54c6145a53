/*
 * bind_train.c - the train section, with the keys of the update rule and of
 * the loss beside them.
 */
#include <stdio.h>
#include <string.h>

#include "document/bind.h"
#include "loss/loss.h"
#include "update/update.h"

enum { MAX_INERT = 64, WHY_BYTES = 96 };

const struct beside besides[] = {
    {"update", "update rule", "an update rule", update_kinds,
     offsetof(struct experiment, update)},
    {"loss", "loss", "a loss", loss_kinds, offsetof(struct experiment, loss)},
    {NULL, NULL, NULL, NULL, 0},
};

/* What the section learns, as far as it decides the default of the loss. */
static enum target_kind kind_of(const struct experiment *x,
                                const struct node *map)
{
    const struct node *regression = node_find(map, "regression");
    const struct node *source =
        node_find(node_find(x->tree.root, "data"), "train");

    if (regression && regression->kind == NODE_SCALAR &&
        strcmp(regression->text, "true") == 0)
        return TARGET_REAL;
    return node_find(source, "label_columns") ? TARGET_LABELS : TARGET_CLASS;
}

/* The loss of a section that names none follows from what is learnt. */
static const char *word_of(const struct experiment *x, const struct beside *b,
                           const struct node *map)
{
    return b->kinds == loss_kinds ? loss_default(kind_of(x, map)).kind->name
                                  : field_find(train_fields, b->key)->def;
}

/* Finds the kind that the section names; after an error the one that is most
 * likely meant, by which the other keys are checked, or NULL. */
static enum status find_kind(struct experiment *x, const struct node *map,
                             const struct beside *b, const struct kind **out,
                             struct err *e)
{
    const struct node *word = node_find(map, b->key);
    const char *name = word_of(x, b, map);

    *out = NULL;
    if (word && word->kind != NODE_SCALAR)
        return tree_error(&x->tree, word, AT_VALUE, NULL, e,
                          "expected the name of %s; its parameters stand "
                          "beside it",
                          b->one);
    if (word)
        name = word->text;
    *out = kind_find(b->kinds, name);
    if (*out)
        return OK;
    *out = kind_meant(b->kinds, name);
    return kind_unknown(&x->tree, word, b->what, name, b->kinds, e);
}

/* The keys of all kinds but `chosen`, with the reason why they mean nothing
 * here; `why` NULL: whether they do is not known.  Ends the list. */
static void collect_inert(const struct beside *b, const struct kind *chosen,
                          const char *why, struct inert inert[MAX_INERT])
{
    int count = 0;

    while (inert[count].fields)
        count++;
    for (int i = 0; b->kinds[i] && count < MAX_INERT - 1; i++)
        if (b->kinds[i] != chosen && b->kinds[i]->fields)
            inert[count++] = (struct inert){b->kinds[i]->fields, why};
    inert[count] = (struct inert){NULL, NULL};
}

enum status bind_train(struct experiment *x, bool required, struct err *e)
{
    enum { COUNT = ARRAY_LEN(besides) - 1 };
    struct binding bindings[COUNT + 2] = {{train_fields, &x->train}};
    struct inert inert[MAX_INERT] = {{NULL, NULL}};
    const char *judged[COUNT + 1] = {NULL};
    char why[COUNT][WHY_BYTES];
    const struct node *map;
    enum status s = bind_section(x, "train", required, &map, e);
    int bound = 1, faulty = 0;

    x->has_train = map != NULL;
    if (!map)
        return s;
    for (int i = 0; i < COUNT; i++) {
        const struct beside *b = &besides[i];
        const struct kind *kind;
        const enum status found = find_kind(x, map, b, &kind, e);
        void *config = arena_take(&x->arena, 1, kind ? kind->config_size : 1);
        if (!config)
            return err_memory(e, "reading the train section");
        if (kind && kind->fields)
            bindings[bound++] = (struct binding){kind->fields, config};
        if (found != OK)
            judged[faulty++] = b->key; /* find_kind has said it */
        snprintf(why[i], WHY_BYTES, "has no effect, the %s is %s", b->key,
                 kind ? kind->name : "");
        collect_inert(b, kind, found == OK ? why[i] : NULL, inert);
        *beside_in(x, b) = (struct variant){kind, config};
        s = bind_worse(found, s);
    }
    s = bind_worse(field_bind(&x->tree, map, bindings, inert, judged, e), s);
    if (x->loss.kind)
        x->train.loss = x->loss.kind->name;
    return s;
}
