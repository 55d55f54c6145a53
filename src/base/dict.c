/*
 * dict.c - the tree of the C library.
 */
#include "base/dict.h"

#include <search.h>
#include <string.h>

static int by_key(const void *a, const void *b)
{
    const struct dict_entry *x = a, *y = b;

    if (x->length != y->length)
        return x->length < y->length ? -1 : 1;
    return memcmp(x->key, y->key, x->length);
}

struct dict_entry *dict_find(const struct dict *d, const char *key,
                             size_t length)
{
    const struct dict_entry wanted = {key, length, -1, NULL};
    struct dict_entry *const *found = tfind(&wanted, &d->root, by_key);

    return found ? *found : NULL;
}

struct dict_entry *dict_add(struct dict *d, const char *key, size_t length)
{
    struct dict_entry *entry = dict_find(d, key, length);

    if (entry)
        return entry;
    entry = arena_take(&d->arena, 1, sizeof *entry);
    if (!entry)
        return NULL;
    *entry = (struct dict_entry){key, length, -1, NULL};
    return tsearch(entry, &d->root, by_key) ? entry : NULL;
}

static void leave(void *entry)
{
    (void)entry; /* the arena's */
}

void dict_free(struct dict *d)
{
    tdestroy(d->root, leave);
    arena_free(&d->arena);
    d->root = NULL;
}
