/*
 * merge.c - the members of a mapping: merge keys and duplicates.
 *
 * Members are sorted by key to find equal ones, so that a hostile mapping of
 * 100,000 keys costs n log n.
 */
#include <stdlib.h>
#include <string.h>

#include "conf/builder.h"

struct member {
    struct node *node;
    int64_t order; /* explicit keys, then those of `<<` in turn */
};

static int by_key(const void *a, const void *b)
{
    const struct member *m = a, *o = b;
    const int names = strcmp(m->node->key, o->node->key);

    return names ? names : (m->order > o->order) - (m->order < o->order);
}

/* Is the value of `<<` a mapping or a list of mappings? */
static bool can_merge(const struct tree *t, const struct node *merge,
                      struct err *e)
{
    static const char wanted[] = "expected a mapping or a list of mappings, "
                                 "got %s";

    if (merge->kind == NODE_SCALAR) {
        tree_error(t, merge, AT_VALUE, NULL, e, wanted, node_found(merge).text);
        return false;
    }
    if (merge->kind == NODE_MAP)
        return true;
    bool all = true;
    for (const struct node *n = merge->first; n; n = n->next) {
        if (n->kind == NODE_MAP)
            continue;
        tree_error(t, n, AT_VALUE, NULL, e, "expected a mapping, got %s",
                   node_found(n).text);
        all = false;
    }
    return all;
}

static int64_t collect(const struct node *map, struct member *to, int64_t count)
{
    for (struct node *n = map->first; n; n = n->next, count++)
        to[count] = (struct member){.node = n, .order = count};
    return count;
}

/* Appends the members of `from` that are not repeated; the new end. */
static struct node **relink(struct node *map, struct node *from,
                            struct node **tail)
{
    for (struct node *n = from, *next; n; n = next) {
        next = n->next;
        if (n->dropped)
            continue;
        n->parent = map;
        *tail = n;
        tail = &n->next;
    }
    *tail = NULL;
    return tail;
}

enum status merge_members(const struct tree *t, struct node *map,
                          struct node *merge, struct err *e)
{
    if (merge && !can_merge(t, merge, e))
        merge = NULL;
    const bool is_list = merge && merge->kind == NODE_LIST;
    const struct node *maps = is_list ? merge->first : merge;
    int64_t total = node_count(map), count = 0;
    if (total < 2 && !merge)
        return OK;
    for (const struct node *n = maps; n; n = is_list ? n->next : NULL)
        total += node_count(n);
    struct member *members =
        arena_take(t->arena, (size_t)total, sizeof *members);
    if (!members)
        return err_memory(e, "reading the configuration");
    count = collect(map, members, 0);
    for (const struct node *n = maps; n; n = is_list ? n->next : NULL)
        count = collect(n, members, count);
    qsort(members, (size_t)count, sizeof *members, by_key);
    for (int64_t i = 1; i < count; i++)
        members[i].node->dropped =
            strcmp(members[i].node->key, members[i - 1].node->key) == 0;
    for (const struct node *n = map->first; n; n = n->next)
        if (n->dropped)
            tree_error(t, n, AT_KEY, NULL, e, "given twice");
    struct node **tail = relink(map, map->first, &map->first);
    for (const struct node *n = maps; n; n = is_list ? n->next : NULL)
        tail = relink(map, n->first, tail);
    node_renumber(map);
    return OK;
}
