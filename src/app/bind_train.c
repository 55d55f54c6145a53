/*
 * bind_train.c - the train section, with the update rule's keys beside it.
 */
#include <stdio.h>
#include <string.h>

#include "app/bind.h"
#include "loss/loss.h"
#include "update/update.h"

enum { MAX_RULES = 32, WHY_BYTES = 96 };

/* Finds the update rule that the section names; NULL and an error when there is
 * none. */
static enum status find_rule(struct experiment *x, const struct node *map,
                             const struct kind **out, struct err *e)
{
    const struct node *word = node_find(map, "update");
    const char *name = field_find(train_fields, "update")->def;

    *out = NULL;
    if (word && word->kind != NODE_SCALAR)
        return tree_error(&x->tree, word, AT_VALUE, NULL, e,
                          "expected the name of an update rule; its "
                          "parameters stand beside it");
    if (word)
        name = word->text;
    *out = kind_find(update_kinds, name);
    if (*out)
        return OK;
    const char *meant = kind_suggestion(update_kinds, name);
    return tree_error(&x->tree, word, AT_VALUE, NULL, e,
                      "unknown update rule '%s'%s%s%s", name,
                      meant ? "; did you mean " : "", meant ? meant : "",
                      meant ? "?" : "");
}

/* The keys of all other rules, with the reason why they mean nothing here. */
static void collect_inert(const struct kind *rule, char why[WHY_BYTES],
                          struct inert inert[MAX_RULES])
{
    int count = 0;

    snprintf(why, WHY_BYTES, "has no effect, the update is %s", rule->name);
    for (int i = 0; update_kinds[i] && count < MAX_RULES - 1; i++)
        if (update_kinds[i] != rule)
            inert[count++] = (struct inert){update_kinds[i]->fields, why};
    inert[count] = (struct inert){NULL, NULL};
}

/* A loss that is fused with an activation needs it in the last layer. */
static enum status check_loss(struct experiment *x, const struct node *map,
                              struct err *e)
{
    const struct loss_ops *loss = loss_of(x->train.loss);
    const struct activation_ops *last =
        activation_of(x->graph.output_nonlinearity);

    if (!loss->activation || x->graph.count == 0 ||
        x->graph.count < x->entry_count ||
        strcmp(loss->activation, last->kind.name) == 0)
        return OK;
    const struct node *given = node_find(map, "loss");
    return tree_error(&x->tree, given ? given : map, AT_KEY,
                      given ? NULL : "loss", e,
                      "%s needs nonlinearity %s in the last layer, %s has %s",
                      loss->kind.name, loss->activation,
                      x->entries[x->entry_count - 1].name, last->kind.name);
}

/* Keys that need validation samples are errors when there are none; their
 * defaults give way, so that the resolved document is one without the error. */
static enum status check_validation(struct experiment *x,
                                    const struct node *map, struct err *e)
{
    const struct node *given = node_find(map, "restore_best");

    if (!x->train.restore_best || !x->train_source.kind ||
        x->valid_source.kind || x->split.eval_size.value > 0)
        return OK;
    x->train.restore_best = false;
    if (!given)
        return OK;
    return tree_error(&x->tree, given, AT_KEY, NULL, e,
                      "has no effect without validation samples "
                      "(data.split.eval_size is 0)");
}

enum status bind_train(struct experiment *x, bool required, struct err *e)
{
    const struct kind *rule;
    const struct node *map;
    struct inert inert[MAX_RULES];
    char why[WHY_BYTES];
    enum status s = bind_section(x, "train", required, &map, e);

    x->has_train = map != NULL;
    if (!map)
        return bind_worse(bind_regression(x, e), s);
    s = find_rule(x, map, &rule, e);
    if (!rule)
        return s;
    void *config = arena_take(&x->arena, 1, rule->config_size);
    if (!config)
        return err_memory(e, "reading the train section");
    const struct binding bindings[] = {
        {train_fields, &x->train}, {rule->fields, config}, {NULL, NULL}};
    collect_inert(rule, why, inert);
    s = field_bind(&x->tree, map, bindings, inert, NULL, e);
    x->update = (struct variant){rule, config};
    if (s != OK)
        return s;
    if (x->train.regression && !field_given(map, "loss"))
        x->train.loss = loss_default(true);
    /* Without training it is a finding of the audit. */
    if (required)
        s = check_loss(x, map, e);
    s = bind_worse(check_validation(x, map, e), s);
    return bind_worse(bind_regression(x, e), s);
}
