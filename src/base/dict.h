/*
 * dict.h - from strings to numbers or things, in constant time whatever the
 * strings.
 *
 * The hash has a key of the process (SipHash-2-4), so that nobody can write a
 * file whose strings collide.  What is looked up does not depend on it.
 */
#ifndef BASE_DICT_H
#define BASE_DICT_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

struct dict_entry {
    const char *key; /* the caller's; NULL: free */
    size_t length;
    int64_t value;
    void *item;
};

struct dict { /* initialise with {0} */
    struct dict_entry *entries;
    size_t room, count;
};

/* dict_add - the entry of a key, new with value -1 and item NULL.  The bytes
 * must outlive the dictionary; the caller may let `key` point to a copy of
 * them.  The entry moves at the next call.  NULL when memory is short. */
MUST_USE struct dict_entry *dict_add(struct dict *d, const char *key,
                                     size_t length);

/* dict_find - the entry of a key; NULL when it has none. */
const struct dict_entry *dict_find(const struct dict *d, const char *key,
                                   size_t length);
void dict_free(struct dict *d);

/* siphash - SipHash-2-4 of the bytes under a key of two words. */
uint64_t siphash(const uint64_t key[2], const void *bytes, size_t length);

#endif
