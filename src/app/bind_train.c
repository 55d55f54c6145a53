/*
 * bind_train.c - the train section, with the update rule's keys beside it.
 */
#include <stdio.h>
#include <string.h>

#include "app/bind.h"
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
                      "unknown update rule '%s'%s", name,
                      did_you_mean(meant).text);
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

enum status bind_train(struct experiment *x, bool required, struct err *e)
{
    const struct kind *rule;
    const struct node *map;
    struct inert inert[MAX_RULES];
    char why[WHY_BYTES];
    enum status s = bind_section(x, "train", required, &map, e);

    x->has_train = map != NULL;
    if (!map)
        return s;
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
    return s;
}
