/*
 * arena.h - all of the program's memory comes from here.
 *
 * An arena hands out zeroed, 16-byte aligned pieces that live until the whole
 * arena is freed: the right lifetime for parsed documents, names and graphs.
 * mem_* is for the few large blocks with a lifetime of their own.  No other
 * file calls malloc, so a test can count and fail every allocation.
 *
 * An arena is sticky: memory that runs short is remembered in `failed`, strings
 * are then "" and pieces NULL, and whoever builds asks arena_check once, before
 * anything built is used.  Of mem_*, callers report NULL with err_memory().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena_block;

struct arena { /* initialise with {0} */
    struct arena_block *blocks;
    bool failed; /* memory ran short once; stays until arena_free */
};

/* arena_take - `count` objects of `size` bytes, zeroed.  NULL when memory is
 * short or the product overflows; a piece of its own for count 0. */
MUST_USE void *arena_take(struct arena *a, size_t count, size_t size);

/* arena_strndup - a copy of the first `length` bytes, '\0' terminated.  Like
 * the strings below, "" (never NULL) when memory is short. */
MUST_USE const char *arena_strndup(struct arena *a, const char *text,
                                   size_t length);

/* arena_strdup - a copy of a whole string. */
MUST_USE const char *arena_strdup(struct arena *a, const char *text);

/* arena_printf - a formatted string of any length. */
MUST_USE const char *arena_printf(struct arena *a, const char *fmt, ...)
    PRINTF_LIKE(2, 3);

/* arena_check - OK, or err_memory(e, doing) when the arena has failed. */
MUST_USE enum status arena_check(const struct arena *a, struct err *e,
                                 const char *doing);

/* arena_free - give everything back; the arena is empty and usable again. */
void arena_free(struct arena *a);

/* mem_take - `count` objects of `size` bytes, zeroed, 64-byte aligned, to be
 * given back with mem_free.  NULL when memory is short or count*size overflows.
 * Blocks of 2 MiB and more lie in huge pages where the system gives them. */
MUST_USE void *mem_take(size_t count, size_t size);

/* mem_grow - make room for `need` objects of `size` bytes in the block to which
 * the pointer at `block` points (NULL at first), at least doubling `*capacity`.
 * False, and nothing changed, when memory is short. */
MUST_USE bool mem_grow(void *block, size_t *capacity, size_t need, size_t size);

/* mem_free - give a block of mem_take or mem_grow back; NULL is allowed. */
void mem_free(void *block);
