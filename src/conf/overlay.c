/*
 * overlay.c - one mapping laid over another, as deep as documents are nested.
 */
#include <inttypes.h>
#include <string.h>

#include "base/num.h"
#include "base/text.h"
#include "conf/source.h"
#include "conf/tree_read.h"

enum { MAX_CHANGES = 1000 }; /* of entries that others make */

static void append(struct node *map, struct node *n)
{
    struct node **tail = &map->first;

    while (*tail)
        tail = &(*tail)->next;
    *tail = n;
    n->next = NULL;
    n->parent = map;
    node_renumber(map);
}

/* Does a path of --set end in null: nothing is created on the way? */
static bool leads_to_null(const struct node *n)
{
    while (n->is_path)
        n = n->first;
    return node_is_null(n);
}

/* null drops what it stands over; an empty value is a mistake for others to
 * find. */
static bool is_drop(const struct node *n)
{
    return node_is_null(n) && *n->text;
}

/* The only key of a list entry, `dropout` or `dropout: {..}`; NULL when it is
 * not of that form. */
static const char *key_of(const struct node *entry)
{
    if (entry->kind == NODE_SCALAR)
        return node_is_null(entry) ? NULL : entry->text;
    if (entry->kind != NODE_MAP || !entry->first || entry->first->next)
        return NULL;
    return entry->first->key;
}

/* A bare `dropout` becomes `dropout: {}`. */
static enum status spell_out(const struct tree *t, struct node *entry,
                             struct err *e)
{
    struct node *only = arena_take(t->arena, 1, sizeof *only);

    if (!only)
        return err_memory(e, "reading the configuration");
    *only = *entry;
    only->kind = NODE_MAP;
    only->key = entry->text;
    only->text = entry->text = NULL;
    only->plain = entry->plain = false;
    entry->kind = NODE_MAP;
    append(entry, only);
    return OK;
}

/* NOLINTBEGIN(misc-no-recursion) */
static enum status lay(const struct tree *t, struct node *old, struct node *n,
                       bool keeps_null, struct err *e);

static enum status lay_members(const struct tree *t, struct node *base,
                               struct node *over, bool keeps_null,
                               struct err *e)
{
    enum status s = OK;

    for (struct node *n = over->first, *next; n; n = next) {
        struct node *old = node_find(base, n->key);
        next = n->next;
        if (old)
            s = worse(s, lay(t, old, n, keeps_null, e));
        else if ((!n->is_path && !n->is_whole) || !leads_to_null(n))
            append(base, n);
    }
    return s;
}

/* A list entry that is found is changed; one that is dropped keeps its place
 * until all are found. */
static enum status lay_entry(const struct tree *t, struct node *entry,
                             struct node *n, bool by_name, struct err *e)
{
    const char *key = key_of(entry);

    if (is_drop(n)) {
        entry->dropped = true;
        return OK;
    }
    if (n->is_whole) {
        node_replace(entry, n);
        return OK;
    }
    if (n->kind != NODE_MAP)
        return tree_error(t, n, AT_VALUE, NULL, e,
                          "expected the keys to change, or null to drop it");
    if (!key)
        return lay(t, entry, n, false, e);
    if (entry->kind == NODE_SCALAR && n->is_path && leads_to_null(n))
        return OK;
    if (entry->kind == NODE_SCALAR && spell_out(t, entry, e) != OK)
        return ERR_MEMORY;
    if (!by_name && n->first && strcmp(n->first->key, key) == 0)
        return lay_members(t, entry, n, true, e);
    return lay(t, entry->first, n, true, e);
}

/* Puts off what is said of an entry that another one makes. */
static enum status keep_change(const struct tree *t, struct node *list,
                               struct node *n, struct err *e)
{
    struct node **tail = &list->changes;
    int64_t count = 0;

    for (; *tail; tail = &(*tail)->next)
        count++;
    if (count >= MAX_CHANGES)
        return tree_error(t, n, AT_KEY, NULL, e,
                          "more than %d changes of made entries", MAX_CHANGES);
    n->parent = list;
    n->next = NULL;
    *tail = n;
    return OK;
}

static enum status lay_entries(const struct tree *t, struct node *list,
                               struct node *over, struct err *e)
{
    enum status s = OK;

    for (struct node *n = over->first, *next; n; n = next) {
        struct nearest near = {.word = n->key};
        struct node *entry = list->first;
        int64_t index;
        const bool is_index = num_parse_int(n->key, &index);
        next = n->next;
        for (; entry; entry = entry->next) {
            const char *name = t->entry_name && !is_index
                                   ? t->entry_name(t->arena, entry)
                                   : NULL;
            if (is_index ? entry->index == index
                         : name && strcmp(name, n->key) == 0)
                break;
            if (name)
                nearest_offer(&near, name, name);
        }
        if (entry)
            s = worse(s, lay_entry(t, entry, n, !is_index, e));
        else if (!is_index && t->makes_entries && t->makes_entries(list))
            s = worse(s, keep_change(t, list, n, e));
        else
            s = worse(s, mark_error(t, n->key_mark, tree_path(t, list), e,
                                    "no entry '%.*s' among %" PRId64 "%s",
                                    (int)source_clip(n->key, 60), n->key,
                                    node_count(list),
                                    did_you_mean(near.found).text));
    }
    for (struct node *n = list->first, *next; n; n = next) {
        next = n->next;
        if (n->dropped)
            node_replace(n, NULL);
    }
    return s;
}

/* `n` over `old`, the member of a map or list entry with the same key. */
static enum status lay(const struct tree *t, struct node *old, struct node *n,
                       bool keeps_null, struct err *e)
{
    if (is_drop(n) && (n->is_whole || !keeps_null)) {
        node_replace(old, NULL);
        return OK;
    }
    if (n->kind == NODE_MAP && !n->is_whole && old->kind == NODE_LIST)
        return lay_entries(t, old, n, e);
    if (n->kind == NODE_MAP && !n->is_whole && old->kind == NODE_MAP) {
        if (!n->is_path) {
            old->mark = n->mark;
            old->key_mark = n->key_mark;
        }
        return lay_members(t, old, n, keeps_null, e);
    }
    if (n->is_path && !node_is_null(old))
        return mark_error(t, n->mark, tree_path(t, old), e,
                          "expected a mapping to set a key of, found %s",
                          node_found(old).text);
    if (!n->is_path || !leads_to_null(n))
        node_replace(old, n);
    return OK;
}
/* NOLINTEND(misc-no-recursion) */

enum status overlay_entry(const struct tree *t, struct node *entry,
                          struct node *change, struct err *e)
{
    if (is_drop(change) || change->is_whole)
        return tree_error(t, change, AT_VALUE, NULL, e,
                          "is made of another entry: its keys can be set, it "
                          "cannot be replaced or dropped");
    return lay_entry(t, entry, change, true, e);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as documents are nested */
struct node *node_copy(struct arena *arena, const struct node *from,
                       struct node *parent)
{
    struct node *copy = arena_take(arena, 1, sizeof *copy);

    if (!copy)
        return NULL;
    *copy = *from;
    copy->parent = parent;
    copy->next = copy->first = NULL;
    struct node **tail = &copy->first;
    for (const struct node *n = from->first; n; n = n->next) {
        *tail = node_copy(arena, n, copy);
        if (!*tail)
            return NULL;
        tail = &(*tail)->next;
    }
    return copy;
}

enum status overlay_map(const struct tree *t, struct node *base,
                        struct node *over, struct err *e)
{
    return lay_members(t, base, over, false, e);
}
