/*
 * entry.c - the form of entries and what they are called.
 */
#include "notation/entry.h"

#include <string.h>

#include "activation/activation.h"

const char *entry_type(const struct node *entry)
{
    if (entry->kind == NODE_SCALAR)
        return entry->text;
    return entry->kind == NODE_MAP && entry->first ? entry->first->key : NULL;
}

const struct node *entry_parameters(const struct node *entry)
{
    const struct node *only = entry->first;

    return only && only->kind == NODE_MAP ? only : NULL;
}

bool notation_normalizes(const struct kind *kind)
{
    return field_find(kind->fields, "nonlinearity") &&
           field_find(kind->fields, "b");
}

struct variant linear_nonlinearity(void)
{
    return (struct variant){kind_find(activation_kinds, "linear"), ""};
}

static bool is_key(const struct node *n, const char *key)
{
    return n && n->key && strcmp(n->key, key) == 0;
}

/* The notation that a list is the list of: `residual: [..]`, or `layers` among
 * its parameters. */
static const struct node *notation_around(const struct node *list)
{
    const struct node *inner =
        is_key(list, residual_kind.name) ? list : list->parent;

    if (inner != list && !is_key(list, "layers"))
        return NULL;
    return is_key(inner, residual_kind.name) || is_key(inner, repeat_kind.name)
               ? inner->parent
               : NULL;
}

static bool is_outermost(const struct node *list)
{
    return list->parent && !list->parent->parent && is_key(list, "layers");
}

/* Is it a list of layers, the document's or a notation's? */
static bool is_layers(const struct node *list)
{
    while (list && !is_outermost(list)) {
        const struct node *notation = notation_around(list);
        list = notation ? notation->parent : NULL;
    }
    return list != NULL;
}

const char *notation_entry_name(struct arena *arena, const struct node *entry)
{
    const char *type = entry_type(entry);

    if (!type || !entry->parent || !is_layers(entry->parent) ||
        (entry->first && entry->first->next)) /* two types */
        return NULL;
    const struct node *name = node_find(entry_parameters(entry), "name");
    if (name && name->kind == NODE_SCALAR && *name->text)
        return name->text;
    return arena_printf(arena, "%s%lld", type,
                        (long long)entry->index +
                            (is_outermost(entry->parent) ? 0 : 1));
}

bool notation_makes(const struct node *list)
{
    if (!is_outermost(list))
        return false;
    for (const struct node *n = list->first; n; n = n->next) {
        const char *type = entry_type(n);
        if ((type && kind_find(notation_kinds, type)) ||
            node_find(entry_parameters(n), "normalize") ||
            node_find(entry_parameters(n), "batch_norm"))
            return true;
    }
    return false;
}

bool entry_begin_list(struct written *first, struct dict *names)
{
    for (struct written *w = first; w; w = w->next) {
        const char *name = w->name ? w->name : "";
        struct dict_entry *entry = dict_add(names, name, strlen(name));
        if (!entry)
            return false;
        if (w->name && !entry->item)
            entry->item = w;
        w->output = NULL;
    }
    return true;
}
