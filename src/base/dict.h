/*
 * dict.h - from strings to numbers or things.
 *
 * A balanced tree: nobody can write a file whose strings collide.
 */
#pragma once

#include "base/arena.h"

struct dict_entry {
    const char *key; /* the caller's */
    size_t length;
    int64_t value;
    void *item;
};

struct dict { /* initialise with {0} */
    struct arena arena;
    void *root;
};

/* dict_add - the entry of a key, new with value -1 and item NULL; it stays
 * where it is.  The bytes must outlive the dictionary; the caller may let `key`
 * point to a copy of them.  NULL when memory is short. */
MUST_USE struct dict_entry *dict_add(struct dict *d, const char *key,
                                     size_t length);

/* dict_find - the entry of a key; NULL when it has none. */
struct dict_entry *dict_find(const struct dict *d, const char *key,
                             size_t length);
void dict_free(struct dict *d);
