/*
 * bind_train.c - the train section, with the update rule's keys beside it.
 */
#include <stdio.h>
#include <string.h>

#include "app/bind.h"
#include "update/update.h"

enum { MAX_RULES = 32, WHY_BYTES = 96 };

/* Finds the update rule that the section names; after an error the one that is
 * most likely meant, by which the other keys are checked, or NULL. */
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
    *out = kind_meant(update_kinds, name);
    return kind_unknown(&x->tree, word, "update rule", name, update_kinds, e);
}

/* The keys of all rules but `rule`, with the reason why they mean nothing here;
 * `why` NULL: whether they do is not known. */
static void collect_inert(const struct kind *rule, const char *why,
                          struct inert inert[MAX_RULES])
{
    int count = 0;

    for (int i = 0; update_kinds[i] && count < MAX_RULES - 1; i++)
        if (update_kinds[i] != rule)
            inert[count++] = (struct inert){update_kinds[i]->fields, why};
    inert[count] = (struct inert){NULL, NULL};
}

enum status bind_train(struct experiment *x, bool required, struct err *e)
{
    /* What `update` holds is find_rule's to judge. */
    static const char *const judged[] = {"update", NULL};
    const struct kind *rule;
    const struct node *map;
    struct inert inert[MAX_RULES];
    char why[WHY_BYTES];
    enum status s = bind_section(x, "train", required, &map, e);

    x->has_train = map != NULL;
    if (!map)
        return s;
    s = find_rule(x, map, &rule, e);
    void *config = arena_take(&x->arena, 1, rule ? rule->config_size : 1);
    if (!config)
        return err_memory(e, "reading the train section");
    const struct binding bindings[] = {{train_fields, &x->train},
                                       {rule ? rule->fields : NULL, config},
                                       {NULL, NULL}};
    snprintf(why, sizeof why, "has no effect, the update is %s",
             rule ? rule->name : "");
    collect_inert(rule, s == OK ? why : NULL, inert);
    x->update = (struct variant){rule, config};
    return bind_worse(
        field_bind(&x->tree, map, bindings, inert, s == OK ? NULL : judged, e),
        s);
}
