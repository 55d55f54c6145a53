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
    int64_t order;    /* explicit keys, then those of `<<` in turn */
    bool is_repeated; /* an earlier member has the same key */
};

static int by_key(const void *a, const void *b)
{
    const struct member *m = a, *o = b;
    const int names = strcmp(m->node->key, o->node->key);

    return names ? names : (m->order > o->order) - (m->order < o->order);
}

static int by_order(const void *a, const void *b)
{
    const struct member *m = a, *o = b;

    return (m->order > o->order) - (m->order < o->order);
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

static int64_t merged_count(const struct node *merge)
{
    int64_t count = 0;

    if (!merge || merge->kind == NODE_MAP)
        return merge ? node_count(merge) : 0;
    for (const struct node *n = merge->first; n; n = n->next)
        count += node_count(n);
    return count;
}

static int64_t collect(const struct node *map, struct member *to, int64_t count)
{
    for (struct node *n = map->first; n; n = n->next, count++)
        to[count] = (struct member){.node = n, .order = count};
    return count;
}

static void relink(struct node *map, const struct member *members,
                   int64_t count)
{
    struct node **tail = &map->first;

    *tail = NULL;
    for (int64_t i = 0; i < count; i++) {
        struct node *n = members[i].node;
        if (members[i].is_repeated)
            continue;
        n->parent = map;
        n->next = NULL;
        *tail = n;
        tail = &n->next;
    }
    node_renumber(map);
}

enum status merge_members(const struct tree *t, struct node *map,
                          struct node *merge, struct err *e)
{
    if (merge && !can_merge(t, merge, e))
        merge = NULL;

    const int64_t own = node_count(map);
    const int64_t total = own + merged_count(merge);
    if (total < 2 && !merge)
        return OK;
    struct member *members =
        arena_take(t->arena, (size_t)total, sizeof *members);
    if (!members)
        return err_memory(e, "reading the configuration");

    int64_t count = collect(map, members, 0);
    if (merge && merge->kind == NODE_MAP)
        count = collect(merge, members, count);
    else if (merge)
        for (const struct node *n = merge->first; n; n = n->next)
            count = collect(n, members, count);

    qsort(members, (size_t)count, sizeof *members, by_key);
    for (int64_t i = 1; i < count; i++)
        members[i].is_repeated =
            strcmp(members[i].node->key, members[i - 1].node->key) == 0;
    qsort(members, (size_t)count, sizeof *members, by_order);
    for (int64_t i = 0; i < own; i++)
        if (members[i].is_repeated)
            tree_error(t, members[i].node, AT_KEY, NULL, e, "given twice");
    relink(map, members, count);
    return OK;
}
